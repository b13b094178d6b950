"""The `footnote` command."""

from __future__ import annotations

import sys


def main() -> None:
    """Runs the command line and exits with its code."""
    # Inside, so that importing this package costs nothing.
    from qa.cli.app import app
    from qa.cli.guard import run

    sys.exit(run(app, sys.argv[1:]))


if __name__ == "__main__":
    main()
