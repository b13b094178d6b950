"""The figures by which retrieval, answers, silence and confidence are judged.

Every figure is a function of the outcomes, so that it can be computed on any resample of them.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from qa.evaluating.judging import DEPTH, Outcome

Floats = NDArray[np.float64]
Figure = Callable[[NDArray[np.intp]], float]
_BINS = 10


@dataclass(frozen=True, slots=True)
class Curve:
    """Points of a curve, x rising."""

    x: tuple[float, ...]
    y: tuple[float, ...]


def all_figures(outcomes: Sequence[Outcome]) -> dict[str, dict[str, Figure]]:
    """Group → name → the figure on the outcomes at given places; NaN where it has no meaning."""
    confidence = np.array([one.confidence for one in outcomes], np.float64)
    answerable = np.array([one.answerable for one in outcomes], np.bool_)
    right = np.array([one.right for one in outcomes], np.bool_)
    return {
        "retrieval": {name: _mean(values) for name, values in _retrieval(outcomes).items()},
        "answers": {name: _mean(values) for name, values in _answers(outcomes).items()},
        "abstention": {
            "AUC answerable": lambda at: area_under_curve(answerable[at], confidence[at]),
            "AUC right": lambda at: area_under_curve(right[at], confidence[at]),
            "area under risk-coverage": lambda at: area_under_risk(right[at], confidence[at]),
        },
        "calibration": {
            "expected calibration error": lambda at: calibration_error(right[at], confidence[at]),
            "Brier score": _mean((confidence - right) ** 2),
        },
        "latency": _latency(outcomes),
    }


def _retrieval(outcomes: Sequence[Outcome]) -> dict[str, Floats]:
    """Per query, by ir_measures; a query without evidence has none."""
    import ir_measures
    from ir_measures import RR, Success, nDCG

    measures = {f"recall@{k}": Success @ k for k in (1, 5, 10)}
    measures |= {"MRR@10": RR @ DEPTH, "nDCG@10": nDCG @ DEPTH}
    ranked = [(str(place), one.rank) for place, one in enumerate(outcomes) if one.rank is not None]
    # The first passage with the evidence is the one relevant document; where none has it, the
    # relevant one is another that was not found.
    relevant = [ir_measures.Qrel(query, f"{rank or 'missed'}", 1) for query, rank in ranked]
    run = [
        ir_measures.ScoredDoc(query, f"{place}", float(-place))
        for query, _ in ranked
        for place in range(1, DEPTH + 1)
    ]
    values = {name: np.full(len(outcomes), np.nan) for name in measures}
    names = {measure: name for name, measure in measures.items()}
    for found in ir_measures.iter_calc(list(names), relevant, run):
        values[names[found.measure]][int(found.query_id)] = found.value
    return values if ranked else {}


def _answers(outcomes: Sequence[Outcome]) -> dict[str, Floats]:
    """Per query; NaN where the figure does not concern the query."""
    values = {
        "answered rightly (of answerable)": [
            float(o.answered and o.right) if o.answerable else None for o in outcomes
        ],
        "answered (of answerable)": [float(o.answered) if o.answerable else None for o in outcomes],
        "declined (of unanswerable)": [
            None if o.answerable else float(not o.answered) for o in outcomes
        ],
        "right (of answered)": [float(o.right) if o.answered else None for o in outcomes],
        "span in cited sentences": [o.span_in_citations for o in outcomes],
        "exact match": [o.exact_match for o in outcomes],
        "token F1": [o.f1 for o in outcomes],
        "citations verbatim": [o.verbatim for o in outcomes],
        "citations on the evidence": [o.relevant_citations for o in outcomes],
    }
    return {name: np.array(column, np.float64) for name, column in values.items()}


def _latency(outcomes: Sequence[Outcome]) -> dict[str, Figure]:
    figures: dict[str, Figure] = {}
    for stage in ("total", "retrieve", "rerank", "answer"):
        times = np.array([one.milliseconds[stage] for one in outcomes], np.float64)
        for percent in (50, 95):
            figures[f"{stage} ms p{percent}"] = _percentile(times, percent)
    return figures


def _percentile(values: Floats, percent: int) -> Figure:
    return lambda at: float(np.percentile(values[at], percent))


def _mean(values: Floats) -> Figure:
    def mean(at: NDArray[np.intp]) -> float:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", RuntimeWarning)  # nothing to average gives NaN
            return float(np.nanmean(values[at]))

    return mean


def area_under_curve(wanted: NDArray[np.bool_], confidence: Floats) -> float:
    """The probability that a wanted one is surer than another; NaN without both."""
    from sklearn.metrics import roc_auc_score

    if wanted.all() or not wanted.any():
        return float("nan")
    return float(roc_auc_score(wanted, confidence))


def risk_coverage(right: NDArray[np.bool_], confidence: Floats) -> Curve:
    """Share of wrong answers among the surest share of queries (El-Yaniv and Wiener, 2010)."""
    order = np.argsort(-confidence, kind="stable")
    count = np.arange(1, len(order) + 1)
    risk = np.cumsum(~right[order]) / count
    return Curve(tuple((count / len(order)).tolist()), tuple(risk.tolist()))


def area_under_risk(right: NDArray[np.bool_], confidence: Floats) -> float:
    """The mean risk over all coverages; lower is better (Geifman and El-Yaniv, 2019)."""
    return float(np.mean(risk_coverage(right, confidence).y))


def reliability(right: NDArray[np.bool_], confidence: Floats) -> list[tuple[float, float, int]]:
    """Of each of ten equal bins that is not empty: mean confidence, share right, count."""
    places = np.minimum((confidence * _BINS).astype(int), _BINS - 1)
    return [
        (float(confidence[own].mean()), float(right[own].mean()), int(own.sum()))
        for own in (places == number for number in range(_BINS))
        if own.any()
    ]


def calibration_error(right: NDArray[np.bool_], confidence: Floats) -> float:
    """Expected calibration error over ten equal bins (Naeini et al., 2015)."""
    bins = reliability(right, confidence)
    return sum(count * abs(stated - true) for stated, true, count in bins) / len(confidence)


def values_of(
    figures: Mapping[str, Mapping[str, Figure]], count: int
) -> dict[str, dict[str, float]]:
    """Every figure on all `count` outcomes, those without a meaning left out."""
    everything = np.arange(count)
    computed = {
        group: {name: figure(everything) for name, figure in named.items()}
        for group, named in figures.items()
    }
    return {
        group: {name: value for name, value in named.items() if not np.isnan(value)}
        for group, named in computed.items()
    }
