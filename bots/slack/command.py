"""`footnote slack` and `footnote slack manifest`."""

from __future__ import annotations

import signal
import threading
from typing import Annotated

import typer

from qa.cli.options import DataDir, settings_for
from qa.cli.output import say, say_json

app = typer.Typer(help="The Slack bot.", rich_markup_mode=None)


@app.callback(invoke_without_command=True)
def slack(context: typer.Context, data_dir: DataDir = None) -> None:
    """Answer in Slack over Socket Mode: no public address is needed. `docs/slack.md` sets it up."""
    if context.invoked_subcommand is not None:
        return
    from bots.slack.socket_mode import running
    from qa.desk import open_desk

    settings = settings_for(data_dir)
    stop = threading.Event()
    for one in (signal.SIGINT, signal.SIGTERM):
        signal.signal(one, lambda *_: stop.set())
    with running(settings, open_desk(settings)):
        say("Footnote listens in Slack; stop it with Ctrl+C.")
        stop.wait()


@app.command("manifest")
def print_manifest(
    address: Annotated[
        str | None,
        typer.Option(help="The public address of `footnote serve`, for HTTP instead of sockets."),
    ] = None,
) -> None:
    """Print the app manifest to paste at https://api.slack.com/apps."""
    from bots.slack.manifest import manifest

    say_json(manifest(address))
