"""Writing to the terminal: safe text, plain when piped."""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console

# Control characters of an article could move the cursor or recolour the terminal.
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def safe(text: str) -> str:
    """The text without control characters, on one line."""
    return " ".join(_CONTROL.sub("", text).split())


def safe_lines(text: str) -> str:
    """The text without control characters, its lines kept."""
    return _CONTROL.sub("", text)


def is_rich() -> bool:
    """Whether stdout is a terminal that may be coloured."""
    return sys.stdout.isatty() and not os.environ.get("NO_COLOR")


def console() -> Console:
    """The terminal on stdout."""
    from rich.console import Console

    return Console(highlight=False, emoji=False, markup=False)


def say(line: str) -> None:
    """One plain line on stdout."""
    sys.stdout.write(f"{line}\n")


def warn(line: str) -> None:
    """One plain line on stderr."""
    sys.stderr.write(f"{line}\n")


def say_json(value: object) -> None:
    """A JSON value on stdout, indented."""
    say(json.dumps(value, ensure_ascii=False, indent=2))


def say_table(headers: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """A table on a terminal, tab-separated lines without headers elsewhere."""
    if not is_rich():
        for row in rows:
            say("\t".join(safe(cell) for cell in row))
        return
    from rich.table import Table
    from rich.text import Text

    table = Table(*headers)
    for row in rows:
        table.add_row(*(Text(safe(cell)) for cell in row))
    console().print(table)
