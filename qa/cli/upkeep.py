"""`footnote status`, `verify`, `rebuild`, `backup` and `restore`."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from qa.cli.options import AsJson, DataDir, settings_for
from qa.cli.output import say, say_json
from qa.cli.progress import counting


def status(data_dir: DataDir = None, as_json: AsJson = False) -> None:
    """Show generation, counts, model and sizes."""
    from index.indexer import open_indexer

    settings = settings_for(data_dir)
    report = open_indexer(settings.index_options()).status()
    if as_json:
        say_json(asdict(report) | {"data_dir": str(settings.data_dir)})
        return
    say(f"Data folder: {settings.data_dir}")
    say(f"Generation:  {report.generation}")
    say(f"Articles:    {report.articles}")
    say(f"Passages:    {report.passages}")
    say(f"Model:       {report.model_name} ({report.model_fingerprint})")
    say(f"Vectors:     {report.vector_search}")
    for part, size in report.bytes_by_part.items():
        say(f"Size:        {part} {size / 1e6:.1f} MB")


def verify(data_dir: DataDir = None, as_json: AsJson = False) -> int:
    """Check every stored thing against its checksum and say what is wrong."""
    from index.indexer import open_indexer

    problems = open_indexer(settings_for(data_dir).index_options()).verify()
    if as_json:
        say_json({"problems": list(problems)})
    else:
        for problem in problems or ("Everything is as it was stored.",):
            say(problem)
    return 1 if problems else 0


def rebuild(data_dir: DataDir = None, as_json: AsJson = False) -> None:
    """Cut and embed every article anew with the current model."""
    from index.indexer import open_indexer

    indexer = open_indexer(settings_for(data_dir).index_options())
    with counting("Embedding articles") as show:
        generation = indexer.rebuild(show)
    if as_json:
        say_json({"generation": generation})
    else:
        say(f"Rebuilt. Generation {generation}.")


def backup(
    folder: Annotated[Path, typer.Argument(help="The folder to make; it must not be there yet.")],
    data_dir: DataDir = None,
) -> None:
    """Write articles, answers and sources to a new folder, also while others use them."""
    from qa.backup import back_up

    back_up(settings_for(data_dir), folder)
    say(f"Backed up to {folder}.")


def restore(
    folder: Annotated[Path, typer.Argument(help="What `footnote backup` wrote.")],
    data_dir: DataDir = None,
) -> None:
    """Put a backup in the place of what is there, also while others use it."""
    from qa.backup import restore as put_back

    say(f"Restored. Generation {put_back(settings_for(data_dir), folder)}.")
