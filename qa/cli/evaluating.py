"""`footnote eval`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from qa.cli.options import AsJson, DataDir, settings_for
from qa.cli.output import say, say_json
from qa.cli.progress import counting


def evaluate(
    dataset: Annotated[
        Path, typer.Argument(help="A folder with corpus.jsonl, queries.jsonl, evidence.jsonl.")
    ],
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> None:
    """Measure retrieval and answers on a data set; the collection itself is not touched."""
    from qa.evaluation import evaluate as measured

    with counting("Asking") as show:
        report = measured(dataset, settings_for(data_dir), show)
    if as_json:
        say_json(report.as_dict())
        return
    say(
        f"{report.dataset}: {report.articles} articles, {report.passages} passages, "
        f"{report.queries} queries"
    )
    for figures in (report.retrieval, report.answers):
        for name, value in figures.items():
            say(f"{name:36} {value:.3f}" if "ms" not in name else f"{name:36} {value:.1f}")
