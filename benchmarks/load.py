"""Questions a second and latency of `footnote serve` under load, on this machine alone.

    python -m benchmarks.load --dataset FOLDER [--sizes 1000 100000] [--workers 1 2] [--json FILE]

FOLDER is a data set as `footnote eval` takes it: its articles' sentences, recombined, become the
collections, and its questions are asked of them, by so many clients at once, each of which sends
its next question when the last one is answered. Every round is bounded in time and count.
"""

from __future__ import annotations

import argparse
import itertools
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import numpy as np

from benchmarks.collections import make_collection, read_questions
from benchmarks.measure import write_json
from benchmarks.search import serving

CLIENTS = (1, 8, 32)
MOST_QUESTIONS = 3_000
WARM_UP = 20


@dataclass
class Round:
    """What the clients of one round saw; latencies in milliseconds."""

    seconds: float
    latencies: list[float] = field(default_factory=list)
    errors: int = 0

    def figures(self) -> dict[str, float]:
        """Answers a second, percentiles of their latency, and how many failed."""
        p50, p95, p99 = np.percentile(self.latencies, [50, 95, 99]) if self.latencies else [0] * 3
        return {
            "per_second": len(self.latencies) / self.seconds,
            "p50": float(p50),
            "p95": float(p95),
            "p99": float(p99),
            "answers": len(self.latencies),
            "errors": self.errors,
        }


def main() -> None:
    """Reads the command line, measures, prints a row for each round."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--dataset", type=Path, required=True)
    parser.add_argument("--sizes", type=int, nargs="+", default=[1_000, 100_000])
    parser.add_argument("--workers", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--paths", nargs="+", default=["/ask", "/search"])
    parser.add_argument("--seconds", type=float, default=6.0, help="of each round")
    parser.add_argument("--json", type=Path, metavar="FILE")
    arguments = parser.parse_args()
    questions = read_questions(arguments.dataset, MOST_QUESTIONS)
    results = []
    print("| passages | workers | path | clients | a second | p50 / p95 / p99, ms | errors |")
    print("| --- | --- | --- | --- | --- | --- | --- |")
    for size in arguments.sizes:
        with tempfile.TemporaryDirectory(prefix="footnote-benchmark-") as name:
            folder = Path(name)
            passages = make_collection(folder, [arguments.dataset / "corpus.jsonl"], size)
            for workers in arguments.workers:
                for row in measure(folder, workers, arguments, questions):
                    results.append(row | {"passages": passages, "workers": workers})
                    print(line(results[-1]), flush=True)
    if arguments.json:
        write_json(arguments.json, {"rounds": results})


def measure(
    folder: Path, workers: int, arguments: argparse.Namespace, questions: Sequence[str]
) -> Iterator[dict[str, Any]]:
    """Every round with so many workers."""
    with serving(folder, workers) as (address, _process):
        for path, clients in itertools.product(arguments.paths, CLIENTS):
            ask_all(address, path, min(clients, 8), questions, WARM_UP, arguments.seconds)
            found = ask_all(address, path, clients, questions, MOST_QUESTIONS, arguments.seconds)
            yield {"path": path, "clients": clients, **found.figures()}


def ask_all(
    address: str, path: str, clients: int, questions: Sequence[str], count: int, seconds: float
) -> Round:
    """`clients` ask at once until `count` questions are asked or `seconds` are over."""
    took = Round(seconds)
    numbers = iter(range(count))
    until = time.perf_counter() + seconds
    lock = threading.Lock()

    def ask() -> None:
        with httpx.Client(base_url=address, timeout=60) as client:
            while time.perf_counter() < until:
                with lock:
                    number = next(numbers, None)
                if number is None:
                    return
                start = time.perf_counter()
                is_answered = _asked(client, path, questions[number % len(questions)])
                milliseconds = 1000 * (time.perf_counter() - start)
                with lock:
                    took.latencies += [milliseconds] if is_answered else []
                    took.errors += not is_answered

    started = time.perf_counter()
    threads = [threading.Thread(target=ask) for _ in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    took.seconds = time.perf_counter() - started
    return took


def line(row: dict[str, Any]) -> str:
    """A round as a row of the table."""
    spread = f"{row['p50']:.0f} / {row['p95']:.0f} / {row['p99']:.0f}"
    return (
        f"| {row['passages']:,} | {row['workers']} | `{row['path']}` | {row['clients']} "
        f"| {row['per_second']:.1f} | {spread} | {row['errors']} |"
    )


def _asked(client: httpx.Client, path: str, question: str) -> bool:
    name = "question" if path == "/ask" else "query"
    try:
        return client.post(path, json={name: question}).is_success
    except httpx.HTTPError:
        return False


if __name__ == "__main__":
    main()
