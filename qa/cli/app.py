"""The commands by name. Each imports what it needs when it runs."""

from __future__ import annotations

from importlib.metadata import version
from typing import Annotated

import typer

from qa.cli import (
    adding,
    articles,
    asking,
    chatting,
    evaluating,
    feedback,
    following,
    keys,
    searching,
    serving,
    upkeep,
)
from qa.cli.output import say

app = typer.Typer(
    name="footnote",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)


def _tell_version(wanted: bool) -> None:
    if wanted:
        say(f"footnote {version('footnote')}")
        raise typer.Exit


@app.callback()
def footnote(
    _version: Annotated[
        bool,
        typer.Option("--version", callback=_tell_version, is_eager=True, help="Show the version."),
    ] = False,
) -> None:
    """Ask a collection of articles; every sentence of an answer carries its footnote."""


app.command("add")(adding.add)
app.add_typer(articles.app, name="articles")
app.add_typer(following.app, name="sources")
app.add_typer(keys.app, name="keys")
app.add_typer(feedback.app, name="feedback")
app.command("follow")(following.follow)
app.command("search")(searching.search)
app.command("ask")(asking.ask)
app.command("chat")(chatting.chat)
app.command("serve")(serving.serve)
app.command("status")(upkeep.status)
app.command("verify")(upkeep.verify)
app.command("rebuild")(upkeep.rebuild)
app.command("backup")(upkeep.backup)
app.command("restore")(upkeep.restore)
app.command("eval")(evaluating.evaluate)
