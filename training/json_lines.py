"""Reads files of one JSON object a line."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any


def json_lines(file: Path) -> Iterator[dict[str, Any]]:
    """The objects of `file`, in order."""
    with file.open(encoding="utf-8") as lines:
        yield from map(json.loads, lines)
