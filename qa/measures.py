"""The figures by which retrieval and answers are judged."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import dataclass

_BINS = 10


@dataclass(frozen=True, slots=True)
class Judged:
    """One answer against what was expected. `right`: a citation overlaps the evidence."""

    answerable: bool
    answered: bool
    right: bool
    confidence: float
    milliseconds: float


def folded(text: str) -> str:
    """White space folded and case ignored, for comparing quotes."""
    return " ".join(text.split()).casefold()


def retrieval_figures(ranks: Sequence[int]) -> dict[str, float]:
    """recall@k and mean reciprocal rank from the rank of each query's first hit (0: none)."""
    if not ranks:
        return {}
    figures = {
        f"recall@{k}": sum(1 <= rank <= k for rank in ranks) / len(ranks) for k in (1, 5, 10)
    }
    figures["MRR@10"] = sum(1 / rank for rank in ranks if 1 <= rank <= 10) / len(ranks)
    return figures


def answer_figures(judged: Sequence[Judged]) -> dict[str, float]:
    """Shares of right answers and right silences, and what the confidence is worth."""
    yes = [one for one in judged if one.answerable]
    no = [one for one in judged if not one.answerable]
    given = [one for one in judged if one.answered]
    figures = {
        "answered rightly (of answerable)": _share([o.answered and o.right for o in yes]),
        "answered (of answerable)": _share([one.answered for one in yes]),
        "declined (of unanswerable)": _share([not one.answered for one in no]),
        "right (of answered)": _share([one.answerable and one.right for one in given]),
        "AUC answerable": area_under_curve(
            [one.confidence for one in yes], [one.confidence for one in no]
        ),
        "expected calibration error": calibration_error(judged),
        "ms p50": statistics.median(one.milliseconds for one in judged) if judged else None,
        "ms p95": _percentile_95([one.milliseconds for one in judged]),
    }
    return {name: value for name, value in figures.items() if value is not None}


def area_under_curve(positives: Sequence[float], negatives: Sequence[float]) -> float | None:
    """The probability that a positive scores above a negative; None without both.

    ROC AUC by the rank sum of Mann and Whitney.
    """
    if not positives or not negatives:
        return None
    ordered = sorted([*((v, 1) for v in positives), *((v, 0) for v in negatives)])
    ranks_of_positives, position = 0.0, 0
    while position < len(ordered):
        tied = position
        while tied < len(ordered) and ordered[tied][0] == ordered[position][0]:
            tied += 1
        middle = (position + 1 + tied) / 2
        ranks_of_positives += middle * sum(label for _, label in ordered[position:tied])
        position = tied
    least = len(positives) * (len(positives) + 1) / 2
    return (ranks_of_positives - least) / (len(positives) * len(negatives))


def calibration_error(judged: Sequence[Judged]) -> float | None:
    """Expected calibration error over ten equal bins (Naeini et al., AAAI 2015)."""
    if not judged:
        return None
    error = 0.0
    for number in range(_BINS):
        members = [one for one in judged if min(int(one.confidence * _BINS), _BINS - 1) == number]
        if members:
            right = sum(one.answerable and one.right for one in members) / len(members)
            stated = sum(one.confidence for one in members) / len(members)
            error += len(members) / len(judged) * abs(right - stated)
    return error


def _share(values: Sequence[bool]) -> float | None:
    return sum(values) / len(values) if values else None


def _percentile_95(values: Sequence[float]) -> float | None:
    if len(values) < 2:
        return None
    # The other method reads past the slowest value where there are few.
    return statistics.quantiles(values, n=20, method="inclusive")[18]
