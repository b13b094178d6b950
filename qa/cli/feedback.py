"""`footnote feedback export`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from qa.cli.options import DataDir, settings_for
from qa.cli.output import say

app = typer.Typer(help="What readers thought of answers.", no_args_is_help=True)


@app.callback()
def feedback() -> None:
    """What readers thought of answers."""


@app.command()
def export(
    folder: Annotated[Path, typer.Argument(help="The folder to make; it must not be there yet.")],
    data_dir: DataDir = None,
) -> None:
    """Write the answers judged helpful as a data set for `footnote eval`."""
    from index.searcher import open_searcher
    from qa.evaluating.export import export_feedback
    from qa.records import open_records

    settings = settings_for(data_dir)
    searcher = open_searcher(settings.index_options())
    done = export_feedback(searcher, open_records(settings.data_dir), folder)
    say(f"Exported {done.answerable} answerable and {done.unanswerable} unanswerable questions.")
