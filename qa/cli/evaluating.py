"""`footnote eval`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from qa.cli.options import AsJson, DataDir, settings_for
from qa.cli.output import say
from qa.cli.progress import counting

if TYPE_CHECKING:
    from qa.evaluating.comparison import Comparison
    from qa.evaluating.report import Report


def evaluate(
    dataset: Annotated[
        Path, typer.Argument(help="A folder with corpus.jsonl, queries.jsonl, evidence.jsonl.")
    ],
    output: Annotated[
        Path | None, typer.Option("--output", help="Keep figures and outcomes in this JSON file.")
    ] = None,
    report: Annotated[
        Path | None, typer.Option("--report", help="Write an HTML page with plots and worst cases.")
    ] = None,
    compare: Annotated[
        Path | None, typer.Option("--compare", help="An earlier --output: what changed since?")
    ] = None,
    limit: Annotated[
        int | None, typer.Option("--limit", min=1, help="Ask only so many queries, evenly spread.")
    ] = None,
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> None:
    """Measure retrieval and answers on a data set; the collection itself is not touched."""
    from qa.evaluating import report as reports
    from qa.evaluating.comparison import compare as compared
    from qa.evaluating.running import evaluate as measured

    old = None if compare is None else reports.read_report(compare)
    for path in (output, report):
        if path is not None:
            reports.check_writable(path)
    with counting("Asking") as show:
        found = measured(dataset, settings_for(data_dir), limit, show)
    difference = None if old is None else compared(old, found)
    if output is not None:
        reports.write_whole(output, found.model_dump_json(indent=1) + "\n")
    if report is not None:
        from qa.evaluating.page import html_page

        reports.write_whole(report, html_page(found, difference))
    if as_json:
        say(found.model_dump_json(indent=2))
        return
    _say_figures(found)
    if difference is not None:
        _say_difference(difference)


def _say_figures(report: Report) -> None:
    say(
        f"{report.dataset}: {report.articles} articles, {report.passages} passages, "
        f"{report.queries} queries"
    )
    for group, figures in report.figures.items():
        say(f"\n{group}")
        for name, figure in figures.items():
            digits = 1 if " ms " in name else 3
            shown = (
                f"{figure.value:.{digits}f}  [{figure.low:.{digits}f}, {figure.high:.{digits}f}]"
            )
            say(f"  {name:36} {shown}")


def _say_difference(comparison: Comparison) -> None:
    say(f"\ncompared on {comparison.queries} queries")
    for change in comparison.changes:
        say(
            f"  {change.name:36} {change.old:.3f} → {change.new:.3f}  "
            f"[{change.low:+.3f}, {change.high:+.3f}]  {change.verdict}"
        )
    say(f"  became right: {len(comparison.won)}, became wrong: {len(comparison.lost)}")
