"""Approximate vector search with FAISS: cells of neighbouring vectors, each number in one byte.

An inverted file (Jégou, Douze and Schmid, "Product Quantization for Nearest Neighbor Search",
2011) with scalar quantisation: the vectors are grouped around centroids, and a search looks into
the cells whose centroids are nearest to it. How many, is measured on the collection itself.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import faiss
import numpy as np

from index.engines.key_set import KeySet
from index.engines.local.cell_file import Measured
from index.engines.local.vectors import Keys, Matrix, Segment

# Of every cell so many vectors are shown to k-means (FAISS itself asks for 39).
_SHOWN_PER_CELL = 48
_ROUNDS = 8
# Vectors that stand for questions when the recall is measured, and neighbours of each.
_QUESTIONS = 200
_NEIGHBOURS = 10


@dataclass(frozen=True, slots=True)
class Cells:
    """A filled index; safe to search from many threads."""

    index: Any  # a faiss.IndexIVF whose ids are passages' keys
    measured: Measured

    def nearest(self, vector: Matrix, limit: int, allowed: KeySet | None) -> Keys:
        """Keys of about the `limit` nearest, best first.

        Where only some are allowed, or the cells hold too few, more cells are searched: as many
        candidates are seen then as without a filter.
        """
        selector = None if allowed is None else _selecting(allowed)
        share = 1.0 if allowed is None else max(len(allowed), 1) / max(self.index.ntotal, 1)
        probes = int(np.ceil(self.measured.probes / share))
        faiss.omp_set_num_threads(1)  # as for an exact search, see `vectors`
        while True:
            probes = min(probes, self.measured.cells)
            chosen = _looking_into(probes, selector)
            _, found = self.index.search(vector.reshape(1, -1), limit, params=chosen)
            keys: Keys = found[0][found[0] >= 0]
            if len(keys) == limit or probes == self.measured.cells:
                return keys
            probes *= 4

    def filled(self, portions: Iterable[Segment], gone: Iterable[int]) -> None:
        """Puts vectors into their cells and takes others out; not for a mapped index."""
        leaving = np.fromiter(gone, np.int64)
        if len(leaving):
            self.index.remove_ids(leaving)
        for portion in portions:
            matrix = np.ascontiguousarray(portion.matrix)
            self.index.add_with_ids(matrix, portion.keys)


def laid_out(segment: Segment) -> Cells:
    """Empty cells for the vectors of a segment."""
    count, dimension = segment.matrix.shape
    cells = max(2, 2 ** round(np.log2(4 * np.sqrt(count))))
    index = faiss.IndexIVFScalarQuantizer(
        faiss.IndexFlatIP(dimension),
        dimension,
        cells,
        faiss.ScalarQuantizer.QT_8bit,
        faiss.METRIC_INNER_PRODUCT,
    )
    index.cp.niter = _ROUNDS
    index.cp.spherical = True
    shown = np.sort(_random().choice(count, min(count, cells * _SHOWN_PER_CELL), replace=False))
    index.train(np.ascontiguousarray(segment.matrix[shown]))
    return Cells(index, Measured(cells, cells, 1.0, count))


def measured(cells: Cells, segment: Segment, wanted: float) -> Cells:
    """The cells with the fewest probes that reach the wanted recall on a segment they hold.

    The vector half way between two passages stands for a question: on real questions as many
    probes were needed as for these, and fewer for passages themselves.
    """
    places = np.sort(_random().choice(len(segment.keys), (_QUESTIONS, 2)).ravel())
    questions = segment.matrix[places][_random().permutation(len(places))]
    questions = questions[::2] + questions[1::2]
    questions /= np.maximum(np.linalg.norm(questions, axis=1, keepdims=True), 1e-9)
    exact = _nearest(questions, segment)
    probes = 1
    while True:
        chosen = _looking_into(probes, None)
        _, found = cells.index.search(questions, 2 * _NEIGHBOURS, params=chosen)
        hits = [np.isin(keys, near).mean() for keys, near in zip(exact, found, strict=True)]
        recall = float(np.mean(hits))
        if recall >= wanted or probes == cells.measured.cells:
            return Cells(cells.index, replace(cells.measured, probes=probes, recall=recall))
        probes = min(probes + max(1, probes // 4), cells.measured.cells)


def one_core_fewer() -> None:
    """Has FAISS leave a core to questions, in the calling thread."""
    faiss.omp_set_num_threads(max(1, faiss.omp_get_max_threads() - 1))


def write(cells: Cells, path: Path) -> None:
    """Writes FAISS's own file."""
    faiss.write_index(cells.index, str(path))


def read(path: Path) -> Any:  # noqa: ANN401 - faiss has no types
    """The index in a file, in memory."""
    return faiss.read_index(str(path))


def mapped(path: Path) -> Any:  # noqa: ANN401
    """The index in a file, its cells mapped: processes share them, none may change them."""
    index: Any = faiss.read_index(str(path), faiss.IO_FLAG_MMAP | faiss.IO_FLAG_READ_ONLY)
    # By default 32 threads are started at each search to read ahead.
    lists: Any = faiss.downcast_InvertedLists(index.invlists)
    lists.prefetch_nthread = 0
    return index


def _selecting(allowed: KeySet) -> object:
    selector: Any = faiss.IDSelectorBitmap
    return selector(allowed.bitmap)


def _looking_into(probes: int, selector: object) -> object:
    parameters: Any = faiss.SearchParametersIVF
    return parameters(nprobe=probes, sel=selector)


def _nearest(questions: Matrix, segment: Segment) -> Keys:
    """Exactly, portion by portion, as the segment may be larger than the memory."""
    scores = np.full((len(questions), _NEIGHBOURS), -np.inf, np.float32)
    keys = np.full((len(questions), _NEIGHBOURS), -1, np.int64)
    for portion in segment.portions():
        products = questions @ portion.matrix.T
        both = np.concatenate([scores, products], axis=1)
        all_keys = np.concatenate([keys, np.broadcast_to(portion.keys, products.shape)], axis=1)
        best = np.argpartition(-both, _NEIGHBOURS - 1, axis=1)[:, :_NEIGHBOURS]
        scores = np.take_along_axis(both, best, axis=1)
        keys = np.take_along_axis(all_keys, best, axis=1)
    return keys


def _random() -> np.random.Generator:
    return np.random.default_rng(0)
