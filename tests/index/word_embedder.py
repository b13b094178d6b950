"""A small embedder for tests that are not about the model."""

from __future__ import annotations

import re
import zlib
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray


class WordEmbedder:
    """A hashed bag of words: real vectors without a model, the same in every process.

    `given` keeps every text that was embedded as a passage, so that tests can count.
    """

    def __init__(self, name: str = "bag-of-words", dimension: int = 64) -> None:
        self.name = name
        self.fingerprint = f"{name}:{dimension}"
        self.dimension = dimension
        self.given: list[str] = []

    def embed_passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Vectors (len(texts), dimension), unit length."""
        self.given += texts
        return np.stack([self.embed_query(text) for text in texts]) if texts else self._nothing()

    def embed_query(self, text: str) -> NDArray[np.float32]:
        """The vector (dimension,), unit length."""
        vector = np.full(self.dimension, 0.01, np.float32)
        for word in re.findall(r"\w+", text.lower()):
            vector[zlib.crc32(f"{self.name} {word}".encode()) % self.dimension] += 1
        unit: NDArray[np.float32] = vector / np.linalg.norm(vector)
        return unit

    def _nothing(self) -> NDArray[np.float32]:
        return np.empty((0, self.dimension), np.float32)
