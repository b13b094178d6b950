"""Questions to go on with: what else the quoted articles answer.

Questions made from sentences around the quotes are kept only if, asked like any other, they are
answered with confidence by the very words that each was made to ask for ("roundtrip consistency":
Alberti et al. 2019, https://aclanthology.org/P19-1620/). Few sentences can be asked for; where none
can, nothing is suggested.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from index.article import Span
from qa.answer import Answer, Citation
from qa.conversation.mentions import content_words
from qa.quotable import quotable_spans
from qa.reader import Reading
from qa.sentence_questions import question_from

MOST = 3
# Questions that are tried at most; each costs as much as one that a person asks.
_MOST_TRIED = 4
_SURE = 0.6
_ALIKE = 0.7
# Characters on either side of a quote that are looked through.
_AROUND = 4_000


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A question and the place of the words that answer it in the article."""

    question: str
    article_id: str
    told: Span


def follow_ups(
    answer: Answer, texts: Mapping[str, str], read: Callable[[str], Reading]
) -> tuple[str, ...]:
    """Up to three questions that the articles quoted in `answer` answer with confidence.

    `texts` are those articles' by their ids; `read` searches and reads for a question. None asks
    what was asked, or what the quotes tell.
    """
    quotes = [one for one in answer.citations if one.supports]
    tried, found = 0, [answer.standalone_question]
    for one in _candidates(quotes, texts):
        if tried == _MOST_TRIED or len(found) > MOST:
            break
        if any(_alike(_bag(one.question), _bag(other)) for other in found):
            continue
        tried += 1
        if _answers(read(one.question), one):
            found.append(one.question)
    return tuple(found[1:])


def _answers(reading: Reading, one: _Candidate) -> bool:
    if reading.answerability < _SURE:
        return False
    best = reading.evidence[0]
    is_there = best.hit.article.id == one.article_id
    return is_there and any(_overlap(lit, one.told) for lit in best.highlights)


def _candidates(quotes: Sequence[Citation], texts: Mapping[str, str]) -> Iterator[_Candidate]:
    """Those from sentences around each quote that no quote shows, the nearest first."""
    for quote in quotes:
        text = texts.get(quote.article_id, "")
        shown = [Span(q.start, q.end) for q in quotes if q.article_id == quote.article_id]
        for sentence in _sentences_around(quote, text):
            if any(_overlap(sentence, other) for other in shown):
                continue
            made = question_from(quote.title, text, sentence)
            if made is not None:
                yield _Candidate(made[0], quote.article_id, made[1])


def _sentences_around(quote: Citation, text: str) -> list[Span]:
    first, last = max(quote.start - _AROUND, 0), quote.end + _AROUND
    spans = [Span(first + one.start, first + one.end) for one in quotable_spans(text[first:last])]
    return sorted(spans, key=lambda span: abs(span.start - quote.start))


def _overlap(one: Span, other: Span) -> bool:
    return one.start < other.end and other.start < one.end


def _bag(question: str) -> frozenset[str]:
    return frozenset(word.casefold() for word in content_words(question))


def _alike(one: frozenset[str], other: frozenset[str]) -> bool:
    return len(one & other) >= _ALIKE * max(min(len(one), len(other)), 1)
