"""Texts to vectors: the bundled model, or any sentence-transformers model by name."""

from __future__ import annotations

from index.embedding.protocol import Embedder

__all__ = ["Embedder", "load_embedder"]


def load_embedder(model: str | None) -> Embedder:
    """The embedder for `model`: None for the bundled one, else a name or a folder.

    Names and folders are loaded through sentence-transformers, from this machine only.

    Raises CollectionError when the model is missing or damaged, or its library not installed.
    """
    # Imported here: each carries a heavy library that the other must not pay for.
    if model is None:
        from index.embedding.bundled import BUNDLED_MODEL, BundledEmbedder

        return BundledEmbedder(BUNDLED_MODEL)
    from index.embedding.named import NamedEmbedder

    return NamedEmbedder(model)
