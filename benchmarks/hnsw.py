"""The cells of large collections against HNSW, on the same vectors: build, size, recall, speed.

    python -m benchmarks.hnsw --dataset FOLDER [--size 100000] [--json FILE]

The vectors are those of `benchmarks.scale`, the questions the data set's own. Each index proposes
candidates as for a search; their scores are then the true cosines, so recall is that of a search,
but the milliseconds are those of the index alone. All cores build, one searches.
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import faiss as _faiss
import numpy as np
from numpy.typing import NDArray

from benchmarks.measure import write_json
from benchmarks.scale import CANDIDATES, LEAST, percentiles, real_vectors, recombined
from index.engines.local.cells import laid_out
from index.engines.local.vectors import Segment

faiss: Any = _faiss  # much of it is not in its stubs
Matrix = NDArray[np.float32]
PROPOSED = CANDIDATES + CANDIDATES // 4
BUILD_EFFORT = 100  # candidates that are looked at for a passage's links
COLUMNS = "| index | effort | recall@10 | search, ms p50 / p95 | build, s | bytes a passage |"


@dataclass(frozen=True, slots=True)
class Kind:
    """An index: how it is made of vectors, and searched with each of some efforts."""

    name: str
    make: Callable[[Matrix], Any]
    parameters: Callable[[int], Any]
    efforts: Sequence[int]


def main() -> None:
    """Reads the command line, measures, prints a table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--dataset", type=Path, required=True)
    parser.add_argument("--size", type=int, default=100_000)
    parser.add_argument("--questions", type=int, default=200)
    parser.add_argument("--json", type=Path, metavar="FILE")
    arguments = parser.parse_args()
    sentences, questions = real_vectors(arguments.dataset, arguments.questions)
    vectors = recombined(sentences, arguments.size)
    print(COLUMNS, "| --- " * (COLUMNS.count("|") - 1) + "|", sep="\n")
    results = []
    for kind in kinds():
        for result in measured(kind, vectors, questions):
            print(row(result), flush=True)
            results.append(result)
    if arguments.json:
        write_json(arguments.json, {"passages": arguments.size, "measured": results})


def kinds() -> Iterator[Kind]:
    """The cells as the engine makes them, and graphs of two sizes."""
    probing, exploring = faiss.SearchParametersIVF, faiss.SearchParametersHNSW
    yield Kind("cells", cells, lambda effort: probing(nprobe=effort), (32, 64, 96, 128, 192))
    for links in (16, 32):
        yield Kind(
            f"HNSW, {links} links, one byte a number",
            partial(graph, links),
            lambda effort: exploring(efSearch=effort),
            (PROPOSED, 400, 800, 1600),
        )


def cells(vectors: Matrix) -> Any:  # noqa: ANN401 - faiss has no types
    """Filled cells."""
    segment = Segment(np.arange(len(vectors)), vectors)
    made = laid_out(segment)
    made.filled(segment.portions(), ())
    return made.index


def graph(links: int, vectors: Matrix) -> Any:  # noqa: ANN401
    """A graph of neighbours (Malkov and Yashunin, 2018) over one-byte vectors."""
    index = faiss.IndexHNSWSQ(
        vectors.shape[1], faiss.ScalarQuantizer.QT_8bit, links, faiss.METRIC_INNER_PRODUCT
    )
    index.hnsw.efConstruction = BUILD_EFFORT
    index.train(vectors)
    index.add(vectors)
    return index


def measured(kind: Kind, vectors: Matrix, questions: Matrix) -> Iterator[dict[str, Any]]:
    """Makes an index and asks it every question, with each effort."""
    faiss.omp_set_num_threads(os.cpu_count() or 1)
    start = time.perf_counter()
    index = kind.make(vectors)
    built = time.perf_counter() - start
    faiss.omp_set_num_threads(1)
    for effort in kind.efforts:
        parameters = kind.parameters(effort)
        took, shares = [], []
        for question in questions:
            start = time.perf_counter()
            _, proposed = index.search(question.reshape(1, -1), PROPOSED, params=parameters)
            took.append(1000 * (time.perf_counter() - start))
            scores = vectors @ question
            wanted, keys = np.argsort(-scores)[:LEAST], proposed[0][proposed[0] >= 0]
            best = keys[np.argsort(-scores[keys])[:LEAST]]
            shares.append(float(np.isin(wanted, best).mean()))
        yield {
            "index": kind.name,
            "effort": effort,
            "recall_at_10": float(np.mean(shares)),
            "search_ms": percentiles(took),
            "build_seconds": built,
            "bytes_per_passage": bytes_of(index) / len(vectors),
        }


def bytes_of(index: Any) -> int:  # noqa: ANN401
    """The size of the index's file."""
    with tempfile.NamedTemporaryFile(prefix="footnote-benchmark-") as file:
        faiss.write_index(index, file.name)
        return Path(file.name).stat().st_size


def row(result: dict[str, Any]) -> str:
    """A result as a table row."""
    search = result["search_ms"]
    return (
        f"| {result['index']} | {result['effort']} | {result['recall_at_10']:.3f} "
        f"| {search['p50']:.2f} / {search['p95']:.2f} | {result['build_seconds']:.1f} "
        f"| {result['bytes_per_passage']:.0f} |"
    )


if __name__ == "__main__":
    main()
