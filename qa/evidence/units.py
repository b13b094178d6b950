"""Hits → the distinct sentences in them, each with its neighbours."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from index.searcher import Hit
from qa.evidence.words import Word, words
from qa.quotable import quotable_spans


@dataclass(slots=True)
class Unit:
    """A sentence (or a part of a very long one); `start`/`end` count in the article's text.

    `rank` is the place of its best hit, `position` its place in that passage; `previous` and
    `following` are indexes into the list of units, None where no passage goes on.
    """

    hit: Hit
    rank: int
    position: int
    start: int
    end: int
    text: str
    words: list[Word]
    previous: int | None = None
    following: int | None = None


def units(hits: Sequence[Hit]) -> list[Unit]:
    """Each sentence once, although overlapping passages may hold it twice; best hit first."""
    found: list[Unit] = []
    places: dict[tuple[str, int, int], int] = {}
    for rank, hit in enumerate(hits):
        before: int | None = None
        for position, span in enumerate(quotable_spans(hit.passage.text)):
            start, end = hit.passage.start + span.start, hit.passage.start + span.end
            here = places.setdefault((hit.passage.article_id, start, end), len(found))
            if here == len(found):
                text = hit.passage.text[span.start : span.end]
                found.append(Unit(hit, rank, position, start, end, text, words(text)))
            if before is not None and before != here:
                found[before].following = here
                found[here].previous = before
            before = here
    return found
