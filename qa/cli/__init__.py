"""The `footnote` command."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING

from qa.cli.interrupts import INTERRUPTED, STOPPED, end_on_interrupt

if TYPE_CHECKING:
    import typer


def main(add_commands: Callable[[typer.Typer], None] = lambda _app: None) -> None:
    """Runs the command line and exits with its code; `add_commands` brings further ones."""
    end_on_interrupt()
    try:
        code = _run(add_commands)
    except KeyboardInterrupt:
        sys.stderr.write(f"{STOPPED}\n")
        code = INTERRUPTED
    sys.stdout.flush()
    sys.stderr.flush()
    # What is written is committed; taking large libraries down piece by piece would only cost time.
    os._exit(code)


def _run(add_commands: Callable[[typer.Typer], None]) -> int:
    # Looking for pydantic plug-ins in every installed package costs a start-up what a search does.
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
    # Inside, so that importing this package costs nothing.
    from qa.cli.app import app
    from qa.cli.guard import run

    add_commands(app)
    return run(app, sys.argv[1:])


if __name__ == "__main__":
    main()
