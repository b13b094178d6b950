"""Search latency and memory at several sizes, against a dense search as users script it.

    python -m benchmarks.search --dataset FOLDER [--sizes 1000 100000] [--json FILE]

FOLDER is a data set as `footnote eval` takes it: its articles' sentences, recombined, become the
collections, and its questions are asked of them. Three ways take turns: Footnote's search inside
a process; sentence-transformers' encode with its semantic_search over the same vectors in memory
(no keywords, no filters, no text); and `POST /search` of a running `footnote serve`, which
reads and reranks what that search found.
"""

from __future__ import annotations

import argparse
import os
import re
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import numpy as np

from benchmarks.collections import make_collection, read_questions
from benchmarks.measure import Spread, Worker, original_model, table, write_json

TOP_K = 8
WARM_UP = 20


def main() -> None:
    """Reads the command line, measures, prints a table for each size."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--dataset", type=Path, required=True)
    parser.add_argument("--sizes", type=int, nargs="+", default=[1_000, 100_000])
    parser.add_argument("--questions", type=int, default=300)
    parser.add_argument("--json", type=Path, metavar="FILE")
    arguments = parser.parse_args()
    questions = read_questions(arguments.dataset, arguments.questions + WARM_UP)
    results = {}
    for size in arguments.sizes:
        results[str(size)] = measured = measure(arguments.dataset, size, questions)
        print(f"\n{measured['passages']:,} passages\n\n{table(rows(measured))}")
    if arguments.json:
        write_json(arguments.json, results)


def measure(dataset: Path, size: int, questions: list[str]) -> dict[str, Any]:
    """Milliseconds by each way, bytes of memory and disk, at one size."""
    with tempfile.TemporaryDirectory(prefix="footnote-benchmark-") as name:
        folder = Path(name)
        started = time.perf_counter()
        passages = make_collection(folder, [dataset / "corpus.jsonl"], size)
        made = time.perf_counter() - started
        with (
            serving(folder) as (address, process),
            httpx.Client(base_url=address) as client,
            Worker(in_process, folder) as inside,
            Worker(semantic_search, folder) as script,
        ):
            ways: dict[str, Callable[[str], float]] = {
                "post_search": timed(lambda question: post_search(client, question)),
                "in_process": inside.call,
                "semantic_search": script.call,
            }
            seconds = {way: [] for way in ways}  # type: dict[str, list[float]]
            for number, question in enumerate(questions):
                for way, ask in ways.items():
                    took = ask(question)
                    if number >= WARM_UP:
                        seconds[way].append(took)
            memory = {
                "serve_bytes": resident_bytes(process.pid),
                "semantic_search_bytes": script.peak_bytes(),
            }
        disk = sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())
    milliseconds = {way: latencies([1000 * one for one in took]) for way, took in seconds.items()}
    pairs = zip(seconds["semantic_search"], seconds["in_process"], strict=True)
    return {
        "passages": passages,
        "seconds_to_make": made,
        "ratio": Spread.of([slow / fast for slow, fast in pairs]),
        "milliseconds": milliseconds,
        "disk_bytes": disk,
        **memory,
    }


def rows(measured: dict[str, Any]) -> list[tuple[str, str]]:
    """The results as table rows, ratios first."""
    memory = measured["serve_bytes"] / measured["semantic_search_bytes"]
    found = [
        ("search: times faster than semantic_search", f"{measured['ratio'].median:.1f}×"),
        ("footnote serve: memory against it", f"{memory:.2f}×"),
    ]
    for way, label in (
        ("in_process", "search"),
        ("semantic_search", "encode and semantic_search"),
        ("post_search", "POST /search, which reads and reranks what was found"),
    ):
        spread = measured["milliseconds"][way]
        found.append((f"{label}, ms p50 / p95", f"{spread['p50']:.1f} / {spread['p95']:.1f}"))
    return [
        *found,
        ("footnote serve, resident memory", f"{measured['serve_bytes'] / 1e6:.0f} MB"),
        ("semantic_search, peak memory", f"{measured['semantic_search_bytes'] / 1e6:.0f} MB"),
        ("data folder", f"{measured['disk_bytes'] / 1e6:.0f} MB"),
    ]


def latencies(milliseconds: list[float]) -> dict[str, float]:
    """Median and 95th percentile."""
    p50, p95 = np.percentile(milliseconds, [50, 95])
    return {"p50": float(p50), "p95": float(p95)}


def timed(ask: Callable[[str], object]) -> Callable[[str], float]:
    """`ask`, made to return the seconds it took."""

    def measured(question: str) -> float:
        start = time.perf_counter()
        ask(question)
        return time.perf_counter() - start

    return measured


@contextmanager
def serving(folder: Path, workers: int = 1) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """`footnote serve` on a free port: its address and process."""
    command = Path(sys.executable).parent / "footnote"
    process = subprocess.Popen(  # noqa: S603 - our own command
        [command, "serve", "--port", "0", "--data-dir", folder],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ | {"FOOTNOTE_WORKERS": str(workers)},
    )
    try:
        yield _address(process), process
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait()


def _address(process: subprocess.Popen[str]) -> str:
    """Where the server says it is, once it can answer."""
    if process.stderr is None:
        raise SystemExit("footnote serve has no log to read")
    for line in process.stderr:
        if named := re.search(r"http://\S+", line):
            # One line for each request: whoever does not read them blocks the server.
            threading.Thread(target=process.stderr.read, daemon=True).start()
            while not httpx.get(f"{named[0]}/readyz", timeout=180).is_success:
                time.sleep(0.1)
            return named[0]
    raise SystemExit("footnote serve ended before it said where it is")


def post_search(client: httpx.Client, question: str) -> object:
    """One request, checked."""
    reply = client.post("/search", json={"query": question, "top_k": TOP_K})
    return reply.raise_for_status().json()["passages"][0]


def in_process(folder: Path) -> Callable[[str], object]:
    """Footnote's search without HTTP."""
    from index.options import IndexOptions
    from index.searcher import open_searcher

    searcher = open_searcher(IndexOptions(folder))
    return lambda question: searcher.search(question, top_k=TOP_K).hits[0]


def semantic_search(folder: Path) -> Callable[[str], object]:
    """What the sentence-transformers documentation shows, over the collection's own vectors."""
    import torch
    from sentence_transformers import SentenceTransformer, util

    from index.catalogue.catalogue import Catalogue

    with Catalogue(folder).read() as snapshot:
        vectors = torch.from_numpy(snapshot.vectors_of(snapshot.added_after(0)).copy())
    model = SentenceTransformer(original_model())
    return lambda question: util.semantic_search(
        model.encode(question, convert_to_tensor=True, show_progress_bar=False),
        vectors,
        top_k=TOP_K,
    )


def resident_bytes(process_id: int) -> int:
    """Memory of a running process now (Linux)."""
    status = Path(f"/proc/{process_id}/status").read_text(encoding="utf-8")
    found = re.search(r"VmRSS:\s+(\d+) kB", status)
    return int(found[1]) * 1024 if found else 0


if __name__ == "__main__":
    main()
