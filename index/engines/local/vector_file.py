"""The mapped file of vectors: derived, checked when opened, replaced as a whole."""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from index.engines.local.vectors import Segment

_ROW_ALIGNMENT = 64


@dataclass(frozen=True, slots=True)
class Header:
    """What a vector file holds. `digest` is the SHA-256 of all bytes after the header."""

    collection_id: str
    generation: int
    count: int
    dimension: int
    digest: str


def save(path: Path, collection_id: str, generation: int, segment: Segment) -> None:
    """Writes a segment beside `path`, flushes it to the disk and puts it in place at once."""
    body = segment.keys.astype("<i8").tobytes()
    matrix = np.ascontiguousarray(segment.matrix, "<f4")
    digest = hashlib.sha256(body)
    digest.update(matrix.data)
    count, dimension = matrix.shape
    header = Header(collection_id, generation, count, dimension, digest.hexdigest())
    first = json.dumps(asdict(header)).encode()
    padding = -(len(first) + 1) % _ROW_ALIGNMENT
    part = path.with_name(f"{path.name}.{os.getpid()}.part")
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        with part.open("wb") as file:
            file.write(first + b" " * padding + b"\n" + body)
            file.write(matrix.data)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def load(path: Path) -> tuple[Header, Segment] | None:
    """The header and the mapped segment, or None when there is no usable file."""
    try:
        with path.open("rb") as file:
            header = Header(**json.loads(file.readline()))
            start = file.tell()
        if path.stat().st_size != start + header.count * (8 + 4 * header.dimension):
            return None
        keys = np.fromfile(path, "<i8", header.count, offset=start)
        matrix = np.memmap(
            path,
            "<f4",
            "r",
            offset=start + 8 * header.count,
            shape=(header.count, header.dimension),
        )
    except (OSError, ValueError, TypeError):
        return None
    return header, Segment(keys, matrix)


def is_damaged(path: Path) -> bool:
    """Whether a file is there whose bytes do not match its own checksum."""
    if not path.exists():
        return False
    loaded = load(path)
    if loaded is None:
        return True
    header, _ = loaded
    digest = hashlib.sha256()
    with path.open("rb") as file:
        file.readline()
        while portion := file.read(1 << 20):
            digest.update(portion)
    return digest.hexdigest() != header.digest
