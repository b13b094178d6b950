"""A whole collection at a large size: opening it, asking it, changing it, its disk and memory.

    python -m benchmarks.whole --dataset FOLDER --passages 1000000 [--collection FOLDER]
                               [--json FILE]

FOLDER is a data set as `footnote eval` takes it: its sentences, recombined, become a collection
(kept in `--collection` for the next time), and its questions are asked of it, also with filters
that let a share of the articles through. Every part runs in a process of its own.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from benchmarks.collections import make_collection, read_questions, read_sentences
from benchmarks.measure import Spread, Worker, table, write_json
from benchmarks.scale import percentiles, private_bytes
from index.article import Document
from index.indexer import open_indexer
from index.options import IndexOptions
from index.searcher import Filters, open_searcher

STARTS = 5
CHANGES = 10
WARM_UP = 20
FILTERS = {
    "none": Filters(),
    "80 % of the articles": Filters(sources=("daily",)),
    "15 %": Filters(sources=("weekly",)),
    "1 %": Filters(sources=("yearly",)),
    "the dates of half of them": Filters(published_after="2011-01-01"),
    "one article": Filters(article_ids=("recombined-7",)),
}


def main() -> None:
    """Reads the command line, measures, prints a table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--dataset", type=Path, required=True)
    parser.add_argument("--passages", type=int, default=1_000_000)
    parser.add_argument("--questions", type=int, default=200)
    parser.add_argument("--collection", type=Path, metavar="FOLDER")
    parser.add_argument("--json", type=Path, metavar="FILE")
    arguments = parser.parse_args()
    questions = read_questions(arguments.dataset, arguments.questions + WARM_UP)
    with tempfile.TemporaryDirectory(prefix="footnote-benchmark-") as name:
        folder = arguments.collection or Path(name, "data")
        results: dict[str, Any] = {}
        corpus = arguments.dataset / "corpus.jsonl"
        if not folder.exists():
            start = time.perf_counter()
            make_collection(folder, [corpus], arguments.passages)
            results["seconds_to_make"] = time.perf_counter() - start
        results |= measure(folder, questions, read_sentences(corpus)[:40])
    print(table(rows(results)))
    if arguments.json:
        write_json(arguments.json, results)


def measure(folder: Path, questions: Sequence[str], sentences: Sequence[str]) -> dict[str, Any]:
    """Seconds, milliseconds and bytes."""
    with Worker(searching, folder) as inside:
        opening = inside.call_result("open")
        searches = {name: asked(inside, name, questions) for name in FILTERS}
        private = inside.call_result("private")
    with Worker(changing, folder, sentences) as writer:
        added = [writer.call(number) for number in range(CHANGES)]
        removed = [writer.call(-number - 1) for number in range(CHANGES)]
    start = time.perf_counter()
    status = open_indexer(IndexOptions(folder)).status()
    counting = time.perf_counter() - start
    return {
        "articles": status.articles,
        "passages": status.passages,
        "vector_search": status.vector_search,
        "open_seconds": opening,
        "command_seconds": Spread.of([command(folder, questions[0]) for _ in range(STARTS)]),
        "status_seconds": counting,
        "search_ms": searches,
        "private_bytes": private,
        "add_seconds": Spread.of(added[1:]),  # the first one loads what later ones share
        "remove_seconds": Spread.of(removed),
        "bytes": dict(status.bytes_by_part),
    }


def asked(inside: Worker, name: str, questions: Sequence[str]) -> dict[str, float]:
    """Milliseconds of searches with a filter, the very first one by itself."""
    took = [1000 * inside.call((name, question)) for question in questions]
    return percentiles(took[WARM_UP:]) | {"first": took[0]}


def searching(folder: Path) -> Callable[[str | tuple[str, str]], object]:
    """A process that opens the collection and searches; asked by name, it says what that cost."""
    start = time.perf_counter()
    searcher = open_searcher(IndexOptions(folder))
    searcher.check_ready()
    opening = time.perf_counter() - start

    def answer(what: str | tuple[str, str]) -> object:
        if isinstance(what, str):
            return opening if what == "open" else private_bytes()
        name, question = what
        return searcher.search(question, filters=FILTERS[name])

    return answer


def changing(folder: Path, sentences: Sequence[str]) -> Callable[[int], object]:
    """A process that adds article n, or removes it for -n - 1, and returns when it is done."""
    indexer = open_indexer(IndexOptions(folder))
    indexer.searcher().check_ready()

    def change(number: int) -> object:
        if number < 0:
            return len(indexer.remove([f"changed-{-number - 1}"]).removed)
        name = f"changed-{number}"
        text = " ".join(sentences[number:])
        return len(indexer.add([Document(name, title=name, text=text, given_id=name)]).taken)

    return change


def command(folder: Path, question: str) -> float:
    """Seconds that `footnote search` takes, from its start to its end."""
    start = time.perf_counter()
    subprocess.run(  # noqa: S603 - our own command
        [Path(sys.executable).parent / "footnote", "search", question, "--data-dir", folder],
        stdout=subprocess.DEVNULL,
        check=True,
    )
    return time.perf_counter() - start


def rows(results: dict[str, Any]) -> list[tuple[str, str]]:
    """The results as table rows."""
    found = [
        ("passages (articles)", f"{results['passages']:,} ({results['articles']:,})"),
        ("search", results["vector_search"]),
        ("open, s", f"{results['open_seconds']:.2f}"),
        ("footnote search in a new process, s", f"{results['command_seconds']:.2f}"),
        ("counts for footnote status, s", f"{results['status_seconds']:.2f}"),
        ("add one article, s", f"{results['add_seconds']:.3f}"),
        ("remove one article, s", f"{results['remove_seconds']:.3f}"),
    ]
    if "seconds_to_make" in results:
        found.insert(1, ("made in, s", f"{results['seconds_to_make']:.0f}"))
    for name, took in results["search_ms"].items():
        times = f"{took['p50']:.1f} / {took['p95']:.1f} (first {took['first']:.0f})"
        found.append((f"search, filter: {name}, ms p50 / p95", times))
    found.append(("memory of one process's own, MB", f"{results['private_bytes'] / 1e6:.0f}"))
    for name, size in results["bytes"].items():
        found.append((f"{name}, bytes a passage", f"{size / results['passages']:.0f}"))
    return found


if __name__ == "__main__":
    main()
