"""A verified draft into numbered sentences and citations."""

from __future__ import annotations

from collections.abc import Sequence

from index.searcher import Hit
from qa.answer import Citation, Sentence
from qa.answerers.base import Draft, Quote
from qa.near_duplicates import says_nearly

NOT_FOUND = "The articles do not say."
_NEAREST = 3


def cited(
    draft: Draft, hits: Sequence[Hit] = ()
) -> tuple[tuple[Sentence, ...], tuple[Citation, ...]]:
    """Numbers the quotes in the order in which they are first cited.

    A repeated quote keeps its number. `hits` are what was found, where nearly the same words may
    stand.
    """
    numbers: dict[tuple[str, int, int], int] = {}
    citations: list[Citation] = []
    sentences = []
    for sentence in draft.sentences:
        used = []
        for quote in sentence.quotes:
            place = quote.hit.article.id, quote.start, quote.end
            if place not in numbers:
                numbers[place] = len(numbers) + 1
                also_in = _also_in(quote, hits)
                citations.append(_citation(numbers[place], quote, also_in=also_in))
            used.append(numbers[place])
        sentences.append(
            Sentence(
                text=sentence.text,
                citations=tuple(dict.fromkeys(used)),
                published_at=sentence.published_at,
            )
        )
    return tuple(sentences), tuple(citations)


def answer_text(sentences: Sequence[Sentence]) -> str:
    """The sentences with their numbers, and with dates where articles disagree."""
    written = [
        (f"{sentence.published_at}: " if sentence.published_at else "")
        + f"{sentence.text} {' '.join(f'[{number}]' for number in sentence.citations)}"
        for sentence in sentences
    ]
    return " ".join(written) or NOT_FOUND


def nearest(hits: Sequence[Hit]) -> tuple[Citation, ...]:
    """The best passages as citations that support nothing, to show with "not found"."""
    return tuple(
        _citation(number, Quote(hit, hit.passage.start, hit.passage.end), supports=False)
        for number, hit in enumerate(hits[:_NEAREST], 1)
    )


def _also_in(quote: Quote, hits: Sequence[Hit]) -> tuple[str, ...]:
    others = {
        hit.article.id: None
        for hit in hits
        if hit.article.id != quote.hit.article.id and says_nearly(hit.passage.text, quote.text)
    }
    return tuple(others)


def _citation(
    number: int, quote: Quote, *, supports: bool = True, also_in: tuple[str, ...] = ()
) -> Citation:
    article = quote.hit.article
    return Citation(
        number=number,
        article_id=article.id,
        title=article.title,
        url=article.url,
        source=article.source,
        author=article.author,
        published_at=article.published_at,
        passage_id=quote.hit.passage.id,
        start=quote.start,
        end=quote.end,
        quote=quote.text,
        highlights=tuple(
            (span.start - quote.start, span.end - quote.start) for span in quote.highlights
        ),
        score=round(quote.hit.score, 4),
        supports=supports,
        also_in=also_in,
    )
