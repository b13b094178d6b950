"""`footnote keys`: list, add, revoke."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from index.errors import CollectionError
from qa.cli.options import AsJson, DataDir, settings_for
from qa.cli.output import safe, say, say_json, say_table

if TYPE_CHECKING:
    from pathlib import Path

    from qa.records.keys import ApiKeys

app = typer.Typer(help="API keys, which `serve` demands wherever others can reach it.")


class KeyScope(StrEnum):
    """What a key may do."""

    ask = "ask"
    edit = "edit"
    admin = "admin"


@app.callback(invoke_without_command=True)
def keys(context: typer.Context, data_dir: DataDir = None, as_json: AsJson = False) -> None:
    """List the keys; their secrets are kept nowhere."""
    if context.invoked_subcommand is not None:
        context.obj = data_dir
        return
    found = _keys(data_dir).all()
    rows = [(one.name, one.scope.name, one.created_at, one.revoked_at) for one in found]
    names = ("name", "scope", "created_at", "revoked_at")
    if as_json:
        say_json([dict(zip(names, row, strict=True)) for row in rows])
        return
    say_table(("Name", "May", "Created", "Revoked"), [(*row[:3], row[3] or "") for row in rows])


@app.command()
def add(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="What to call it: who or what uses it.")],
    scope: Annotated[KeyScope, typer.Option(help="What it may do.")] = KeyScope.ask,
    data_dir: DataDir = None,
) -> None:
    """Make a key and print it: this is the only time it is shown."""
    from qa.records import Scope

    secret = _keys(data_dir or context.obj).add(name, Scope[scope.value])
    if secret is None:
        raise CollectionError(f"There is a key {safe(name)!r} already; choose another name.")
    say(secret)


@app.command()
def revoke(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="The key's name.")],
    data_dir: DataDir = None,
) -> None:
    """Refuse a key from now on."""
    if not _keys(data_dir or context.obj).revoke(name):
        raise CollectionError(
            f"No key in use is called {safe(name)!r}; `footnote keys` lists them."
        )
    say(f"The key {safe(name)!r} is refused from now on.")


def _keys(data_dir: Path | None) -> ApiKeys:
    from qa.records import open_records

    return open_records(settings_for(data_dir).data_dir).keys()
