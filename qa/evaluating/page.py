"""The report as one HTML page: figures, plots, and the worst cases side by side."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from qa.evaluating.comparison import Comparison
from qa.evaluating.judging import Outcome
from qa.evaluating.plots import all_plots
from qa.evaluating.report import Report

_WORST = 15


@dataclass(frozen=True, slots=True)
class Worst:
    """One kind of failure, its worst examples first."""

    title: str
    count: int
    outcomes: tuple[Outcome, ...]


def html_page(report: Report, comparison: Comparison | None) -> str:
    """One self-contained page; whatever comes from the data set is escaped."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("qa.evaluating", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("report.html").render(
        report=report,
        comparison=comparison,
        plots=all_plots(report.outcomes, report.threshold),
        worst=worst_cases(report.outcomes),
    )


def worst_cases(outcomes: Sequence[Outcome]) -> list[Worst]:
    """The failures a person should read first."""
    yes = [one for one in outcomes if one.answerable]
    wrong = [one for one in yes if one.answered and not one.right]
    silent = [one for one in yes if not one.answered]
    talkative = [one for one in outcomes if one.answered and not one.answerable]
    low = [one for one in outcomes if one.rank is not None and one.rank != 1]
    return [
        _worst("Answered wrongly, surest first", wrong, lambda one: -one.confidence),
        _worst("Not answered, least sure first", silent, lambda one: one.confidence),
        _worst("Answered what the articles do not say", talkative, lambda one: -one.confidence),
        _worst("Evidence ranked too low", low, lambda one: -(one.rank or 99)),
    ]


def _worst(title: str, outcomes: list[Outcome], badness: Callable[[Outcome], float]) -> Worst:
    ordered = sorted(outcomes, key=badness)
    return Worst(title, len(outcomes), tuple(ordered[:_WORST]))
