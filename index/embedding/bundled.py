"""The bundled sentence model."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.errors import CollectionError
from inference.model import BundledModel
from inference.model_files import ModelError

BUNDLED_MODEL = Path(__file__).parents[1] / "models" / "all-MiniLM-L6-v2"


class BundledEmbedder:
    """Embeds one text at a time on each of `threads` threads.

    One text at a time needs no padding, and a text's vector never depends on its company: the
    same text always gives the same bits. Texts longer than the model reads (256 tokens) are cut,
    as sentence-transformers does.
    """

    def __init__(self, folder: Path, threads: int | None = None) -> None:
        """Loads the model in `folder`; `threads` defaults to the processors we may use.

        Raises CollectionError when a file of the model is missing or damaged.
        """
        try:
            self._model = BundledModel(folder, threads)
        except ModelError as error:
            raise CollectionError(str(error)) from error
        self.name = self._model.files.name
        self.fingerprint = self._model.files.fingerprint
        self.dimension = int(self._model.files.facts["dimension"])

    def embed_passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Vectors (len(texts), dimension), unit length, in the order of `texts`."""
        vectors = np.empty((len(texts), self.dimension), np.float32)
        for place, vector in enumerate(self._model.each(self.embed_query, texts)):
            vectors[place] = vector
        return vectors

    def embed_query(self, text: str) -> NDArray[np.float32]:
        """The vector (dimension,), unit length; this model treats queries as it does passages."""
        (vectors,) = self._model.run({"token_ids": self._model.token_ids(text)})
        vector: NDArray[np.float32] = vectors[0]
        return vector
