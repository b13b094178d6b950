"""The newest generation of the catalogue together with an engine's view of it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from index.engines.base import Engine, GenerationGoneError, View

if TYPE_CHECKING:
    from index.catalogue.catalogue import Catalogue
    from index.catalogue.reading import Snapshot


@contextmanager
def newest_view(catalogue: Catalogue, engine: Engine) -> Iterator[tuple[Snapshot, View]]:
    """A snapshot and a view of the same generation.

    A writer may clean the engine up between the two: then a newer snapshot is taken. If even
    that one is older than what the engine wants, the engine's files come from another history
    of this collection (a backup was put back), and are made anew.
    """
    needed = 0
    while True:
        with catalogue.read() as snapshot:
            try:
                view = engine.view(snapshot)
            except GenerationGoneError as gone:
                if snapshot.generation() < needed:
                    engine.discard()
                needed = gone.needed
                continue
            yield snapshot, view
            return
