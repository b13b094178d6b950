"""Checks the files of a Tantivy index: a flipped bit must never pass for a result.

Every file of a segment ends in a footer that carries the CRC-32 of what is before it: JSON, its
length and a magic number, both 32 bits, little-endian (`tantivy/src/directory/footer.rs`).
Tantivy itself writes the checksum but does not compare it when it opens an index.
"""

from __future__ import annotations

import json
import os
import struct
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from index.engines.local.verified import Verified, facts_of

_MAGIC = 1337
_PORTION = 1 << 20
_LENGTHS = struct.Struct("<II")
_SEGMENT_SUFFIXES = ("fast", "fieldnorm", "idx", "pos", "store", "term")
SUFFIXES = frozenset({*_SEGMENT_SUFFIXES, "del"})
TEMPORARY = ".tmp"  # how the names of Tantivy's temporary files begin
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


def check(folder: Path, names: Iterable[str], verified: Verified | None = None) -> None:
    """Raises `DamagedIndexError` for the first file that does not match its checksum.

    What `verified` knows already is not read.
    """
    known = {} if verified is None else verified.known()
    sound = {}
    for name in names:
        noted_as = f"{folder.name}/{name}"
        try:
            with (folder / name).open("rb") as file:
                facts = facts_of(os.fstat(file.fileno()))
                if known.get(noted_as) != facts and not _is_sound(file, facts[1]):
                    raise DamagedIndexError(name)
        except (FileNotFoundError, ValueError, KeyError, TypeError, struct.error) as error:
            raise DamagedIndexError(name) from error
        sound[noted_as] = facts
    if verified is not None and any(known.get(name) != facts for name, facts in sound.items()):
        verified.note(sound)


def check_all(
    folder: Path, but: frozenset[str] = frozenset(), verified: Verified | None = None
) -> None:
    """The same for every file that `meta.json` lists, but those that are named.

    A writer may replace files meanwhile.
    """
    while True:
        listed = contents(folder)
        try:
            check(folder, listed.files - but, verified)
        except DamagedIndexError:
            if contents(folder) == listed:
                raise
        else:
            return


def _is_sound(file: BinaryIO, size: int) -> bool:
    """Whether a file of `size` bytes matches the checksum in its footer."""
    file.seek(max(size - _LENGTHS.size, 0))
    length, magic = _LENGTHS.unpack(file.read())
    body = max(size - _LENGTHS.size - length, 0)
    file.seek(body)
    footer = json.loads(file.read(length))
    file.seek(0)
    checksum = 0
    for first in range(0, body, _PORTION):
        checksum = zlib.crc32(file.read(min(_PORTION, body - first)), checksum)
    return bool(magic == _MAGIC and checksum == footer["crc"])


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
