"""Three small models: which sentences are worth a vector, which answers, and whether any does."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.resources import files
from typing import Any

import numpy as np
from numpy.typing import NDArray

from qa.evidence.features import FEATURES
from qa.evidence.matching import Matches
from qa.evidence.question import AskedQuestion
from qa.evidence.trees import Trees

Matrix = NDArray[np.float32]

MODEL_FILE = "scorer.npz"
SHORTLIST = 8
ANSWER_FEATURES: tuple[str, ...] = (
    *FEATURES,
    *("first", "second", "third", "lead", "likely", "agreeing", "pool_missing", "pool_soft"),
    *("pool_exact", "units"),
)


@dataclass(frozen=True, slots=True)
class Scorer:
    """Three sets of trees.

    `shortlist` sees the lexical features, `ranking` all `FEATURES` of a sentence,
    `answerability` the `ANSWER_FEATURES` of a question.
    """

    shortlist: Trees
    ranking: Trees
    answerability: Trees

    def worth_a_vector(self, lexical: Matrix) -> NDArray[np.intp]:
        """The rows of the most promising sentences, at most `SHORTLIST`, best first."""
        return np.argsort(-self.shortlist.probabilities(lexical), kind="stable")[:SHORTLIST]


def answer_features(
    asked: AskedQuestion, matches: Matches, rows: Matrix, relevance: Matrix
) -> Matrix:
    """What the answerability trees see, (1, len(ANSWER_FEATURES)).

    From the shortlisted sentences' `rows` (n, len(FEATURES)) and their `relevance` (n,);
    `matches` are of all sentences.
    """
    order = np.argsort(-relevance, kind="stable")
    first, second, third = (*relevance[order][:3], 0.0, 0.0)[:3]
    weights = np.array([term.weight for term in asked.terms], dtype=np.float32)
    best_soft, best_exact = matches.soft_titled.max(axis=1), matches.exact_titled.max(axis=1)
    pool = (
        first,
        second,
        third,
        first - second,
        relevance.sum(),
        (relevance > 0.5 * first).sum(),
        (weights * (1 - best_soft)).max(),
        weights @ best_soft / weights.sum(),
        weights @ best_exact / weights.sum(),
        matches.soft.shape[1],
    )
    return np.concatenate([rows[order[0]], np.array(pool, dtype=np.float32)])[None, :]


def load_scorer() -> Scorer:
    """The shipped models (`training/evidence_scorer.py` makes them)."""
    with (files("qa.evidence") / MODEL_FILE).open("rb") as file, np.load(file) as arrays:
        return Scorer(*(_trees(arrays, n) for n in ("shortlist", "ranking", "answerability")))


def _trees(arrays: Any, name: str) -> Trees:  # noqa: ANN401 - NumPy's archive has no public type
    return Trees(
        baseline=float(arrays[f"{name}_baseline"]),
        roots=arrays[f"{name}_roots"],
        feature=arrays[f"{name}_feature"].astype(np.int32),
        threshold=arrays[f"{name}_threshold"],
        left=arrays[f"{name}_left"],
        right=arrays[f"{name}_right"],
        value=arrays[f"{name}_value"],
        depth=int(arrays[f"{name}_depth"]),
    )
