"""Draws the terminal picture of the README: what `footnote ask` shows, as an SVG.

python tools/picture.py docs/images/ask.svg
"""

from __future__ import annotations

import os
import pty
import re
import subprocess
import sys
import tempfile
from io import StringIO
from pathlib import Path

from rich.console import Console
from rich.text import Text

ROOT = Path(__file__).resolve().parent.parent
QUESTION = "Why does China buy Ukrainian corn?"
COLUMNS = 92


def main() -> None:
    """Asks the sample question on a terminal and writes the picture."""
    with tempfile.TemporaryDirectory() as folder:
        footnote = Path(sys.executable).parent / "footnote"
        place = ["--data-dir", folder]
        subprocess.run(  # noqa: S603 - our own command
            [footnote, "add", ROOT / "articles", *place], check=True, capture_output=True
        )
        shown = on_terminal([str(footnote), "ask", QUESTION, *place])
    console = Console(record=True, width=COLUMNS, file=StringIO())
    console.print(Text.assemble(("$ ", "dim"), f'footnote ask "{QUESTION}"'))
    console.print(Text.from_ansi(shown))
    svg = console.export_svg(title="footnote", unique_id="footnote")
    # The font is the reader's own: nothing is fetched to look at a picture.
    own = re.sub(r"@font-face\s*{[^}]*}", "", svg)
    Path(sys.argv[1]).write_text(own, encoding="utf-8")


def on_terminal(command: list[str]) -> str:
    """What a command writes to a terminal of `COLUMNS` columns."""
    reader, writer = pty.openpty()
    environment = os.environ | {"TERM": "xterm-256color", "COLUMNS": str(COLUMNS)}
    environment.pop("NO_COLOR", None)
    with subprocess.Popen(command, stdout=writer, env=environment):  # noqa: S603
        os.close(writer)
        parts = []
        while piece := _read(reader):
            parts.append(piece)
    os.close(reader)
    return b"".join(parts).decode().replace("\r\n", "\n")


def _read(reader: int) -> bytes:
    try:
        return os.read(reader, 4096)
    except OSError:  # Linux says so when the other end is closed.
        return b""


if __name__ == "__main__":
    main()
