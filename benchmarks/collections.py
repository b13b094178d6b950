"""Collections of any size, made from the sentences of real articles."""

from __future__ import annotations

import json
import random
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.article import Document
from index.catalogue.catalogue import Catalogue
from index.embedding import load_embedder
from index.engines.local.engine import LocalEngine
from index.indexer import Indexer, open_indexer
from index.options import DERIVED, IndexOptions
from index.sentences import sentence_spans

_SENTENCES_IN_AN_ARTICLE = 40
_NEIGHBOURS = 60
_SHARE_FROM_ELSEWHERE = 0.2
_BETWEEN_SENTENCES = "  "  # two spaces, so that a passage falls into its sentences again
_NOISE = 0.01
# Where articles are said to come from: up to which of a hundred.
SOURCES = {"daily": 80, "weekly": 95, "monthly": 99, "yearly": 100}
_FIRST_DAY, _DAYS = date(2000, 1, 1), 8_000


class RecombinedVectors:
    """Stands in for the bundled model while a large collection is made.

    It claims to be that model, but a passage's vector is the mean of its sentences' real vectors
    with a little noise: the model's own last step is such a mean. Embedding a million passages
    for real would take hours and is not what is measured.
    """

    def __init__(self, sentences: Sequence[str]) -> None:
        real = load_embedder(None)
        self.name, self.fingerprint, self.dimension = real.name, real.fingerprint, real.dimension
        self._real = real
        self._places = {sentence: place for place, sentence in enumerate(sentences)}
        self._vectors = real.embed_passages(sentences)
        self._random = np.random.default_rng(0)

    def embed_passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Vectors (len(texts), dimension), unit length."""
        vectors = self._random.normal(0, _NOISE, (len(texts), self.dimension)).astype(np.float32)
        for vector, text in zip(vectors, texts, strict=True):
            parts = text.rpartition("\n")[2].split(_BETWEEN_SENTENCES)
            known = [self._places[part] for part in parts if part in self._places]
            # A piece of a sentence longer than a passage is none of them: any sentence will do.
            vector += self._vectors[known or [len(text) % len(self._vectors)]].mean(axis=0)
        vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
        return vectors

    def embed_query(self, text: str) -> NDArray[np.float32]:
        """The real model's vector (dimension,)."""
        return self._real.embed_query(text)


def make_collection(folder: Path, corpora: Sequence[Path], passages: int) -> int:
    """Makes a collection of at least `passages` passages in `folder`; returns how many.

    Its articles are sentences of the articles in `corpora` (JSONL), most of them neighbours.
    """
    order = random.Random(0)  # noqa: S311 - the same collection every time
    sentences = [sentence for corpus in corpora for sentence in read_sentences(corpus)]
    indexer = Indexer(
        Catalogue(folder),
        LocalEngine(folder / DERIVED),
        RecombinedVectors(sentences),
        IndexOptions(folder),
    )
    number = 0
    while (have := indexer.status().passages) < passages:
        articles = max((passages - have) // 12, 1)
        indexer.add(_articles(sentences, order, number, articles))
        number += articles
    return have


@contextmanager
def collection_of(dataset: Path) -> Iterator[Path]:
    """A collection of a data set's articles as they are, gone at the end."""
    with tempfile.TemporaryDirectory(prefix="footnote-benchmark-") as name:
        open_indexer(IndexOptions(Path(name))).add_sources([str(dataset / "corpus.jsonl")])
        yield Path(name)


def read_sentences(corpus: Path) -> list[str]:
    """The sentences of a JSONL file of articles."""
    with corpus.open(encoding="utf-8") as lines:
        texts = [json.loads(line)["text"] for line in lines if line.strip()]
    found = [text[s.start : s.end] for text in texts for s in sentence_spans(text, 0, len(text))]
    return [" ".join(sentence.split()) for sentence in found]


def read_questions(dataset: Path, count: int) -> list[str]:
    """The first `count` questions of a data set."""
    with (dataset / "queries.jsonl").open(encoding="utf-8") as lines:
        return [json.loads(line)["question"] for _, line in zip(range(count), lines, strict=False)]


def _articles(
    sentences: Sequence[str], order: random.Random, first: int, count: int
) -> Iterator[Document]:
    for number in range(first, first + count):
        first = order.randrange(max(len(sentences) - _NEIGHBOURS, 1))
        picked = [
            order.choice(sentences)
            if order.random() < _SHARE_FROM_ELSEWHERE
            else sentences[min(first + order.randrange(_NEIGHBOURS), len(sentences) - 1)]
            for _ in range(_SENTENCES_IN_AN_ARTICLE)
        ]
        title = " ".join(picked[0].split()[:8])
        name = f"recombined-{number}"
        yield Document(
            name,
            title=title,
            text=_BETWEEN_SENTENCES.join(picked),
            given_id=name,
            source=_source(number),
            published_at=(_FIRST_DAY + timedelta(days=number % _DAYS)).isoformat(),
        )


def _source(number: int) -> str:
    """Of a hundred articles 80 are from "daily", 15 from "weekly", 4 from "monthly", 1 "yearly"."""
    place = number % 100
    return next(name for name, end in SOURCES.items() if place < end)
