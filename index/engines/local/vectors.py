"""Vector search over a matrix that processes share through a mapped file.

A `VectorSet` never changes: the mapped matrix, a small matrix of what was added since, and the
rows that are gone. Keeping up with the catalogue makes a new set that shares the old matrix, so
a query that is under way keeps the set it began with.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from index.engines.base import Match
from index.engines.key_set import KeySet

Matrix = NDArray[np.float32]
Keys = NDArray[np.int64]

# Up to so many allowed passages are looked at one by one, whatever the collection's size.
_FILTERED_EXACTLY = 20_000
_PORTION = 20_000


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

    def without(self, keys: Iterable[int]) -> Segment:
        """The segment without the rows of these keys."""
        kept = ~np.isin(self.keys, _array(keys))
        return self if kept.all() else Segment(self.keys[kept], self.matrix[kept])

    def portions(self) -> Iterator[Segment]:
        """The segment in parts that are small beside a machine's memory."""
        for first in range(0, len(self.keys), _PORTION):
            some = slice(first, first + _PORTION)
            yield Segment(self.keys[some], self.matrix[some])


class Shortlist(Protocol):
    """Finds candidates among the rows of a segment without looking at all of them."""

    def nearest(self, vector: Matrix, limit: int, allowed: KeySet | None) -> Keys:
        """Keys of about the `limit` nearest, or fewer; `allowed` restricts the search."""


def empty_segment(dimension: int) -> Segment:
    """A segment without rows."""
    return Segment(np.empty(0, np.int64), np.empty((0, dimension), np.float32))


@dataclass(frozen=True, slots=True)
class VectorSet:
    """The vectors of one generation.

    `filed` is the generation of the file that `base` is mapped from, 0 for none. With a
    `shortlist` of its keys the base is searched approximately; without, and what was added
    since in any case, exactly. Scores are always the vectors' own cosines.
    """

    base: Segment
    recent: Segment
    gone: frozenset[int]
    filed: int = 0
    shortlist: Shortlist | None = None

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
        return replace(self, recent=Segment(keys, matrix), gone=gone)

    def compacted(self) -> VectorSet:
        """The same vectors in one segment, in this process's own memory."""
        parts = list(self.portions())
        if not parts:
            nothing = empty_segment(self.base.matrix.shape[1])
            return VectorSet(nothing, nothing, frozenset())
        whole = Segment(
            np.concatenate([part.keys for part in parts]),
            np.concatenate([part.matrix for part in parts]),
        )
        return VectorSet(whole, empty_segment(whole.matrix.shape[1]), frozenset())

    def portions(self) -> Iterator[Segment]:
        """All vectors by ascending keys, in parts that are small beside a machine's memory."""
        for segment in (self.base, self.recent):
            for part in segment.portions():
                yield part.without(self.gone)

    def nearest(self, vector: Matrix, limit: int, allowed: KeySet | None) -> list[Match]:
        """The passages of highest cosine, best first."""
        if allowed is None:
            near = self._near(vector, limit)
        else:
            near = self._near_among(allowed, vector, limit)
        return sorted(near, key=lambda match: -match.score)[:limit]

    def rows(self, keys: Keys) -> Matrix:
        """The vectors of given keys of the set, shape (len(keys), dimension)."""
        found = np.empty((len(keys), self.base.matrix.shape[1]), np.float32)
        for segment in (self.base, self.recent):
            rows = segment.rows_of(keys)
            found[rows >= 0] = segment.matrix[rows[rows >= 0]]
        return found

    def _near(self, vector: Matrix, limit: int) -> list[Match]:
        near = self._alive(self.recent, vector, limit)
        if self.shortlist is None:
            return near + self._alive(self.base, vector, limit)
        return near + self._listed(self.shortlist, vector, limit, None)

    def _near_among(self, allowed: KeySet, vector: Matrix, limit: int) -> list[Match]:
        """Exact over the allowed rows; where they are many, over a shortlist of them."""
        near = self._best_rows(self.recent, allowed, vector, limit)
        if self.shortlist is None or len(allowed) <= _FILTERED_EXACTLY:
            return near + self._best_rows(self.base, allowed, vector, limit)
        return near + self._listed(self.shortlist, vector, limit, allowed)

    def _best_rows(
        self, segment: Segment, allowed: KeySet, vector: Matrix, limit: int
    ) -> list[Match]:
        """The best of a segment's rows that are allowed and not gone, none of them copied."""
        if len(segment.keys) < len(allowed):
            rows = np.flatnonzero(allowed.holds(segment.keys))
        else:
            rows = segment.rows_of(allowed.keys)
            rows = rows[rows >= 0]
        if self.gone:
            rows = rows[~np.isin(segment.keys[rows], _array(self.gone))]
        return _best_of(segment, rows, vector, limit)

    def _listed(
        self, shortlist: Shortlist, vector: Matrix, limit: int, allowed: KeySet | None
    ) -> list[Match]:
        wanted = limit + limit // 4  # what is rounded may come in another order
        while True:
            found = shortlist.nearest(vector, wanted, allowed)
            keys = found[~np.isin(found, _array(self.gone))]
            if len(keys) >= limit or len(found) < wanted:
                return _best(Segment(keys, self.rows(keys)), vector, limit)
            wanted *= 4

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


def _best_of(segment: Segment, rows: Keys, vector: Matrix, limit: int) -> list[Match]:
    """The best of some rows of a segment."""
    if len(rows) == 0:
        return []
    import faiss

    compare: Any = faiss.fvec_inner_products_by_idx  # type: ignore[attr-defined]  # not in stubs
    scores = np.empty(len(rows), np.float32)
    faiss.omp_set_num_threads(1)  # see `_best`
    compare(
        faiss.swig_ptr(scores),
        faiss.swig_ptr(np.ascontiguousarray(vector, np.float32)),
        faiss.swig_ptr(segment.matrix),
        faiss.swig_ptr(rows),
        segment.matrix.shape[1],
        1,
        len(rows),
    )
    best = np.argpartition(-scores, limit - 1)[:limit] if limit < len(rows) else slice(None)
    keys = segment.keys[rows[best]]
    return [Match(*one) for one in zip(keys.tolist(), scores[best].tolist(), strict=True)]


def _best(segment: Segment, vector: Matrix, limit: int) -> list[Match]:
    count = min(limit, len(segment.keys))
    if count == 0:
        return []
    import faiss  # a fifth of a second to import: only when there is something to search

    # One question is computed on one thread; waiting for others that have nothing to do costs
    # ten times the search on a busy machine.
    faiss.omp_set_num_threads(1)
    scores, rows = faiss.knn(
        vector.reshape(1, -1), segment.matrix, count, metric=faiss.METRIC_INNER_PRODUCT
    )
    return [
        Match(int(segment.keys[row]), float(score))
        for score, row in zip(scores[0], rows[0], strict=True)
        if row >= 0
    ]
