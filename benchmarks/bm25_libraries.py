"""Which BM25 library: tantivy, bm25s or SQLite FTS5, on quality, updates and latency.

    python -m benchmarks.bm25_libraries --questions DATASET [--passages 100000]

DATASET is a folder as `footnote eval` takes it. Quality is measured on its own articles (each
whole article one unit), speed on its sentences recombined into as many passages as asked for.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

import bm25s
import Stemmer
import tantivy

STOP_WORDS = frozenset(
    re.findall(
        r"\w+",
        "a an and are as at be been but by can did do does for from had has have how in into is it "
        "its of on or that the their there these they this to was were what when where which who "
        "whom whose why will with would",
    )
)


def terms(text: str) -> list[str]:
    """Lower-cased words without stop words; all words when nothing else is left."""
    words = re.findall(r"\w+", text.lower())
    return [word for word in words if word not in STOP_WORDS] or words


class Candidate(Protocol):
    """One library, holding (title, text) documents numbered from 0."""

    name: str

    def build(self, documents: Sequence[tuple[str, str]]) -> None: ...
    def add(self, documents: Sequence[tuple[str, str]]) -> None: ...
    def search(self, question: str, limit: int) -> list[int]: ...


class Tantivy:
    name = "tantivy"

    def __init__(self, folder: Path, title_boost: float = 1.0) -> None:
        builder = tantivy.SchemaBuilder()
        builder.add_integer_field("key", stored=True, indexed=True, fast=True)
        for field in ("title", "text"):
            builder.add_text_field(field, tokenizer_name="english")
        (folder / "tantivy").mkdir()
        self._index = tantivy.Index(builder.build(), path=str(folder / "tantivy"))
        analyzer = (
            tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple())
            .filter(tantivy.Filter.remove_long(60))
            .filter(tantivy.Filter.lowercase())
            .filter(tantivy.Filter.ascii_fold())
            .filter(tantivy.Filter.stemmer("English"))
            .build()
        )
        self._index.register_tokenizer("english", analyzer)
        self._count = 0
        self._boosts = {"title": title_boost, "text": 1.0}

    def build(self, documents: Sequence[tuple[str, str]]) -> None:
        self._write(documents, 200_000_000)

    def add(self, documents: Sequence[tuple[str, str]]) -> None:
        self._write(documents, 15_000_000)

    def _write(self, documents: Sequence[tuple[str, str]], memory: int) -> None:
        writer = self._index.writer(memory, 1)
        for title, text in documents:
            writer.add_document(tantivy.Document(key=self._count, title=title, text=text))
            self._count += 1
        writer.commit()
        writer.wait_merging_threads()
        self._index.reload()

    def search(self, question: str, limit: int) -> list[int]:
        searcher = self._index.searcher()
        query, _ = self._index.parse_query_lenient(
            " ".join(terms(question)), ["title", "text"], field_boosts=self._boosts
        )
        hits = searcher.search(query, limit).hits
        return [searcher.doc(address)["key"][0] for _, address in hits]


class Bm25s:
    name = "bm25s"

    def __init__(self, _folder: Path) -> None:
        self._stemmer = Stemmer.Stemmer("english")
        self._documents: list[str] = []

    def build(self, documents: Sequence[tuple[str, str]]) -> None:
        self._documents += [f"{title} {text}" for title, text in documents]
        tokens = bm25s.tokenize(
            self._documents, stopwords="en", stemmer=self._stemmer, show_progress=False
        )
        self._index = bm25s.BM25()
        self._index.index(tokens, show_progress=False)

    def add(self, documents: Sequence[tuple[str, str]]) -> None:
        self.build(documents)  # it has no update

    def search(self, question: str, limit: int) -> list[int]:
        tokens = bm25s.tokenize(
            question, stopwords="en", stemmer=self._stemmer, show_progress=False
        )
        found, _ = self._index.retrieve(tokens, k=limit, show_progress=False)
        return [int(key) for key in found[0]]


class Fts5:
    name = "SQLite FTS5"

    def __init__(self, folder: Path) -> None:
        self._database = sqlite3.connect(folder / "fts5.sqlite", isolation_level=None)
        self._database.execute("PRAGMA journal_mode=WAL")
        self._database.execute(
            "CREATE VIRTUAL TABLE words USING fts5(title, text, content='', "
            'tokenize="porter unicode61 remove_diacritics 2")'
        )
        self._count = 0

    def build(self, documents: Sequence[tuple[str, str]]) -> None:
        self.add(documents)

    def add(self, documents: Sequence[tuple[str, str]]) -> None:
        self._database.execute("BEGIN IMMEDIATE")
        for title, text in documents:
            self._database.execute(
                "INSERT INTO words(rowid, title, text) VALUES (?, ?, ?)", (self._count, title, text)
            )
            self._count += 1
        self._database.execute("COMMIT")

    def search(self, question: str, limit: int) -> list[int]:
        query = " OR ".join(f'"{term}"' for term in terms(question))
        rows = self._database.execute(
            "SELECT rowid FROM words WHERE words MATCH ? ORDER BY rank LIMIT ?", (query, limit)
        )
        return [row[0] for row in rows]


def read_lines(path: Path) -> list[dict[str, object]]:
    """A JSONL file's objects."""
    with path.open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def quality(candidate: Candidate, dataset: Path) -> tuple[float, float, float]:
    """recall@1, recall@5 and MRR@10 of the articles that hold the evidence."""
    corpus = read_lines(dataset / "corpus.jsonl")
    candidate.build([(str(row["title"]), str(row["text"])) for row in corpus])
    wanted: dict[object, set[object]] = {}
    for row in read_lines(dataset / "evidence.jsonl"):
        wanted.setdefault(row["query_id"], set()).add(row.get("article_id"))
    ranks = []
    for query in read_lines(dataset / "queries.jsonl"):
        if query["id"] in wanted:
            found = candidate.search(str(query["question"]), 10)
            ids = [corpus[key]["id"] for key in found]
            ranks.append(next((n for n, i in enumerate(ids, 1) if i in wanted[query["id"]]), 0))
    count = len(ranks)
    return (
        sum(rank == 1 for rank in ranks) / count,
        sum(1 <= rank <= 5 for rank in ranks) / count,
        sum(1 / rank for rank in ranks if rank) / count,
    )


def recombined(dataset: Path, count: int) -> list[tuple[str, str]]:
    """Passages of five sentences drawn at random from the data set's articles."""
    rng = random.Random(1)  # noqa: S311 - not for secrets
    sentences = [
        sentence
        for row in read_lines(dataset / "corpus.jsonl")
        for sentence in str(row["text"]).split(". ")
    ]
    return [(f"Article {n // 5}", ". ".join(rng.sample(sentences, 5))) for n in range(count)]


def speed(
    candidate: Candidate, documents: Sequence[tuple[str, str]], questions: Sequence[str]
) -> dict[str, float]:
    """Seconds to build and to add 8 passages, milliseconds a question."""
    begin = time.perf_counter()
    candidate.build(documents)
    built = time.perf_counter() - begin
    updates = []
    for _ in range(3):
        begin = time.perf_counter()
        candidate.add(documents[:8])
        candidate.search("anything", 10)
        updates.append(time.perf_counter() - begin)
    latencies = []
    for question in questions:
        begin = time.perf_counter()
        candidate.search(question, 50)
        latencies.append((time.perf_counter() - begin) * 1000)
    return {
        "build s": built,
        "add 8 s": statistics.median(updates),
        "p50 ms": statistics.median(latencies),
        "p95 ms": statistics.quantiles(latencies, n=20)[18],
    }


def main() -> None:
    """Measures every library and prints one table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--questions", type=Path, required=True)
    parser.add_argument("--passages", type=int, default=100_000)
    arguments = parser.parse_args()
    questions = [str(row["question"]) for row in read_lines(arguments.questions / "queries.jsonl")][
        :300
    ]
    documents = recombined(arguments.questions, arguments.passages)
    for kind in (Tantivy, Bm25s, Fts5):
        with tempfile.TemporaryDirectory() as first, tempfile.TemporaryDirectory() as second:
            recalls = quality(kind(Path(first)), arguments.questions)
            figures = speed(kind(Path(second)), documents, questions)
            size = sum(file.stat().st_size for file in Path(second).rglob("*") if file.is_file())
        line = " ".join(f"{name} {value:.3f}" for name, value in figures.items())
        print(
            f"{kind.name:12} R@1 {recalls[0]:.3f} R@5 {recalls[1]:.3f} MRR@10 {recalls[2]:.3f} "
            f"{line} disk {size / 1e6:.0f} MB"
        )


if __name__ == "__main__":
    main()
