"""The default answerer: the articles' own sentences."""

from __future__ import annotations

import re
from collections.abc import Sequence

from index.article import Span
from index.searcher import Hit
from qa.answerers.base import Draft, DraftSentence, Quote
from qa.answerers.context import Place, Surroundings, opens_quotation, points_back
from qa.reader import Evidence, Reader, Reading

# Where, on held-aside training questions, right answers and right silences together are most.
DEFAULT_THRESHOLD = 0.3
MAX_SENTENCES = 3
# A further sentence joins the answer when its relevance is at least this share of the best one's.
_FURTHER_SHARE = 0.7
_CAUSE_SHARE = 0.05
_ALIKE = 0.6
_WORD = re.compile(r"\w+")


class ExtractiveAnswerer:
    """Quotes one to three sentences, or nothing where `reader` is less sure than `threshold`."""

    def __init__(self, reader: Reader, threshold: float = DEFAULT_THRESHOLD) -> None:
        self._reader = reader
        self._threshold = threshold

    @property
    def name(self) -> str:
        """`extractive`."""
        return "extractive"

    def answer(self, question: str, hits: Sequence[Hit]) -> Draft:
        """The best sentences in reading order, each with its quote and highlights."""
        reading = self._reader.read(question, hits)
        if not reading.evidence or reading.answerability < self._threshold:
            return Draft((), reading.answerability, self.name)
        chosen = _completed(_chosen(reading), Surroundings(hits))
        sentences = tuple(_sentence(place, spans) for place, spans in chosen)
        return Draft(sentences, reading.answerability, self.name)


def _chosen(reading: Reading) -> list[Evidence]:
    """The best sentence, and those that come close and say something else."""
    best = reading.evidence[0]
    chosen = [best]
    for evidence in reading.evidence[1:]:
        near = evidence.relevance >= _FURTHER_SHARE * best.relevance
        if near and not any(_same(evidence, other) for other in chosen):
            chosen.append(evidence)
    if reading.wants_reason and not any(evidence.fits for evidence in chosen):
        chosen += _causes(reading.evidence[1:], best)[:1]
    return chosen[:MAX_SENTENCES]


def _causes(others: Sequence[Evidence], best: Evidence) -> list[Evidence]:
    """Sentences that name a cause where the best one only states what happened.

    Only those of the same article, the nearest first.
    """
    known = [
        other
        for other in others
        if other.fits
        and other.relevance >= _CAUSE_SHARE * best.relevance
        and other.hit.passage.article_id == best.hit.passage.article_id
    ]
    return sorted(known, key=lambda other: _distance(other, best))


def _distance(cause: Evidence, best: Evidence) -> tuple[int, bool]:
    """Characters between them; side by side, what comes first tells why, and not what follows."""
    is_before = cause.sentence.start < best.sentence.start
    first, second = (cause, best) if is_before else (best, cause)
    return max(second.sentence.start - first.sentence.end, 0), not is_before


def _same(one: Evidence, other: Evidence) -> bool:
    """Whether two sentences overlap in one article or say nearly the same in two."""
    if one.hit.passage.article_id == other.hit.passage.article_id and (
        one.sentence.start < other.sentence.end and other.sentence.start < one.sentence.end
    ):
        return True
    mine, theirs = _word_set(one.text), _word_set(other.text)
    return len(mine & theirs) >= _ALIKE * max(min(len(mine), len(theirs)), 1)


def _word_set(text: str) -> set[str]:
    return {word.casefold() for word in _WORD.findall(text)}


def _completed(
    chosen: Sequence[Evidence], around: Surroundings
) -> list[tuple[Place, tuple[Span, ...]]]:
    """Adds what a sentence points back to and the rest of a quotation; puts all in order.

    A further sentence whose company would make the answer too long stays out.
    """
    picked: dict[tuple[str, int], tuple[Place, tuple[Span, ...]]] = {}
    articles: list[str] = []
    for evidence in chosen:
        place = Place(evidence.hit, evidence.sentence)
        group = [place, *_needed(place, around)]
        if len(picked.keys() | {other.key for other in group}) > MAX_SENTENCES:
            continue
        articles.append(evidence.hit.passage.article_id)
        for other in group[1:]:
            picked.setdefault(other.key, (other, ()))
        picked[place.key] = (place, evidence.highlights)
    order = sorted(picked, key=lambda key: (articles.index(key[0]), key[1]))
    return [picked[key] for key in order]


def _needed(place: Place, around: Surroundings) -> list[Place]:
    needed = [around.before(place) if points_back(place.text) else None]
    needed.append(around.after(place) if opens_quotation(place.text) else None)
    return [other for other in needed if other is not None]


def _sentence(place: Place, highlights: tuple[Span, ...]) -> DraftSentence:
    quote = Quote(place.hit, place.span.start, place.span.end, highlights)
    return DraftSentence(" ".join(place.text.split()), (quote,))
