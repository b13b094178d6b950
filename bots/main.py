"""The whole `footnote` command: questions and articles, and the bots beside them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qa.cli import main as run

if TYPE_CHECKING:
    import typer


def main() -> None:
    """Runs the command line and exits with its code."""
    run(_add_bots)


def _add_bots(app: typer.Typer) -> None:
    # Inside, so that importing this module costs nothing.
    from bots.model_context.command import mcp
    from bots.slack import command

    app.add_typer(command.app, name="slack")
    app.command("mcp")(mcp)
