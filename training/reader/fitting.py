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
    pairs, shares = [], []
    for one, table in zip(lists, tables, strict=True):
        wanted = np.array(one.wanted)
        apart = table[wanted][:, None] - table[~wanted][None]
        differences = apart.reshape(-1, len(names)) / spread
        pairs.append(differences)
        shares.append(np.full(len(differences), one.weight / max(len(differences), 1)))
    told = np.concatenate(pairs)
    weights = np.concatenate(shares)
    weights *= len(weights) / weights.sum()
    first = LogisticRegression(C=1.0, fit_intercept=False).fit(
        np.concatenate([told, -told]),
        np.repeat([True, False], len(told)),
        np.concatenate([weights, weights]),
    )
    order = first.coef_[0] / spread
    sums = np.concatenate(tables) @ order
    second = LogisticRegression(C=1.0).fit(
        sums[:, None],
        np.concatenate([one.wanted for one in lists]),
        np.concatenate([np.full(len(one.wanted), one.weight) for one in lists]),
    )
    return _logistic(names, second.coef_[0, 0] * order, second.intercept_[0])


def _table(names: Sequence[str], known: Sequence[Features]) -> NDArray[np.float64]:
    return np.array([[one[name] for name in names] for one in known])


def _logistic(names: Sequence[str], weights: NDArray[np.float64], bias: float) -> Logistic:
    rounded = [round(float(weight), 5) for weight in weights]
    return Logistic(dict(zip(names, rounded, strict=True)), round(float(bias), 5))
