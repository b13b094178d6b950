"""The default answerer: the articles' own sentences."""

from __future__ import annotations

import re
from collections.abc import Sequence

from index.article import Span
from index.searcher import Hit
from qa.answerers.base import Draft, DraftSentence, Quote
from qa.answerers.context import Place, Surroundings, opens_quotation, points_back
from qa.reader import Evidence, Reader, Reading

DEFAULT_THRESHOLD = 0.5
MAX_SENTENCES = 3
# A further sentence joins the answer when its relevance is at least this share of the best one's.
_FURTHER_SHARE = 0.6
_FURTHER_REASON_SHARE = 0.35
_LEAST_RELEVANCE = 0.1
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
    share = _FURTHER_REASON_SHARE if reading.wants_reason else _FURTHER_SHARE
    least = max(_LEAST_RELEVANCE, share * best.relevance)
    chosen = [best]
    for evidence in reading.evidence[1:]:
        if len(chosen) == MAX_SENTENCES - 1 or evidence.relevance < least:
            break
        if not any(_same(evidence, other) for other in chosen):
            chosen.append(evidence)
    return chosen


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
    """Adds what a sentence points back to and the rest of a quotation; puts all in order."""
    places: dict[tuple[str, int], tuple[Place, tuple[Span, ...]]] = {}
    articles: list[str] = []
    for evidence in chosen:
        place = Place(evidence.hit, evidence.sentence)
        article = evidence.hit.passage.article_id
        articles.append(article)
        key = (article, place.span.start)
        own = [(place, evidence.highlights)]
        if len(places) < MAX_SENTENCES - 1 or key in places:
            own += [(other, ()) for other in _needed(place, around)]
        for other, highlights in own[: MAX_SENTENCES - len(places)]:
            kept = places.get((article, other.span.start))
            if kept is None or highlights:
                places[(article, other.span.start)] = (other, highlights)
    order = sorted(places, key=lambda key: (articles.index(key[0]), key[1]))
    return [places[key] for key in order]


def _needed(place: Place, around: Surroundings) -> list[Place]:
    needed = [around.before(place) if points_back(place.text) else None]
    needed.append(around.after(place) if opens_quotation(place.text) else None)
    return [other for other in needed if other is not None]


def _sentence(place: Place, highlights: tuple[Span, ...]) -> DraftSentence:
    quote = Quote(place.hit, place.span.start, place.span.end, highlights)
    return DraftSentence(" ".join(place.text.split()), (quote,))
