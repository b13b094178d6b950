"""What reading costs: the reader beside no reader and beside a cross-encoder of the same size.

    python -m benchmarks.reading --dataset FOLDER [--questions 200] [--json FILE]

FOLDER is a data set as `footnote eval` takes it: its articles become the collection, and its
questions are asked of it. In turns, each in a process of its own: the search alone; the search
with reranking and reading, as every question gets it; and sentence-transformers' CrossEncoder,
reranking the very passages that the search found. The CrossEncoder is all-MiniLM-L6-v2 with an
untrained head: as large as the reader and as quick as any of its size, however well it ranks.
"""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks.collections import collection_of, read_questions
from benchmarks.measure import Worker, original_model, table, write_json
from benchmarks.search import latencies
from index.options import IndexOptions
from index.searcher import open_searcher
from qa.finding import DEPTH

WARM_UP = 10


def main() -> None:
    """Reads the command line, measures, prints the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--dataset", type=Path, required=True)
    parser.add_argument("--questions", type=int, default=200)
    parser.add_argument("--json", type=Path, metavar="FILE")
    arguments = parser.parse_args()
    questions = read_questions(arguments.dataset, arguments.questions + WARM_UP)
    with collection_of(arguments.dataset) as folder:
        results = measure(folder, questions)
    print(table(rows(results)))
    if arguments.json:
        write_json(arguments.json, results)


def measure(folder: Path, questions: list[str]) -> dict[str, Any]:
    """Milliseconds a question by each way."""
    with (
        Worker(searching, folder) as search,
        Worker(reading, folder) as read,
        Worker(cross_encoding, folder) as rerank,
    ):
        ways = {"search": search, "search_and_read": read, "search_and_cross_encoder": rerank}
        took: dict[str, list[float]] = {way: [] for way in ways}
        for number, question in enumerate(questions):
            for way, worker in ways.items():
                milliseconds = 1000 * worker.call(question)
                if number >= WARM_UP:
                    took[way].append(milliseconds)
    for way, name in (("search_and_read", "read"), ("search_and_cross_encoder", "cross_encoder")):
        pairs = zip(took[way], took["search"], strict=True)
        took[name] = [whole - alone for whole, alone in pairs]
    return {
        "questions": len(took["search"]),
        "passages_each": DEPTH,
        "milliseconds": {way: latencies(values) for way, values in took.items()},
    }


def rows(results: dict[str, Any]) -> list[tuple[str, str]]:
    """The results as table rows, ratios first."""
    spreads = results["milliseconds"]
    ratio = spreads["cross_encoder"]["p50"] / spreads["read"]["p50"]
    labels = {
        "search": "search alone",
        "search_and_read": "search, reranking and reading",
        "read": "reranking and reading, less the search",
        "cross_encoder": "CrossEncoder on the same passages, reranking only",
    }
    return [
        ("reading: times faster than CrossEncoder", f"{ratio:.1f}×"),
        *(
            (f"{label}, ms p50 / p95", f"{spreads[way]['p50']:.0f} / {spreads[way]['p95']:.0f}")
            for way, label in labels.items()
        ),
    ]


def searching(folder: Path) -> Callable[[str], object]:
    """The search, without the reader."""
    searcher = open_searcher(IndexOptions(folder))
    return lambda question: searcher.search(question, top_k=DEPTH)


def reading(folder: Path) -> Callable[[str], object]:
    """The search with the bundled reader, as for every question."""
    from qa.answer import QuestionFilters
    from qa.finding import Finder
    from qa.reading import open_reader

    finder = Finder(open_searcher(IndexOptions(folder)), open_reader(), None)
    return lambda question: finder.find(question, QuestionFilters(), DEPTH)


def cross_encoding(folder: Path) -> Callable[[str], object]:
    """The search with sentence-transformers' CrossEncoder behind it."""
    os.environ["HF_HUB_OFFLINE"] = "1"
    from sentence_transformers import CrossEncoder

    searcher = open_searcher(IndexOptions(folder))
    model = CrossEncoder(original_model(), num_labels=1)

    def call(question: str) -> object:
        hits = searcher.search(question, top_k=DEPTH).hits
        return model.predict(
            [(question, hit.passage.text) for hit in hits], show_progress_bar=False
        )

    return call


if __name__ == "__main__":
    main()
