"""The `footnote` command."""

from __future__ import annotations

import os
import sys


def main() -> None:
    """Runs the command line and exits with its code."""
    # Looking for pydantic plug-ins in every installed package costs a start-up what a search does.
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
    # Inside, so that importing this package costs nothing.
    from qa.cli.app import app
    from qa.cli.guard import run

    code = run(app, sys.argv[1:])
    sys.stdout.flush()
    sys.stderr.flush()
    # What is written is committed; taking large libraries down piece by piece would only cost time.
    os._exit(code)


if __name__ == "__main__":
    main()
