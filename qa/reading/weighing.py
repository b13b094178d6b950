"""From the model's judgements and the search's scores to probabilities."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from index.searcher import Hit
from qa.reading.matching import unmatched
from qa.reading.model import Judgement

Features = Mapping[str, float]

# A margin beyond this says no more than "sure".
_WIDEST_MARGIN = 15.0
# What decides which passage comes first, which span, and how sure to be of it.
KNOWN = ("margin", "answerable", "relevance", "rank", "cosine", "words_lacking", "names_lacking")


def features(question: str, hit: Hit, rank: int, judgement: Judgement) -> dict[str, float]:
    """What is known of a passage and its best span, by name.

    `rank` is the passage's in the search, from 1. Of the search's scores only the cosine means
    the same in a collection of ten passages and of a million.
    """
    words, names = unmatched(question, f"{hit.article.title} {hit.passage.text}")
    return {
        "margin": _within(judgement.margin),
        "answerable": judgement.answerable,
        "relevance": judgement.relevance,
        "rank": math.log2(rank),
        "cosine": hit.dense,
        "words_lacking": words,
        "names_lacking": names,
    }


def of_span(known: Features, margin: float) -> Features:
    """What is known of another span, of that `margin`, in the same passage."""
    return {**known, "margin": _within(margin)}


def _within(margin: float) -> float:
    return max(-_WIDEST_MARGIN, min(margin, _WIDEST_MARGIN))


@dataclass(frozen=True, slots=True)
class Logistic:
    """A logistic regression over some of the features."""

    weights: Features
    bias: float

    def probability(self, values: Features) -> float:
        """0..1."""
        total = self.bias + sum(weight * values[name] for name, weight in self.weights.items())
        return 1 / (1 + math.exp(-max(-60.0, min(total, 60.0))))


@dataclass(frozen=True, slots=True)
class Weighing:
    """Calibrated on questions held aside from training.

    `passage` gives the probability that a passage holds the answer, `answer` the one that a span
    is it beside the other spans found, `confidence` the one that the best span is the answer.
    """

    passage: Logistic
    answer: Logistic
    confidence: Logistic


def weighing_from(facts: Mapping[str, Any]) -> Weighing:
    """The weighing that a model's manifest states."""
    stated = facts["calibration"]
    return Weighing(
        **{
            name: Logistic(stated[name]["weights"], stated[name]["bias"])
            for name in ("passage", "answer", "confidence")
        }
    )
