"""The `footnote` command."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import typer


def main(add_commands: Callable[[typer.Typer], None] = lambda _app: None) -> None:
    """Runs the command line and exits with its code; `add_commands` brings further ones."""
    # Looking for pydantic plug-ins in every installed package costs a start-up what a search does.
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
    # Inside, so that importing this package costs nothing.
    from qa.cli.app import app
    from qa.cli.guard import run

    add_commands(app)
    code = run(app, sys.argv[1:])
    sys.stdout.flush()
    sys.stderr.flush()
    # What is written is committed; taking large libraries down piece by piece would only cost time.
    os._exit(code)


if __name__ == "__main__":
    main()
