"""What the held-aside articles say about the evidence reader."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import roc_auc_score

from qa.evidence.trees import Trees
from training.evidence_reads import UNCLEAR, Read

ENCYCLOPAEDIC = frozenset({"new_wiki", "squad2"})


def print_figures(reads: Sequence[Read], answerability: Trees) -> None:
    """Sentence accuracy, AUC, calibration and risk against coverage."""
    clear = [read for read in reads if read.verdict != UNCLEAR]
    confidence = answerability.probabilities(
        np.concatenate([read.answer_features() for read in clear])
    )
    right = np.array([read.verdict == 1 for read in clear])
    answerable = np.array([read.answerable for read in clear])
    print(f"{len(clear):,} cases; best sentence answers: {right[answerable].mean():.3f}")
    print(f"AUC right against not: {roc_auc_score(right, confidence):.3f}")
    for name, chosen in _KINDS_OF_NEGATIVES.items():
        negative = np.array([chosen(read) for read in clear])
        both = answerable | negative
        auc = roc_auc_score(answerable[both], confidence[both])
        print(f"AUC answerable against {name} ({negative.sum()}): {auc:.3f}")
    print(f"Expected calibration error (10 bins): {_calibration_error(confidence, right):.3f}")
    _print_thresholds(clear, confidence, right)


_KINDS_OF_NEGATIVES: dict[str, Callable[[Read], bool]] = {
    "adversarial": lambda read: not read.case.answer_texts,
    "absent": lambda read: read.case.setting == "absent",
    "absent from its own article": lambda read: read.case.setting == "absent_own",
    "swapped": lambda read: read.case.setting == "swapped",
}


def _calibration_error(confidence: NDArray[np.float32], right: NDArray[np.bool_]) -> float:
    bins = np.minimum((confidence * 10).astype(int), 9)
    gaps = [
        abs(float(confidence[bins == own].mean()) - float(right[bins == own].mean()))
        * float((bins == own).mean())
        for own in np.unique(bins)
    ]
    return sum(gaps)


def _print_thresholds(
    reads: Sequence[Read], confidence: NDArray[np.float32], right: NDArray[np.bool_]
) -> None:
    """For articles and questions like those of an encyclopaedia."""
    like = np.array([read.case.source in ENCYCLOPAEDIC for read in reads])
    answerable = like & np.array([read.answerable for read in reads])
    mined = like & np.array([read.case.setting.startswith("absent") for read in reads])
    print("threshold  answered  right of answered  with absent ones  absent ones answered")
    for threshold in np.arange(0.2, 0.75, 0.05):
        said = confidence >= threshold
        figures = (
            said[answerable].mean(),
            right[said & answerable].mean(),
            right[said & (answerable | mined)].mean(),
            said[mined].mean(),
        )
        print(f"{threshold:9.2f}  " + "  ".join(f"{figure:.2f}" for figure in figures))
