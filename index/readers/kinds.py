"""Which reader takes which kind of file."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterator
from pathlib import PurePath
from typing import cast

from index.article import Document, Refusal
from index.readers.fields import parse_json
from index.readers.jsonl import parse_lines
from index.readers.origin import Origin, UnreadableError

# Modules are imported when a file of their kind is read: some are costly.
_MODULE_OF = {
    ".txt": "text",
    ".text": "text",
    ".md": "markdown",
    ".markdown": "markdown",
    ".html": "html",
    ".htm": "html",
    ".xhtml": "html",
    ".pdf": "pdf",
    ".docx": "docx",
}
_SUFFIX_OF_MEDIA_TYPE = {
    "text/plain": ".txt",
    "text/markdown": ".md",
    "text/html": ".html",
    "application/xhtml+xml": ".html",
    "application/pdf": ".pdf",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ".docx",
    "application/json": ".json",
    "application/jsonl": ".jsonl",
    "application/x-ndjson": ".jsonl",
}
LINES = (".jsonl", ".ndjson")
KNOWN = "text, Markdown, HTML, PDF, DOCX, JSON and JSONL files"


def suffix_of(name: str, media_type: str = "") -> str:
    """The kind of a file: by the media type where that is telling, else by the name."""
    return _SUFFIX_OF_MEDIA_TYPE.get(media_type) or PurePath(name).suffix.lower()


def is_known(suffix: str) -> bool:
    """Whether some reader takes files of this kind."""
    return suffix in _MODULE_OF or suffix in LINES or suffix == ".json"


def unknown(suffix: str) -> UnreadableError:
    """What to say of a kind that no reader takes."""
    kind = f"{suffix} files are" if suffix else "files without an ending are"
    return UnreadableError(f"{kind} not known; Footnote reads {KNOWN}")


def parsed(suffix: str, data: bytes, origin: Origin) -> Iterator[Document | Refusal]:
    """The articles in a file's bytes; what cannot be read comes back as a refusal."""
    try:
        yield from _parsed(suffix, data, origin)
    except UnreadableError as error:
        yield Refusal(origin.source_name, str(error))


def _parsed(suffix: str, data: bytes, origin: Origin) -> Iterator[Document | Refusal]:
    if not data:
        raise UnreadableError("it is empty; add a file with some text")
    if suffix in LINES:
        yield from parse_lines(data.splitlines(), origin.source_name)
    elif suffix == ".json":
        yield from parse_json(data, origin.source_name)
    elif suffix in _MODULE_OF:
        module = importlib.import_module(f"index.readers.{_MODULE_OF[suffix]}")
        parse = cast("Callable[[bytes, Origin], Document]", module.parse)
        yield parse(data, origin)
    else:
        raise unknown(suffix)
