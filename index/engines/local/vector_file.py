"""The mapped file of vectors: derived, checked when opened, replaced as a whole."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from index.engines.local.derived_file import Origin, replacing
from index.engines.local.vectors import Segment
from index.engines.local.verified import Verified, facts_of, is_sound

_HEADER = 1024  # bytes; the vectors behind it are aligned


@dataclass(frozen=True, slots=True)
class Header:
    """What a vector file holds. `digest` is the SHA-256 of all bytes after the header."""

    collection_id: str
    generation: int
    stamp: str
    count: int
    dimension: int
    digest: str

    @property
    def origin(self) -> Origin:
        """The generation it was made from."""
        return Origin(self.collection_id, self.generation, self.stamp)


def save(path: Path, origin: Origin, dimension: int, portions: Iterable[Segment]) -> None:
    """Writes a generation's vectors, which come by ascending keys, portion by portion.

    The file is put in place when it is whole. Raises `UnwritableError` when there is no room or
    no permission; the old file stays.
    """
    keys = []
    digest = hashlib.sha256()
    with replacing(path) as part, part.open("wb") as file:
        file.write(bytes(_HEADER))
        for portion in portions:
            rows = np.ascontiguousarray(portion.matrix, "<f4")
            digest.update(rows.data)
            file.write(rows.data)
            keys.append(portion.keys)
        count = sum(len(some) for some in keys)
        if count:
            last = np.concatenate(keys).astype("<i8")
            digest.update(last.data)
            file.write(last.data)
        header = Header(
            origin.collection_id,
            origin.generation,
            origin.stamp,
            count,
            dimension,
            digest.hexdigest(),
        )
        file.seek(0)
        file.write(json.dumps(asdict(header)).encode().ljust(_HEADER - 1) + b"\n")


def header_of(path: Path) -> Header | None:
    """What the file says it holds, or None when there is no such file."""
    try:
        with path.open("rb") as file:
            return _header(file.read(_HEADER))
    except (OSError, ValueError, TypeError):
        return None


def load(path: Path, verified: Verified | None = None) -> tuple[Header, Segment] | None:
    """The header and the mapped segment, or None when there is no file that is whole.

    All bytes are compared with their checksum, unless `verified` knows the file already.
    """
    try:
        with path.open("rb") as file:
            facts = facts_of(os.fstat(file.fileno()))
            header = _header(file.read(_HEADER))
            shape = header.count, header.dimension
            behind = _HEADER + 4 * header.dimension * header.count
            if facts[1] != behind + 8 * header.count:
                return None
            if not is_sound(
                verified,
                path.name,
                facts,
                lambda: hashlib.file_digest(file, "sha256").hexdigest() == header.digest,
            ):
                return None
            keys = np.memmap(file, "<i8", "r", offset=behind, shape=(header.count,))
            matrix = np.memmap(file, "<f4", "r", offset=_HEADER, shape=shape)
    except (OSError, ValueError, TypeError):
        return None
    return header, Segment(keys.view(np.ndarray), matrix.view(np.ndarray))


def _header(line: bytes) -> Header:
    return Header(**json.loads(line))
