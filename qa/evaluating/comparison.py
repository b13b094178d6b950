"""Two reports side by side: what got better, what got worse, what is noise."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from index.errors import CollectionError
from qa.evaluating.bootstrap import interval, resamples
from qa.evaluating.figures import all_figures, values_of
from qa.evaluating.judging import Outcome
from qa.evaluating.report import Report

# Of these figures less is better.
_COSTS = ("area under risk-coverage", "expected calibration error", "Brier score", " ms ")


@dataclass(frozen=True, slots=True)
class Change:
    """One figure in both reports, on the queries that both asked.

    `low` and `high` bound the difference (paired bootstrap, 95 %).
    """

    group: str
    name: str
    old: float
    new: float
    low: float
    high: float
    verdict: Literal["better", "worse", "noise"]


@dataclass(frozen=True, slots=True)
class Comparison:
    """All figures, and the questions whose answers went from right to wrong or back."""

    queries: int
    changes: tuple[Change, ...]
    lost: tuple[str, ...]
    won: tuple[str, ...]


def compare(old: Report, new: Report) -> Comparison:
    """Raises `CollectionError` when the reports have no query in common."""
    before = {one.id: one for one in old.outcomes}
    pairs = [(before[one.id], one) for one in new.outcomes if one.id in before]
    if not pairs:
        raise CollectionError(
            f"The old report is of {old.dataset} and shares no query with {new.dataset}; "
            "compare reports of the same data set."
        )
    olds, news = [pair[0] for pair in pairs], [pair[1] for pair in pairs]
    return Comparison(
        queries=len(pairs),
        changes=_changes(olds, news),
        lost=tuple(n.question for o, n in pairs if _is_good(o) and not _is_good(n)),
        won=tuple(n.question for o, n in pairs if not _is_good(o) and _is_good(n)),
    )


def _changes(olds: list[Outcome], news: list[Outcome]) -> tuple[Change, ...]:
    before, after = all_figures(olds), all_figures(news)
    old_values, new_values = values_of(before, len(olds)), values_of(after, len(news))
    draws = resamples(len(olds))
    found = []
    for group, named in new_values.items():
        for name in named.keys() & old_values.get(group, {}).keys():
            difference = _difference(before[group][name], after[group][name])
            low, high = interval(difference, draws)
            verdict = _verdict(name, low, high)
            old, new = old_values[group][name], named[name]
            found.append(Change(group, name, old, new, low, high, verdict))
    order = [(group, name) for group, named in new_values.items() for name in named]
    return tuple(sorted(found, key=lambda change: order.index((change.group, change.name))))


_Figure = Callable[[NDArray[np.intp]], float]


def _difference(old: _Figure, new: _Figure) -> _Figure:
    return lambda at: new(at) - old(at)


def _verdict(name: str, low: float, high: float) -> Literal["better", "worse", "noise"]:
    if not (low > 0 or high < 0):
        return "noise"
    is_cost = any(cost in name for cost in _COSTS)
    return "better" if (low > 0) != is_cost else "worse"


def _is_good(one: Outcome) -> bool:
    return one.answered and one.right if one.answerable else not one.answered
