"""Boosted decision trees, evaluated with NumPy alone."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Trees:
    """Trees flattened into arrays over all nodes; a leaf points at itself.

    `roots` (trees,), `feature`, `left`, `right` (nodes,) are integers; `threshold` and `value`
    (nodes,) float32. A row goes left where `row[feature] <= threshold`. The sum of the leaves'
    values and `baseline` is a log-odds.
    """

    baseline: float
    roots: NDArray[np.int32]
    feature: NDArray[np.int32]
    threshold: NDArray[np.float32]
    left: NDArray[np.int32]
    right: NDArray[np.int32]
    value: NDArray[np.float32]
    depth: int

    def probabilities(self, rows: NDArray[np.float32]) -> NDArray[np.float32]:
        """(rows, features) → (rows,), each in 0..1."""
        node = np.broadcast_to(self.roots, (len(rows), len(self.roots)))
        for _ in range(self.depth):
            own = np.take_along_axis(rows, self.feature[node], axis=1)
            node = np.where(own <= self.threshold[node], self.left[node], self.right[node])
        log_odds = self.baseline + self.value[node].sum(axis=1)
        return np.asarray(1 / (1 + np.exp(-log_odds)), dtype=np.float32)
