"""From the model's judgements and the search's scores to probabilities."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from index.searcher import Hit
from qa.reading.model import Judgement

# The order of the weights in the model's manifest.
FEATURES = ("margin", "answerable", "relevance", "rank", "cosine")
# A margin beyond this says no more than "sure".
_WIDEST_MARGIN = 15.0


def features(hit: Hit, rank: int, judgement: Judgement, margin: float) -> tuple[float, ...]:
    """What is known of one span (by its `margin`) of one passage, in the order of `FEATURES`.

    `rank` is the passage's in the search, from 1. Of the search's scores only the cosine means
    the same in a collection of ten passages and of a million.
    """
    return (
        max(-_WIDEST_MARGIN, min(margin, _WIDEST_MARGIN)),
        judgement.answerable,
        judgement.relevance,
        math.log2(rank),
        hit.dense,
    )


@dataclass(frozen=True, slots=True)
class Logistic:
    """A logistic regression over `FEATURES`."""

    weights: tuple[float, ...]
    bias: float

    def probability(self, values: tuple[float, ...]) -> float:
        """0..1."""
        total = self.bias + sum(w * v for w, v in zip(self.weights, values, strict=True))
        return 1 / (1 + math.exp(-max(-60.0, min(total, 60.0))))


@dataclass(frozen=True, slots=True)
class Weighing:
    """Calibrated on questions held aside from training.

    `passage` gives the probability that a passage holds the answer, `answer` the one that a span
    is it.
    """

    passage: Logistic
    answer: Logistic


def weighing_from(facts: Mapping[str, Any]) -> Weighing:
    """The weighing that a model's manifest states."""
    stated = facts["calibration"]
    return Weighing(
        **{
            name: Logistic(tuple(stated[name]["weights"]), stated[name]["bias"])
            for name in ("passage", "answer")
        }
    )
