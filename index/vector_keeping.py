"""Vectors of passages: made once for each content, kept by its hash."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from numpy.typing import NDArray

from index.catalogue.reading import Snapshot
from index.catalogue.writing import Transaction
from index.embedding import Embedder
from index.indexing import PreparedPassage
from index.priority import yield_to_questions

# So many passages, an article or two, are embedded at once, however many questions are asked.
_FEW = 40

Vectors = Mapping[bytes, NDArray[np.float32]]


def missing_vectors(
    snapshot: Snapshot, embedder: Embedder, passages: Sequence[PreparedPassage]
) -> list[PreparedPassage]:
    """Those of `passages` whose vectors of this model are not kept yet."""
    hashes = {passage.content_hash for passage in passages}
    known = snapshot.known_hashes(hashes, embedder.fingerprint)
    return [passage for passage in passages if passage.content_hash not in known]


def embedded(embedder: Embedder, passages: Sequence[PreparedPassage]) -> Vectors:
    """Vectors, each of shape (dimension,), by content hash; each content is embedded once."""
    texts = {passage.content_hash: passage.embedded_text for passage in passages}
    if not texts:
        return {}
    if len(texts) <= _FEW:
        vectors = embedder.embed_passages(list(texts.values()))
    else:
        # A thread of its own: what has made way once cannot take it back.
        with ThreadPoolExecutor(1, "embedding", yield_to_questions) as aside:
            vectors = aside.submit(embedder.embed_passages, list(texts.values())).result()
    return dict(zip(texts, vectors, strict=True))


def complete_vectors(
    transaction: Transaction,
    embedder: Embedder,
    passages: Sequence[PreparedPassage],
    fresh: Vectors,
) -> None:
    """Stores new vectors, and those that another writer dropped in between."""
    transaction.put_vectors(fresh, embedder.fingerprint)
    missing = missing_vectors(transaction.snapshot, embedder, passages)
    transaction.put_vectors(embedded(embedder, missing), embedder.fingerprint)
