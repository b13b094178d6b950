"""`footnote articles`: list, show, remove."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from index.errors import CollectionError
from qa.cli.options import AsJson, DataDir, settings_for
from qa.cli.output import safe, safe_lines, say, say_json, say_table, warn

if TYPE_CHECKING:
    from pathlib import Path

    from index.searcher import Searcher

app = typer.Typer(help="List, show and remove articles.", rich_markup_mode=None)


@app.callback(invoke_without_command=True)
def articles(context: typer.Context, data_dir: DataDir = None, as_json: AsJson = False) -> None:
    """List the articles of the collection."""
    if context.invoked_subcommand is not None:
        context.obj = data_dir
        return
    found = list(_searcher(data_dir).every_article())
    if as_json:
        say_json([asdict(article) for article in found])
        return
    rows = [
        (one.id, one.published_at or "", one.source or "", one.author or "", one.title)
        for one in found
    ]
    say_table(("Id", "Date", "Source", "Author", "Title"), rows)


@app.command()
def show(
    context: typer.Context,
    article_id: Annotated[str, typer.Argument(metavar="ID", help="The article's id.")],
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> None:
    """Print one article: its metadata and its text."""
    article = _searcher(data_dir or context.obj).article(article_id)
    if article is None:
        raise CollectionError(_unknown(article_id))
    if as_json:
        say_json(asdict(article.metadata) | {"text": article.text})
        return
    for name, value in asdict(article.metadata).items():
        if value:
            say(f"{name}: {safe(', '.join(value) if isinstance(value, tuple) else value)}")
    say("")
    say(safe_lines(article.text))


@app.command()
def remove(
    context: typer.Context,
    article_ids: Annotated[list[str], typer.Argument(metavar="ID...", help="The articles' ids.")],
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> int:
    """Remove articles; unknown ids are named, the others go."""
    from index.indexer import open_indexer

    options = settings_for(data_dir or context.obj).index_options()
    report = open_indexer(options).remove(article_ids)
    for article_id in report.unknown:
        warn(_unknown(article_id))
    if as_json:
        say_json(asdict(report))
    else:
        say(f"Articles removed: {len(report.removed)}. Generation {report.generation}.")
    return 1 if report.unknown else 0


def _searcher(data_dir: Path | None) -> Searcher:
    from index.searcher import open_searcher

    return open_searcher(settings_for(data_dir).index_options())


def _unknown(article_id: str) -> str:
    return f"There is no article {safe(article_id)!r}; `footnote articles` lists the ids."
