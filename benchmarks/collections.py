"""Collections of any size, made from the sentences of real articles."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.article import Document
from index.catalogue.catalogue import Catalogue
from index.embedding import load_embedder
from index.engines.local.engine import LocalEngine
from index.indexer import Indexer
from index.options import DERIVED, IndexOptions
from index.sentences import sentence_spans

_SENTENCES_IN_AN_ARTICLE = 40
_EMBEDDED = 1_000
_NOISE = 0.03


class RecombinedVectors:
    """Stands in for the bundled model while a large collection is made.

    It claims to be that model, but its vectors are those of a thousand real sentences, each with
    noise of its own added: embedding for real would take minutes and is not what is measured.
    """

    def __init__(self, sentences: Sequence[str]) -> None:
        real = load_embedder(None)
        self.name, self.fingerprint, self.dimension = real.name, real.fingerprint, real.dimension
        self._real = real
        self._vectors = real.embed_passages(sentences)
        self._random = np.random.default_rng(0)

    def embed_passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Vectors (len(texts), dimension), unit length."""
        picked = self._vectors[self._random.integers(len(self._vectors), size=len(texts))]
        noise = self._random.normal(0, _NOISE, picked.shape)
        vectors: NDArray[np.float32] = (picked + noise).astype(np.float32)
        vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
        return vectors

    def embed_query(self, text: str) -> NDArray[np.float32]:
        """The real model's vector (dimension,)."""
        return self._real.embed_query(text)


def make_collection(folder: Path, corpus: Path, passages: int) -> int:
    """Makes a collection of at least `passages` passages in `folder`; returns how many."""
    order = random.Random(0)  # noqa: S311 - the same collection every time
    sentences = read_sentences(corpus)
    embedder = RecombinedVectors(order.sample(sentences, min(_EMBEDDED, len(sentences))))
    indexer = Indexer(
        Catalogue(folder), LocalEngine(folder / DERIVED), embedder, IndexOptions(folder)
    )
    number = 0
    while (have := indexer.status().passages) < passages:
        articles = max((passages - have) // 12, 1)
        indexer.add(_articles(sentences, order, number, articles))
        number += articles
    return have


def read_sentences(corpus: Path) -> list[str]:
    """The sentences of a JSONL file of articles."""
    with corpus.open(encoding="utf-8") as lines:
        texts = [json.loads(line)["text"] for line in lines if line.strip()]
    return [text[s.start : s.end] for text in texts for s in sentence_spans(text, 0, len(text))]


def read_questions(dataset: Path, count: int) -> list[str]:
    """The first `count` questions of a data set."""
    with (dataset / "queries.jsonl").open(encoding="utf-8") as lines:
        return [json.loads(line)["question"] for _, line in zip(range(count), lines, strict=False)]


def _articles(
    sentences: Sequence[str], order: random.Random, first: int, count: int
) -> Iterator[Document]:
    for number in range(first, first + count):
        picked = order.choices(sentences, k=_SENTENCES_IN_AN_ARTICLE)
        title = " ".join(picked[0].split()[:8])
        name = f"recombined-{number}"
        yield Document(name, title=title, text=" ".join(picked), given_id=name)
