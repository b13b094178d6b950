"""The plots of a report, as SVG."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from qa.evaluating.figures import reliability, risk_coverage
from qa.evaluating.judging import DEPTH, Outcome

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_SIZE = (5.2, 3.6)
_BLUE, _GREY = "#2f6db5", "#888888"


def all_plots(outcomes: Sequence[Outcome], threshold: float) -> dict[str, str]:
    """Title → SVG, without those that have nothing to show."""
    confidence = np.array([one.confidence for one in outcomes])
    right = np.array([one.right for one in outcomes])
    ranks = [one.rank for one in outcomes if one.rank is not None]
    plots = {
        "Risk and coverage": _drawn(lambda axes: _risk(axes, right, confidence, threshold)),
        "Reliability of the confidence": _drawn(lambda axes: _reliability(axes, right, confidence)),
        "Time to an answer": _drawn(lambda axes: _times(axes, outcomes)),
    }
    if ranks:
        plots["Recall by depth"] = _drawn(lambda axes: _recall(axes, ranks))
    return plots


def _drawn(draw: Callable[[Axes], None]) -> str:
    from matplotlib import rc_context
    from matplotlib.figure import Figure

    with rc_context({"svg.hashsalt": "footnote", "svg.fonttype": "none", "font.size": 9}):
        figure = Figure(figsize=_SIZE, layout="constrained")
        figure.patch.set_facecolor("white")
        axes = figure.add_subplot()
        axes.grid(visible=True, alpha=0.3)
        draw(axes)
        out = io.StringIO()
        figure.savefig(out, format="svg", metadata={"Date": None})
    return out.getvalue()[out.getvalue().index("<svg") :]


def _risk(axes: Axes, right: NDArray[Any], confidence: NDArray[Any], threshold: float) -> None:
    curve = risk_coverage(right, confidence)
    axes.plot(curve.x, curve.y, color=_BLUE)
    axes.axvline(float((confidence >= threshold).mean()), color=_GREY, linestyle="--")
    axes.set(xlabel="share of queries answered", ylabel="share of those wrong", ylim=(0, None))


def _reliability(axes: Axes, right: NDArray[Any], confidence: NDArray[Any]) -> None:
    bins = reliability(right, confidence)
    axes.plot([0, 1], [0, 1], color=_GREY, linestyle="--")
    axes.plot([b[0] for b in bins], [b[1] for b in bins], marker="o", color=_BLUE)
    axes.set(xlabel="confidence", ylabel="share right", xlim=(0, 1), ylim=(0, 1))


def _times(axes: Axes, outcomes: Sequence[Outcome]) -> None:
    times = [one.milliseconds["total"] for one in outcomes]
    axes.hist(times, bins=40, color=_BLUE)
    axes.set(xlabel="milliseconds", ylabel="queries")


def _recall(axes: Axes, ranks: Sequence[int]) -> None:
    depths = range(1, DEPTH + 1)
    axes.plot(
        depths,
        [sum(1 <= r <= k for r in ranks) / len(ranks) for k in depths],
        marker="o",
        color=_BLUE,
    )
    axes.set(xlabel="passages looked at", ylabel="share with the evidence", ylim=(None, 1))
