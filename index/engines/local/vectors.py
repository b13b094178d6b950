"""Exact vector search with FAISS over a matrix that processes share through a mapped file.

A `VectorSet` never changes: the mapped matrix, a small matrix of what was added since, and the
rows that are gone. Keeping up with the catalogue makes a new set that shares the old matrix, so
a query that is under way keeps the set it began with.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from index.engines.base import Match

Matrix = NDArray[np.float32]
Keys = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Segment:
    """Unit vectors, shape (n, dimension), and the keys of their rows, shape (n,), ascending."""

    keys: Keys
    matrix: Matrix

    def rows_of(self, keys: Keys) -> NDArray[np.int64]:
        """The row of each key, shape (len(keys),), -1 where there is none."""
        if len(self.keys) == 0:
            return np.full(len(keys), -1, np.int64)
        rows = np.minimum(np.searchsorted(self.keys, keys), len(self.keys) - 1)
        return np.where(self.keys[rows] == keys, rows, -1)


def empty_segment(dimension: int) -> Segment:
    """A segment without rows."""
    return Segment(np.empty(0, np.int64), np.empty((0, dimension), np.float32))


@dataclass(frozen=True, slots=True)
class VectorSet:
    """The vectors of one generation."""

    base: Segment
    recent: Segment
    gone: frozenset[int]

    def __len__(self) -> int:
        return len(self.base.keys) + len(self.recent.keys) - len(self.gone)

    def holds(self, keys: Keys) -> NDArray[np.bool_]:
        """Which of the keys are in the set, shape (len(keys),)."""
        known = (self.base.rows_of(keys) >= 0) | (self.recent.rows_of(keys) >= 0)
        return known & ~np.isin(keys, _array(self.gone))

    def changed(self, added: Segment, removed: Iterable[int]) -> VectorSet:
        """The set with passages added and others removed."""
        leaving = _array(removed)
        gone = self.gone | {int(key) for key in leaving[self.holds(leaving)]}
        keys = np.concatenate([self.recent.keys, added.keys])
        matrix = np.concatenate([self.recent.matrix, added.matrix])
        return VectorSet(self.base, Segment(keys, matrix), gone)

    def compacted(self) -> VectorSet:
        """The same vectors in one segment."""
        keys = np.concatenate([self.base.keys, self.recent.keys])
        kept = ~np.isin(keys, _array(self.gone))
        matrix = np.concatenate([self.base.matrix, self.recent.matrix])[kept]
        whole = Segment(keys[kept], np.ascontiguousarray(matrix))
        return VectorSet(whole, empty_segment(matrix.shape[1]), frozenset())

    def nearest(self, vector: Matrix, limit: int, allowed: frozenset[int] | None) -> list[Match]:
        """The passages of highest cosine, best first."""
        if allowed is not None:
            chosen = np.sort(_array(allowed))
            chosen = chosen[self.holds(chosen)]
            return _best(Segment(chosen, self.rows(chosen)), vector, limit)
        matches: list[Match] = []
        for segment in (self.base, self.recent):
            matches += self._alive(segment, vector, limit)
        return sorted(matches, key=lambda match: -match.score)[:limit]

    def rows(self, keys: Keys) -> Matrix:
        """The vectors of given keys of the set, shape (len(keys), dimension)."""
        found = np.empty((len(keys), self.base.matrix.shape[1]), np.float32)
        for segment in (self.base, self.recent):
            rows = segment.rows_of(keys)
            found[rows >= 0] = segment.matrix[rows[rows >= 0]]
        return found

    def _alive(self, segment: Segment, vector: Matrix, limit: int) -> list[Match]:
        wanted = limit
        while True:
            found = _best(segment, vector, wanted)
            alive = [match for match in found if match.key not in self.gone]
            if len(alive) >= limit or len(found) < wanted:
                return alive
            wanted *= 4


def _array(keys: Iterable[int]) -> Keys:
    return np.fromiter(keys, np.int64)


def _best(segment: Segment, vector: Matrix, limit: int) -> list[Match]:
    count = min(limit, len(segment.keys))
    if count == 0:
        return []
    import faiss  # a fifth of a second to import: only when there is something to search

    scores, rows = faiss.knn(
        vector.reshape(1, -1), segment.matrix, count, metric=faiss.METRIC_INNER_PRODUCT
    )
    return [
        Match(int(segment.keys[row]), float(score))
        for score, row in zip(scores[0], rows[0], strict=True)
        if row >= 0
    ]
