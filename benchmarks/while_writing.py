"""How soon a change is seen, and what a question waits while articles are taken in.

    python -m benchmarks.while_writing --dataset FOLDER [--passages 100000] [--json FILE]
                                       [--collection FOLDER]

FOLDER is a data set as `footnote eval` takes it: its sentences, recombined, become a collection
(kept in `--collection` for the next time), and its questions are asked of it. Two `footnote serve`
run on it. An article is added and removed through one of them and looked for through the other.
Then questions are asked of the second while nothing else happens, while `footnote add` takes in
articles in a process of its own, and while the same server takes them in.
"""

from __future__ import annotations

import argparse
import itertools
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import httpx

from benchmarks.collections import make_collection, read_questions, read_sentences
from benchmarks.measure import Spread, table, write_json
from benchmarks.search import WARM_UP, latencies, serving

_CHANGES = 8
_ASKED_QUIETLY = 60
_ASKED_BUSILY = 60
_ARTICLES = 4_000  # more than are taken in before the questions are through


def main() -> None:
    """Reads the command line, measures, prints a table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--dataset", type=Path, required=True)
    parser.add_argument("--passages", type=int, default=100_000)
    parser.add_argument("--collection", type=Path, metavar="FOLDER")
    parser.add_argument("--json", type=Path, metavar="FILE")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="footnote-benchmark-") as name:
        folder = arguments.collection or Path(name, "data")
        corpus = arguments.dataset / "corpus.jsonl"
        if not folder.exists():
            make_collection(folder, [corpus], arguments.passages)
        articles = Path(name, "articles.jsonl")
        write_articles(articles, read_sentences(corpus))
        questions = read_questions(arguments.dataset, 2_000)
        results = measure(folder, articles, questions)
    print(table(rows(results)))
    if arguments.json:
        write_json(arguments.json, results)


def write_articles(file: Path, sentences: Sequence[str]) -> None:
    """Articles of four passages or so that are new each time."""
    order = random.Random()  # noqa: S311 - others each time
    with file.open("w", encoding="utf-8") as lines:
        for number in range(_ARTICLES):
            text = " ".join(order.choices(sentences, k=16))
            article = {"id": f"new-{order.getrandbits(48):x}", "title": f"N {number}", "text": text}
            lines.write(json.dumps(article) + "\n")


def measure(folder: Path, articles: Path, questions: Sequence[str]) -> dict[str, Any]:
    """Seconds until changes are seen; milliseconds of questions, quiet and busy."""
    results: dict[str, Any] = {}
    with (
        serving(folder) as (first, _),
        serving(folder) as (second, _),
        httpx.Client(base_url=first, timeout=60) as here,
        httpx.Client(base_url=second, timeout=60) as there,
    ):
        for question in questions[:WARM_UP]:
            ask(there, question)
        results |= changes(here, there)
        results["milliseconds"] = {
            "quiet": asked(there, questions, lambda number: number < _ASKED_QUIETLY),
            "footnote add": while_command(folder, articles, there, questions),
            "POST /articles": while_posted(articles, there, questions),
        }
    return results


def changes(here: httpx.Client, there: httpx.Client) -> dict[str, Spread]:
    """Seconds from sending a change to one process until the other answers by it."""
    added, removed = [], []
    for number in range(_CHANGES):
        name = f"zyxo{number}q{time.time_ns():x}"
        article = {"id": name, "title": name, "text": f"The lighthouse {name} was lit in 1931."}
        started = time.perf_counter()
        here.post("/articles?wait=true", json=article).raise_for_status()
        while name not in found(there, name):
            pass
        added.append(time.perf_counter() - started)
        started = time.perf_counter()
        here.delete(f"/articles/{name}").raise_for_status()
        while name in found(there, name):
            pass
        removed.append(time.perf_counter() - started)
    return {"seconds_to_add": Spread.of(added), "seconds_to_remove": Spread.of(removed)}


def found(client: httpx.Client, name: str) -> list[str]:
    """Ids of the articles that a search for a name brings."""
    reply = client.post("/search", json={"query": f"lighthouse {name}", "top_k": 3})
    return [one["article_id"] for one in reply.raise_for_status().json()["passages"]]


def ask(client: httpx.Client, question: str) -> None:
    """One question, checked."""
    client.post("/ask", json={"question": question}).raise_for_status()


def asked(
    client: httpx.Client, questions: Sequence[str], goes_on: Callable[[int], bool]
) -> dict[str, float]:
    """Milliseconds of `POST /ask`, one after the other for as long as it goes on."""
    took: list[float] = []
    for question in itertools.cycle(questions[WARM_UP:]):
        if not goes_on(len(took)):
            break
        started = time.perf_counter()
        ask(client, question)
        took.append(1000 * (time.perf_counter() - started))
    return latencies(took)


def while_command(
    folder: Path, articles: Path, client: httpx.Client, questions: Sequence[str]
) -> dict[str, float]:
    """The same while `footnote add` takes articles in."""
    command = Path(sys.executable).parent / "footnote"
    before = count(client)
    process = subprocess.Popen(  # noqa: S603 - our own command
        [command, "add", articles, "--data-dir", folder], env=os.environ, stdout=subprocess.DEVNULL
    )
    try:
        while count(client) == before:
            time.sleep(0.1)
        started, at_start = time.perf_counter(), count(client)
        times = asked(client, questions, lambda n: n < _ASKED_BUSILY and process.poll() is None)
        taken = count(client) - at_start
    finally:
        process.terminate()
        process.wait()
    return times | {"passages_per_second": taken / (time.perf_counter() - started)}


def while_posted(
    articles: Path, client: httpx.Client, questions: Sequence[str]
) -> dict[str, float]:
    """The same while the server that is asked takes articles in."""
    with articles.open(encoding="utf-8") as lines:
        sent = [json.loads(line) for line in lines]
    for one in sent:
        one["id"] += "-posted"
        one["text"] = "Again. " + one["text"]
    before = count(client)
    for some in portions(sent, 1_000):
        client.post("/articles", json={"articles": some}).raise_for_status()
    while count(client) == before:
        time.sleep(0.1)
    started, at_start = time.perf_counter(), count(client)
    times = asked(client, questions, lambda n: n < _ASKED_BUSILY)
    taken = count(client) - at_start
    return times | {"passages_per_second": taken / (time.perf_counter() - started)}


def count(client: httpx.Client) -> int:
    """Passages in the collection."""
    text = client.get("/metrics").raise_for_status().text
    line = next(one for one in text.splitlines() if one.startswith("footnote_passages "))
    return int(float(line.split()[1]))


def portions(values: Sequence[Any], size: int) -> Iterator[Sequence[Any]]:
    """`values` in lists of at most `size`."""
    for first in range(0, len(values), size):
        yield values[first : first + size]


def rows(results: dict[str, Any]) -> list[tuple[str, str]]:
    """The results as table rows."""
    found = [
        ("sent until found through the other process, s", f"{results['seconds_to_add']:.2f}"),
        ("removed until gone from the other process, s", f"{results['seconds_to_remove']:.2f}"),
    ]
    quiet = results["milliseconds"]["quiet"]
    for way, one in results["milliseconds"].items():
        times = f"{one['p50']:.0f} / {one['p95']:.0f} ({one['p95'] / quiet['p95']:.2f}×)"
        speed = one.get("passages_per_second")
        taken = "" if speed is None else f", {speed:.0f} passages/s taken in"
        found.append((f"POST /ask, {way}, ms p50 / p95", times + taken))
    return found


if __name__ == "__main__":
    main()
