"""Any sentence-transformers model that is on this machine, by name or folder."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.errors import CollectionError
from inference.model_files import ModelError
from inference.named_models import find_model, load_sentence_transformer

# What decides the vectors; a model's readme or images do not.
DECISIVE_SUFFIXES = frozenset({".safetensors", ".bin", ".json", ".txt", ".model", ".py"})


class NamedEmbedder:
    """A model loaded through sentence-transformers, with its own prompts and truncation."""

    def __init__(self, model: str) -> None:
        """Loads the model named `model`, or the one in the folder `model`; never downloads.

        Raises CollectionError when it is not on this machine, is no such model, or
        sentence-transformers is not installed.
        """
        self.name = model
        try:
            folder = find_model(model, "embedding")
            self._model = load_sentence_transformer(model, folder)
        except ModelError as error:
            raise CollectionError(str(error)) from error
        self.fingerprint = f"{Path(model).name}:{_checksum(folder)[:16]}"
        self.dimension = self._model.get_embedding_dimension() or self._measured_dimension()
        self._turn = threading.Lock()

    def embed_passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Vectors (len(texts), dimension), unit length, in the order of `texts`."""
        if not texts:
            return np.empty((0, self.dimension), np.float32)
        with self._turn:
            vectors = self._model.encode_document(
                list(texts), normalize_embeddings=True, show_progress_bar=False
            )
        return np.asarray(vectors, np.float32)

    def embed_query(self, text: str) -> NDArray[np.float32]:
        """The vector (dimension,), unit length, of a text to find others by."""
        with self._turn:
            vector = self._model.encode_query(
                text, normalize_embeddings=True, show_progress_bar=False
            )
        return np.asarray(vector, np.float32)

    def _measured_dimension(self) -> int:
        return int(np.shape(self._model.encode("a", show_progress_bar=False))[0])


def _checksum(folder: Path) -> str:
    """SHA-256 over the names and contents of the files that decide the vectors."""
    total = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if path.suffix in DECISIVE_SUFFIXES and path.is_file():
            total.update(path.relative_to(folder).as_posix().encode())
            with path.open("rb") as file:
                total.update(hashlib.file_digest(file, "sha256").digest())
    return total.hexdigest()
