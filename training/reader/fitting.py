"""Fits logistic regressions over what is known of passages and spans."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from qa.reading.weighing import Features, Logistic


@dataclass(frozen=True, slots=True)
class Listed:
    """What is known of the candidates of one question, and which of them are wanted."""

    known: Sequence[Features]
    wanted: Sequence[bool]
    weight: float


def fitted(
    names: Sequence[str],
    known: Sequence[Features],
    wanted: Sequence[bool],
    weights: NDArray[np.float64],
) -> Logistic:
    """The probability of being wanted; `weights` float64 (len(known),)."""
    table = _table(names, known)
    spread = table.std(axis=0) + 1e-9
    model = LogisticRegression(C=1.0).fit(table / spread, wanted, weights)
    return _logistic(names, model.coef_[0] / spread, model.intercept_[0])


def fitted_order(names: Sequence[str], lists: Sequence[Listed]) -> Logistic:
    """What puts the wanted before the others of their question, as a probability.

    First a logistic regression over the differences of each wanted and each other candidate of a
    question (Burges et al., "Learning to rank using gradient descent", 2005): what is alike for
    all candidates of a question does not distract it. Then one over its sum (Platt, 1999).
    """
    tables = [_table(names, one.known) for one in lists]
    spread = np.concatenate(tables).std(axis=0) + 1e-9
    pairs = [_differences(*one) / spread for one in zip(tables, lists, strict=True)]
    # The pairs of a question weigh together what it weighs.
    shares = [_even(len(of_one), one.weight) for of_one, one in zip(pairs, lists, strict=True)]
    order = _order(np.concatenate(pairs), np.concatenate(shares)) / spread
    likely = LogisticRegression(C=1.0).fit(
        np.concatenate(tables) @ order[:, None],
        np.concatenate([one.wanted for one in lists]),
        np.concatenate([np.full(len(one.wanted), one.weight) for one in lists]),
    )
    return _logistic(names, likely.coef_[0, 0] * order, likely.intercept_[0])


def _differences(table: NDArray[np.float64], one: Listed) -> NDArray[np.float64]:
    """Each wanted candidate of a question less each other one, (pairs, features)."""
    wanted = np.array(one.wanted)
    apart: NDArray[np.float64] = table[wanted][:, None] - table[~wanted][None]
    return apart.reshape(-1, table.shape[1])


def _even(count: int, total: float) -> NDArray[np.float64]:
    return np.full(count, total / max(count, 1))


def _order(pairs: NDArray[np.float64], weights: NDArray[np.float64]) -> NDArray[np.float64]:
    """The weights (features,) by whose sum the first of each pair comes before the second."""
    weights = weights * len(weights) / weights.sum()
    model = LogisticRegression(C=1.0, fit_intercept=False).fit(
        np.concatenate([pairs, -pairs]),
        np.repeat([True, False], len(pairs)),
        np.concatenate([weights, weights]),
    )
    order: NDArray[np.float64] = model.coef_[0]
    return order


def _table(names: Sequence[str], known: Sequence[Features]) -> NDArray[np.float64]:
    return np.array([[one[name] for name in names] for one in known])


def _logistic(names: Sequence[str], weights: NDArray[np.float64], bias: float) -> Logistic:
    rounded = [round(float(weight), 5) for weight in weights]
    return Logistic(dict(zip(names, rounded, strict=True)), round(float(bias), 5))
