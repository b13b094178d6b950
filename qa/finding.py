"""From a standalone question to the passages and sentences that may answer it."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from index.searcher import Filters, Hit, Searcher, SearchResult
from qa.answer import QuestionFilters
from qa.near_duplicates import told_apart
from qa.reader import Reader, Reading
from qa.stages import stage
from qa.timeliness import timely, worth_reading
from qa.times import AskedTime, asked_time
from qa.wordings import other_wordings

if TYPE_CHECKING:
    from qa.reranking import Reranker

# Passages looked at: enough that the reader finds what search ranked a little too low.
DEPTH = 30
# One story in many articles must not crowd out all others.
_PLACES_OF_REPRINTS = 10
# Where the newest article counts, it may stand further down; of those looked at so many are read.
_DEPTH_OF_LATEST = 40
_READ_OF_LATEST = 20
# Where the first reading is this sure, the question is not put in other words.
_BEYOND_DOUBT = 0.5
# So many of the passages are searched for the country that an adjective stands for.
_NAMED_IN = 4
# "Last week" means the articles since then, unless those leave the question this open.
_RECENT_ENOUGH = 0.3


@dataclass(frozen=True, slots=True)
class Found:
    """What was found for one wording of a question; `retrieve` and `read` in milliseconds.

    `reprints` are passages that say nearly the same as one that was read, in other articles.
    """

    question: str
    generation: int
    reading: Reading
    reprints: tuple[Hit, ...]
    retrieve: float
    read: float


class Finder:
    """Searches and reads. Safe to share between threads.

    Raises `CollectionError` when the collection cannot answer, never for a question's text.
    """

    def __init__(self, searcher: Searcher, reader: Reader, reranker: Reranker | None) -> None:
        self._searcher = searcher
        self._reader = reader
        self._reranker = reranker

    def find(self, question: str, filters: QuestionFilters, top_k: int) -> Found:
        """At least `top_k` passages for `question`, best first, and the sentences in them."""
        asked = asked_time(question, datetime.now(UTC).date())
        if asked.since is not None:
            recent = self._find(question, _since(filters, asked.since), top_k, asked)
            if recent.reading.answerability >= _RECENT_ENOUGH:
                return recent
        return self._find(question, filters, top_k, asked)

    def _find(self, question: str, filters: QuestionFilters, top_k: int, asked: AskedTime) -> Found:
        started = time.perf_counter()
        depth = max(top_k, _DEPTH_OF_LATEST if asked.newest_first else DEPTH)
        worth = max(top_k, _READ_OF_LATEST if asked.newest_first else DEPTH)
        with stage("retrieve"):
            with stage("embed"):
                vector = self._searcher.embed_query(question)
            result = self._searcher.search(
                question,
                top_k=depth + _PLACES_OF_REPRINTS,
                filters=_filters(filters),
                vector=vector,
            )
        retrieved = time.perf_counter()
        found, reprints = told_apart(result.hits)
        hits = worth_reading(found[:depth], worth, asked)
        reading = timely(self._read(question, self._reranked(question, hits)), asked)
        finished = time.perf_counter()
        return Found(
            question,
            result.generation,
            reading,
            reprints,
            milliseconds(started, retrieved),
            milliseconds(retrieved, finished),
        )

    def _read(self, question: str, hits: tuple[Hit, ...]) -> Reading:
        """The surest reading of the question's wordings; others only if the first leaves doubt."""
        with stage("rerank"):
            best = self._reader.read(question, hits)
        if best.answerability >= _BEYOND_DOUBT:
            return best
        for wording in other_wordings(question, [hit.passage.text for hit in hits[:_NAMED_IN]]):
            with stage("rerank"):
                reading = self._reader.read(wording, hits)
            if reading.answerability > best.answerability:
                best = reading
        return best

    def _reranked(self, question: str, hits: tuple[Hit, ...]) -> tuple[Hit, ...]:
        return hits if self._reranker is None else self._reranker.rerank(question, hits)


def search_result(found: Found, top_k: int) -> SearchResult:
    """The best `top_k` passages as the reader ranked them."""
    return SearchResult(found.generation, found.reading.hits[:top_k])


def milliseconds(start: float, end: float) -> float:
    """Between two readings of the performance counter."""
    return round((end - start) * 1000, 2)


def _filters(filters: QuestionFilters) -> Filters:
    return Filters(**filters.model_dump())


def _since(filters: QuestionFilters, since: date) -> QuestionFilters:
    """`filters`, and nothing older; the person's own date wins where it is the later one."""
    later = max(filters.published_after or "", since.isoformat())
    return filters.model_copy(update={"published_after": later})
