"""Confidence intervals by the bootstrap (Efron, 1979): over queries drawn again and again."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

_RESAMPLES = 1000
_SEED = 7
_TAIL = 2.5


def resamples(count: int) -> list[NDArray[np.intp]]:
    """So many draws of `count` places with replacement, the same ones every time."""
    chance = np.random.default_rng(_SEED)
    return [chance.integers(0, count, count) for _ in range(_RESAMPLES)]


def interval(
    figure: Callable[[NDArray[np.intp]], float], draws: list[NDArray[np.intp]]
) -> tuple[float, float]:
    """The middle 95 % of a figure over the draws; NaNs (no meaning on a draw) are left out."""
    values = np.array([figure(draw) for draw in draws], np.float64)
    known = values[~np.isnan(values)]
    if len(known) == 0:
        return float("nan"), float("nan")
    low, high = np.percentile(known, [_TAIL, 100 - _TAIL])
    return float(low), float(high)
