"""`footnote add`."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from qa.cli import following
from qa.cli.options import AsJson, DataDir, settings_for
from qa.cli.output import safe, say, say_json, warn
from qa.cli.progress import counting

if TYPE_CHECKING:
    from index.article import Refusal
    from index.indexer import AddReport, Taken


def add(
    sources: Annotated[
        list[str],
        typer.Argument(
            metavar="PATH_OR_URL...", help="Files, folders and addresses.", show_default=False
        ),
    ],
    watch: Annotated[
        bool, typer.Option("--watch", help="Stay, and keep folders and addresses in step.")
    ] = False,
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> int:
    """Add or update articles: files, folders (with all below), http(s) addresses, JSONL."""
    from index.article import Refusal
    from index.indexer import open_indexer

    indexer = open_indexer(settings_for(data_dir).index_options())
    if watch:
        return following.watch(indexer, sources)
    seen = 0
    with counting("Adding articles") as show:

        def on_result(result: Taken | Refusal) -> None:
            nonlocal seen
            seen += 1
            show(seen, None)
            if isinstance(result, Refusal):
                warn(f"Refused {safe(result.source_name)}: {safe(result.reason)}.")

        report = indexer.add_sources(sources, on_result)
    if as_json:
        say_json(asdict(report))
    else:
        say(_summary(report))
    return 1 if report.refused else 0


def _summary(report: AddReport) -> str:
    counts = {
        outcome: sum(taken.outcome == outcome for taken in report.taken)
        for outcome in ("added", "updated", "unchanged")
    }
    parts = [f"{count} {outcome}" for outcome, count in counts.items() if count]
    if report.refused:
        parts.append(f"{len(report.refused)} refused")
    return f"Articles: {', '.join(parts) or 'none'}. Generation {report.generation}."
