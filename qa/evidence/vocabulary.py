"""What is known of words beforehand: how rare they are, whether they are names, what they mean."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

from qa.evidence.words import Word

VOCABULARY_FILE = "vocabulary.npz"
# Cosines below this say nothing about two words.
_LEAST_SIMILARITY = 0.3


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """A background table of common English words, made by `training/vocabulary.py`.

    `rows` maps a word form to its row; `rarity` (n,) float32 is an inverse document frequency in
    0..1 where 1 is the rarest; `names` (n,) float32 is the share of its occurrences inside a
    sentence that are capitalised; `vectors` (n, d) float32 are unit-length word vectors.
    """

    rows: dict[str, int]
    rarity: NDArray[np.float32]
    names: NDArray[np.float32]
    vectors: NDArray[np.float32]

    def known(self, form: str) -> bool:
        """Whether the table has the word."""
        return form in self.rows

    def rarity_of(self, word: Word) -> float:
        """0..1; numbers count as rare, unknown words as the rarest."""
        row = self.rows.get(word.form)
        if row is None:
            return 0.8 if word.number else 1.0
        return float(self.rarity[row])

    def name_share(self, form: str) -> float:
        """How often the word is a name, 0..1; unknown words always are."""
        row = self.rows.get(form)
        return 1.0 if row is None else float(self.names[row])

    def similarity(self, left: Sequence[str], right: Sequence[str]) -> NDArray[np.float32]:
        """Cosines of two lists of word forms, (len(left), len(right)); 0 where not known or low."""
        cosines = self._rows_of(left) @ self._rows_of(right).T
        return np.where(cosines < _LEAST_SIMILARITY, np.float32(0), cosines)

    def _rows_of(self, forms: Sequence[str]) -> NDArray[np.float32]:
        rows = np.array([self.rows.get(form, -1) for form in forms], dtype=np.intp)
        found = self.vectors[rows] if len(rows) else np.zeros((0, self.vectors.shape[1]))
        return np.where((rows >= 0)[:, None], found, 0).astype(np.float32)


def load_vocabulary() -> Vocabulary:
    """The shipped table (Apache-2.0 model, CC BY texts; see `training/README.md`)."""
    with (files("qa.evidence") / VOCABULARY_FILE).open("rb") as file, np.load(file) as table:
        forms = bytes(table["words"]).decode("utf-8").split("\n")
        vectors = table["vectors"].astype(np.float32)
        return Vocabulary(
            rows={form: row for row, form in enumerate(forms)},
            rarity=table["rarity"].astype(np.float32) / 255,
            names=table["names"].astype(np.float32) / 255,
            vectors=vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-6),
        )
