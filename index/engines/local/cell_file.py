"""The file of the approximate index: FAISS's own bytes, then a line that vouches for them."""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from index.engines.local.derived_file import Origin, replacing
from index.engines.local.verified import Verified, facts_of, is_sound

if TYPE_CHECKING:
    from index.engines.local.cells import Cells

_TRAILER = 1024  # bytes at the end
_UNREADABLE = (OSError, ValueError, TypeError, KeyError)


@dataclass(frozen=True, slots=True)
class Measured:
    """What was measured when the cells were filled.

    A search looks into `probes` of `cells` cells and so finds the share `recall` of the ten
    nearest that an exact search of the same collection finds. The cells were laid out for
    `laid_out_for` vectors.
    """

    cells: int
    probes: int
    recall: float
    laid_out_for: int


@dataclass(frozen=True, slots=True)
class Trailer:
    """What the file holds. `digest` is the SHA-256 of all bytes before the trailer."""

    collection_id: str
    generation: int
    stamp: str
    measured: Measured
    digest: str

    @property
    def origin(self) -> Origin:
        """The generation it was made from."""
        return Origin(self.collection_id, self.generation, self.stamp)


def save(path: Path, origin: Origin, cells: Cells) -> None:
    """Writes the index and puts it in place when it is whole.

    Raises `UnwritableError` when there is no room or no permission; the old file stays.
    """
    from index.engines.local.cells import write  # FAISS, only when there is something to write

    with replacing(path) as part:
        write(cells, part)
        with part.open("r+b") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
            trailer = Trailer(
                origin.collection_id, origin.generation, origin.stamp, cells.measured, digest
            )
            file.seek(0, os.SEEK_END)
            file.write(json.dumps(asdict(trailer)).encode().ljust(_TRAILER))


def trailer_of(path: Path) -> Trailer | None:
    """What the file says it holds, or None when there is no such file."""
    try:
        with path.open("rb") as file:
            return _trailer(file)
    except _UNREADABLE:
        return None


def load(
    path: Path, verified: Verified | None = None, *, into_memory: bool = False
) -> tuple[Trailer, Cells] | None:
    """The trailer and the mapped index, or None when there is no file that is whole.

    All bytes are compared with their checksum, unless `verified` knows the file already.
    `into_memory` reads a copy that may be changed.
    """
    from index.engines.local.cells import Cells, mapped, read

    try:
        while True:
            with path.open("rb") as file:
                facts = facts_of(os.fstat(file.fileno()))
                trailer = _trailer(file)
                compare = partial(_matches, file, facts[1] - _TRAILER, trailer.digest)
                if not is_sound(verified, path.name, facts, compare):
                    return None
                index = read(path) if into_memory else mapped(path)
                # FAISS opens files by name: is it still the same one?
                if facts_of(path.stat()) == facts:
                    return trailer, Cells(index, trailer.measured)
    except _UNREADABLE:
        return None


def _matches(file: BinaryIO, length: int, wanted: str) -> bool:
    """Whether the first `length` bytes have the wanted SHA-256."""
    digest = hashlib.sha256()
    file.seek(0)
    while length > 0 and (some := file.read(min(length, 1 << 20))):
        digest.update(some)
        length -= len(some)
    return digest.hexdigest() == wanted


def _trailer(file: BinaryIO) -> Trailer:
    file.seek(-_TRAILER, os.SEEK_END)
    said = json.loads(file.read(_TRAILER))
    return Trailer(**(said | {"measured": Measured(**said["measured"])}))
