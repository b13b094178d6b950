"""What all derived files of vectors share: whose they are, and how they come to be in place."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from index.engines.base import PassageSource
from index.errors import CollectionError
from storage.unfinished import unfinished


class UnwritableError(CollectionError):
    """There is no room for a derived file, or no permission to write it."""


@dataclass(frozen=True, slots=True)
class Origin:
    """The generation of a collection that a file was made from; see `PassageSource`."""

    collection_id: str
    generation: int
    stamp: str

    def is_of(self, source: PassageSource) -> bool:
        """Whether it lies in the source's own history, at or before its generation."""
        return (
            self.collection_id == source.collection_id()
            and self.generation <= source.generation()
            and self.stamp == source.stamp(self.generation)
        )


def origin_of(source: PassageSource) -> Origin:
    """The source's own generation."""
    generation = source.generation()
    return Origin(source.collection_id(), generation, source.stamp(generation))


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """A path to write to; afterwards that file is flushed and takes the place of `path` at once.

    Raises `UnwritableError` when there is no room or no permission; the old file stays.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with unfinished(path.parent) as folder:
            part = folder / path.name
            yield part
            with part.open("rb") as file:
                os.fsync(file.fileno())
            part.replace(path)
    except OSError as error:
        raise UnwritableError(
            f"Cannot write {path} ({error.strerror}); make room on the disk or check the "
            "folder's permissions. The articles themselves are kept."
        ) from error
