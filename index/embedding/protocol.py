"""What an embedding model offers to the rest of the index."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray


class Embedder(Protocol):
    """Turns texts into unit-length vectors whose dot product is their cosine similarity.

    Embedders may be shared by threads.
    """

    @property
    def name(self) -> str:
        """The model's name, for people."""

    @property
    def fingerprint(self) -> str:
        """Changes whenever the model would give other vectors."""

    @property
    def dimension(self) -> int:
        """Numbers in a vector."""

    def embed_passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Vectors (len(texts), dimension) of texts to be found, in their order."""

    def embed_query(self, text: str) -> NDArray[np.float32]:
        """The vector (dimension,) of a text to find others by."""
