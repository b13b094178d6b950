"""JSONL files: one article a line, read line by line, however large the file."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator

from index.article import Document, Refusal
from index.readers.encoding import decoded
from index.readers.fields import from_json
from index.readers.origin import UnreadableError


def parse_lines(lines: Iterable[bytes], source_name: str) -> Iterator[Document | Refusal]:
    """The article of each line; a bad line is refused by its number, blank lines are skipped."""
    found = False
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        found = True
        name = f"{source_name} line {number}"
        try:
            yield from_json(name, json.loads(decoded(line)))
        except (json.JSONDecodeError, RecursionError) as error:
            yield Refusal(name, f"it is not valid JSON ({error}); write one object a line")
        except UnreadableError as error:
            yield Refusal(name, str(error))
    if not found:
        yield Refusal(source_name, "it has no lines; write one article a line")
