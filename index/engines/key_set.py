"""Which passages a search may find, as a set of their keys."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property

import numpy as np
from numpy.typing import NDArray


class KeySet:
    """A set of passages' keys that never changes and may hold very many."""

    def __init__(self, keys: Iterable[int] | NDArray[np.int64]) -> None:
        given = keys if isinstance(keys, np.ndarray) else np.fromiter(keys, np.int64)
        self.keys: NDArray[np.int64] = np.unique(given)
        """Shape (n,), ascending."""

    def __len__(self) -> int:
        return len(self.keys)

    def holds(self, keys: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Which of the keys are in the set, shape (len(keys),)."""
        if len(self.keys) == 0:
            return np.zeros(len(keys), np.bool_)
        places = np.minimum(np.searchsorted(self.keys, keys), len(self.keys) - 1)
        held: NDArray[np.bool_] = self.keys[places] == keys
        return held

    @cached_property
    def bitmap(self) -> NDArray[np.uint8]:
        """A bit for each key from 0 to the highest, eight in a byte, the lowest first."""
        bits = np.zeros(int(self.keys[-1]) + 1 if len(self) else 0, np.bool_)
        bits[self.keys] = True
        return np.packbits(bits, bitorder="little")
