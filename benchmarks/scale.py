"""How vector search grows: build, memory, search, updates and recall from 10,000 passages up.

    python -m benchmarks.scale --dataset FOLDER [--sizes 10000 100000 1000000] [--json FILE]

The vectors are synthetic ones around real ones: each is the mean of five real sentences' vectors,
four of them neighbours, with a little noise; the questions are the data set's own. Only vectors
are measured: no catalogue, no keywords. A fresh process opens the files and searches.
"""

from __future__ import annotations

import argparse
import re
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.collections import read_questions, read_sentences
from benchmarks.measure import Worker, table, write_json
from index.embedding import load_embedder
from index.engines.base import IndexedText
from index.engines.local.vector_store import RULES, VectorStore

NEIGHBOURS, TAKEN, SHARE_FROM_ELSEWHERE, NOISE = 60, 5, 0.2, 0.01
CANDIDATES = 200  # as a search asks for them
LEAST = 10
PORTION = 20_000


@dataclass
class Synthetic:
    """What a vector store asks of a catalogue: the first `count` vectors are there."""

    vectors: NDArray[np.float32]
    count: int

    def collection_id(self) -> str:
        return "synthetic"

    def generation(self) -> int:
        return self.count

    def stamp(self, generation: int) -> str:
        return str(generation)

    def added_after(self, generation: int) -> list[int]:
        return list(range(generation, self.count))

    def removed_after(self, _generation: int) -> list[int]:
        return []

    def dimension(self) -> int:
        return int(self.vectors.shape[1])

    def vectors_of(self, keys: Sequence[int]) -> NDArray[np.float32]:
        return self.vectors[np.array(keys, np.int64)]

    def texts_of(self, _keys: Sequence[int]) -> Iterator[IndexedText]:
        return iter(())


def main() -> None:
    """Reads the command line, measures, prints a table for each size."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--dataset", type=Path, required=True)
    parser.add_argument("--sizes", type=int, nargs="+", default=[10_000, 100_000, 1_000_000])
    parser.add_argument("--questions", type=int, default=200)
    parser.add_argument("--json", type=Path, metavar="FILE")
    arguments = parser.parse_args()
    sentences, questions = real_vectors(arguments.dataset, arguments.questions)
    everything = recombined(sentences, max(arguments.sizes) + 1)
    results = {}
    for size in arguments.sizes:
        results[str(size)] = measured = measure(everything[: size + 1], questions)
        print(f"\n{size:,} passages\n\n{table(rows(measured))}", flush=True)
        if arguments.json:
            write_json(arguments.json, results)


def real_vectors(dataset: Path, questions: int) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Unit vectors (n, dimension) of a data set's sentences, and of its first `questions`."""
    embedder = load_embedder(None)
    sentences = embedder.embed_passages(read_sentences(dataset / "corpus.jsonl"))
    return sentences, embedder.embed_passages(read_questions(dataset, questions))


def recombined(sentences: NDArray[np.float32], count: int) -> NDArray[np.float32]:
    """Unit vectors (count, dimension) of passages made of sentences that stand near each other."""
    order = np.random.default_rng(0)
    vectors = np.empty((count, sentences.shape[1]), np.float32)
    for first in range(0, count, PORTION):
        some = vectors[first : first + PORTION]
        starts = order.integers(len(sentences) - NEIGHBOURS, size=(len(some), 1))
        places = starts + order.integers(NEIGHBOURS, size=(len(some), TAKEN))
        elsewhere = order.random(places.shape) < SHARE_FROM_ELSEWHERE
        places[elsewhere] = order.integers(len(sentences), size=elsewhere.sum())
        some[:] = sentences[places].mean(axis=1) + order.normal(0, NOISE, some.shape)
        some /= np.linalg.norm(some, axis=1, keepdims=True)
    return vectors


def measure(vectors: NDArray[np.float32], questions: NDArray[np.float32]) -> dict[str, Any]:
    """Seconds, milliseconds, bytes and recall for all vectors but the last, which is added."""
    size = len(vectors) - 1
    with tempfile.TemporaryDirectory(prefix="footnote-benchmark-") as name:
        folder = Path(name)
        source = Synthetic(vectors, size)
        store = VectorStore(folder, RULES)
        built = seconds(lambda: build(store, source))
        with Worker(opened, folder, size, vectors[size:]) as reader:
            took = [reader.call(question) for question in questions]
            asked = [1000 * one for one in took[1:]]
            private = reader.call_result("private")
            opening, added = reader.call_result("opening"), reader.call_result("added")
        found = store.loaded(source)
        exact = replace(found, shortlist=None)
        shares, exact_ms = [], []
        for question in questions:
            start = time.perf_counter()
            wanted = {match.key for match in exact.nearest(question, CANDIDATES, None)[:LEAST]}
            exact_ms.append(1000 * (time.perf_counter() - start))
            got = {match.key for match in found.nearest(question, CANDIDATES, None)[:LEAST]}
            shares.append(len(wanted & got) / LEAST)
        sizes = store.sizes()
        kind = store.search_kind()
    return {
        "search": kind,
        "build_seconds": built,
        "open_seconds": opening,
        "update_seconds": added,
        "search_ms": percentiles(asked),
        "exact_search_ms": percentiles(exact_ms),
        "recall_at_10_of_questions": float(np.mean(shares)),
        "private_bytes": private,
        "disk_bytes_per_passage": sum(sizes.values()) / size,
        "cell_bytes_per_passage": sizes.get("cells", 0) / size,
    }


def build(store: VectorStore, source: Synthetic) -> None:
    """The files, made from the source."""
    vectors = store.loaded(source)
    store.fold_if_stale(source, vectors)
    store.wait()


def opened(
    folder: Path, size: int, added: NDArray[np.float32]
) -> Callable[[str | NDArray[np.float32]], object]:
    """A process that opens the files and searches; asked by name, it says what that cost."""
    dimension = added.shape[1]
    empty = np.broadcast_to(np.zeros((1, dimension), np.float32), (size, dimension))
    source = Synthetic(empty, size)
    store = VectorStore(folder, RULES)
    before = private_bytes()
    start = time.perf_counter()
    vectors = store.loaded(source)
    opening = time.perf_counter() - start

    def answer(asked: str | NDArray[np.float32]) -> object:
        if isinstance(asked, str):
            if asked == "private":
                return private_bytes() - before
            return opening if asked == "opening" else updated()
        return vectors.nearest(asked, CANDIDATES, None)

    def updated() -> float:
        start = time.perf_counter()
        newest = vectors.changed(type(vectors.recent)(np.array([size]), added), [0])
        if newest.nearest(added[0], 1, None)[0].key != size:
            raise SystemExit("an added passage was not found")
        return time.perf_counter() - start

    return answer


def seconds(work: Callable[[], object]) -> float:
    """How long it took."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def percentiles(milliseconds: Sequence[float]) -> dict[str, float]:
    """Median and 95th percentile."""
    p50, p95 = np.percentile(milliseconds, [50, 95])
    return {"p50": float(p50), "p95": float(p95)}


def private_bytes() -> int:
    """Memory that this process shares with no other (Linux)."""
    said = Path("/proc/self/smaps_rollup").read_text(encoding="utf-8")
    parts = re.findall(r"Private_(?:Clean|Dirty|Hugetlb):\s+(\d+) kB", said)
    anonymous = re.search(r"Anonymous:\s+(\d+) kB", said)
    return 1024 * int(anonymous[1]) if anonymous else 1024 * sum(map(int, parts))


def rows(measured: dict[str, Any]) -> list[tuple[str, str]]:
    """The results as table rows."""
    search, exact = measured["search_ms"], measured["exact_search_ms"]
    return [
        ("search", measured["search"]),
        ("build, s", f"{measured['build_seconds']:.1f}"),
        ("open in a new process, s", f"{measured['open_seconds']:.2f}"),
        ("take in one passage and drop one, s", f"{measured['update_seconds']:.4f}"),
        ("search, ms p50 / p95", f"{search['p50']:.1f} / {search['p95']:.1f}"),
        ("exact search, ms p50 / p95", f"{exact['p50']:.1f} / {exact['p95']:.1f}"),
        ("recall@10 on real questions", f"{measured['recall_at_10_of_questions']:.3f}"),
        ("memory of one process's own, MB", f"{measured['private_bytes'] / 1e6:.0f}"),
        ("on disk, bytes a passage", f"{measured['disk_bytes_per_passage']:.0f}"),
        ("of these the cells", f"{measured['cell_bytes_per_passage']:.0f}"),
    ]


if __name__ == "__main__":
    main()
