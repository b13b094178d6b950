"""Bytes of unknown encoding into text."""

from __future__ import annotations

import codecs
import re

from index.readers.origin import UnreadableError, storable

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_NOT_TEXT = "it is a binary file, not text; add a text, HTML, PDF, DOCX or JSONL file"
_CONTROL = bytes(range(9)) + bytes(range(14, 27)) + bytes(range(28, 32))
_SAMPLE = 200_000


def decoded(data: bytes, declared: str | None = None) -> str:
    """The text of a file, every line ended by one line feed.

    A byte order mark decides, then UTF-8 where it is valid, then the `declared` encoding, then
    what charset-normalizer finds. Raises `UnreadableError` for a binary file.
    """
    text = _marked(data) or _utf8(data) or _utf16_without_mark(data)
    if text is None:
        if _looks_binary(data):
            raise UnreadableError(_NOT_TEXT)
        text = _declared(data, declared) or _detected(data)
    return storable(re.sub(r"\r\n?", "\n", text))


def _marked(data: bytes) -> str | None:
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return data.decode(encoding, "replace")
    return None


def _utf8(data: bytes) -> str | None:
    if b"\x00" in data or _looks_binary(data):
        return None
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return None


def _utf16_without_mark(data: bytes) -> str | None:
    """Text in a Latin script has a zero in every other byte."""
    sample = data[:2000]
    for first, encoding in ((1, "utf-16-le"), (0, "utf-16-be")):
        zeros = sample[first::2].count(0)
        if zeros > len(sample) * 0.35 and sample[1 - first :: 2].count(0) == 0:
            return data.decode(encoding, "replace")
    return None


def _looks_binary(data: bytes) -> bool:
    sample = data[:_SAMPLE]
    controls = len(sample) - len(sample.translate(None, _CONTROL))
    return b"\x00" in sample or controls > len(sample) * 0.02


def _declared(data: bytes, declared: str | None) -> str | None:
    try:
        return data.decode(declared) if declared else None
    except (LookupError, UnicodeDecodeError):
        return None


def _detected(data: bytes) -> str:
    # Costly to import, and most files are UTF-8.
    from charset_normalizer import from_bytes

    best = from_bytes(data[:_SAMPLE]).best()
    if best is None:
        raise UnreadableError(_NOT_TEXT)
    return data.decode(best.encoding, "replace")
