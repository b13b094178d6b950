"""Cutting and embedding every stored article anew."""

from __future__ import annotations

from collections.abc import Callable
from itertools import islice

from index.catalogue.catalogue import Catalogue
from index.embedding import Embedder
from index.engines.base import Engine
from index.indexing import prepared
from index.model_check import model_of
from index.storing import replace_passages
from index.vector_keeping import complete_vectors, embedded, missing_vectors

OnProgress = Callable[[int, int], None]  # (articles done, articles in all)
_PORTION = 50  # articles whose vectors are kept in one transaction


def rebuild(
    catalogue: Catalogue, engine: Engine, embedder: Embedder, on_progress: OnProgress
) -> None:
    """Makes all passages, vectors and derived files anew with the embedder's model.

    Vectors are kept as they are made, so a rebuild that was stopped goes on where it was. The
    rest is one transaction: until it commits, the collection answers as before.
    """
    engine.discard()
    with catalogue.write("embed") as transaction:
        transaction.drop_damaged_vectors()
    _embed_all(catalogue, embedder, on_progress)
    with catalogue.write("rebuild") as transaction:
        keys: list[int] = []
        for stored, document in transaction.snapshot.documents():
            passages = prepared(document).passages
            keys += replace_passages(transaction, stored.key, passages)
            complete_vectors(transaction, embedder, passages, {})
        transaction.set_model(model_of(embedder))
        transaction.drop_unused_vectors()
        if keys:
            engine.prepare(transaction.snapshot, transaction.snapshot.texts_of(keys))


def _embed_all(catalogue: Catalogue, embedder: Embedder, on_progress: OnProgress) -> None:
    """Keeps every vector that is missing, portion by portion; no lock is held while embedding."""
    done, last = 0, 0
    while True:
        with catalogue.read() as snapshot:
            total = snapshot.counts()[0]
            portion = list(islice(snapshot.documents(last), _PORTION))
            passages = [
                passage for _, document in portion for passage in prepared(document).passages
            ]
            missing = missing_vectors(snapshot, embedder, passages)
        if not portion:
            return
        if missing:
            fresh = embedded(embedder, missing)
            with catalogue.write("embed") as transaction:
                transaction.put_vectors(fresh, embedder.fingerprint)
        done, last = done + len(portion), portion[-1][0].key
        on_progress(done, max(done, total))
