"""Vectors of two models are never mixed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from index.catalogue.entities import Model
from index.embedding import Embedder
from index.errors import CollectionError

if TYPE_CHECKING:
    from index.catalogue.reading import Snapshot


def model_of(embedder: Embedder) -> Model:
    """What the catalogue keeps of an embedder."""
    return Model(embedder.name, embedder.fingerprint, embedder.dimension)


def check_model(snapshot: Snapshot, embedder: Embedder) -> None:
    """Raises `CollectionError` when the collection's vectors come from another model."""
    kept = snapshot.model()
    if kept is not None and kept.fingerprint != embedder.fingerprint:
        raise CollectionError(
            f"The collection was embedded with {kept.name}, but the model now is "
            f"{embedder.name}: re-embed it with `footnote rebuild`, or set the model back."
        )
