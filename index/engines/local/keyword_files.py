"""Checks the files of a Tantivy index: a flipped bit must never pass for a result.

Every file of a segment ends in a footer that carries the CRC-32 of what is before it: JSON, its
length and a magic number, both 32 bits, little-endian (`tantivy/src/directory/footer.rs`).
Tantivy itself writes the checksum but does not compare it when it opens an index.
"""

from __future__ import annotations

import json
import struct
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

_MAGIC = 1337
_LENGTHS = struct.Struct("<II")
_SEGMENT_SUFFIXES = ("fast", "fieldnorm", "idx", "pos", "store", "term")
SUFFIXES = frozenset({*_SEGMENT_SUFFIXES, "del"})
_SEGMENT_FIELDS = {"segment_id", "max_doc", "deletes"}
_DELETES_FIELDS = {"num_deleted_docs", "opstamp"}


class DamagedIndexError(Exception):
    """A file of the index is missing, cut short or not as it was written."""


@dataclass(frozen=True, slots=True)
class Contents:
    """What `meta.json` says: the files of all segments, and how many documents they hold."""

    files: frozenset[str]
    documents: int  # deleted ones among them


def contents(folder: Path) -> Contents:
    """Reads `meta.json`. Raises `DamagedIndexError` when it is not as Tantivy writes it."""
    try:
        meta = json.loads((folder / "meta.json").read_bytes())
        segments = meta["segments"]
        files: set[str] = set()
        for segment in segments:
            files |= _files_of(segment)
        return Contents(frozenset(files), sum(int(segment["max_doc"]) for segment in segments))
    except (FileNotFoundError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise DamagedIndexError("meta.json") from error


def check(folder: Path, names: Iterable[str]) -> None:
    """Raises `DamagedIndexError` for the first file that does not match its checksum."""
    for name in names:
        try:
            data = (folder / name).read_bytes()
            length, magic = _LENGTHS.unpack(data[-_LENGTHS.size :])
            body = len(data) - _LENGTHS.size - length
            footer = json.loads(data[body : -_LENGTHS.size])
            sound = magic == _MAGIC and zlib.crc32(memoryview(data)[:body]) == footer["crc"]
        except (FileNotFoundError, ValueError, KeyError, TypeError, struct.error) as error:
            raise DamagedIndexError(name) from error
        if not sound:
            raise DamagedIndexError(name)


@contextmanager
def panics_as_damage() -> Iterator[None]:
    """Raises `DamagedIndexError` where Tantivy panics, which Python code cannot catch by name."""
    try:
        yield
    except BaseException as error:
        if type(error).__name__ != "PanicException":
            raise
        raise DamagedIndexError(str(error)) from error


def _files_of(segment: dict[str, object]) -> set[str]:
    if set(segment) != _SEGMENT_FIELDS:
        raise ValueError(f"a segment has other fields: {sorted(segment)}")
    name = str(segment["segment_id"]).replace("-", "")
    files = {f"{name}.{suffix}" for suffix in _SEGMENT_SUFFIXES}
    deletes = segment["deletes"]
    if isinstance(deletes, dict):
        if set(deletes) != _DELETES_FIELDS:
            raise ValueError(f"deletes have other fields: {sorted(deletes)}")
        files.add(f"{name}.{deletes['opstamp']}.del")
    return files
