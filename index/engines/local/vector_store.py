"""The vectors of one data folder: read, kept in step, and folded into their files by rule.

A small collection lives in memory. A larger one has a mapped file that is searched exactly; from
`Rules.exact_up_to` passages on there is a second file, of cells, that is searched approximately.
What was added since the files were written is searched exactly beside them. Once that is much,
the files are written anew: at once while they are small, else in a thread of its own.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from index.engines.base import PassageSource
from index.engines.local import cell_file, vector_file
from index.engines.local.derived_file import Origin, UnwritableError, origin_of
from index.engines.local.vectors import Segment, VectorSet, empty_segment
from index.engines.local.verified import Verified
from storage.locking import ProcessLock

if TYPE_CHECKING:
    from index.engines.local.cells import Cells

_LOGGER = logging.getLogger(__name__)
_PORTION = 20_000


@dataclass(frozen=True, slots=True)
class Rules:
    """When vectors are kept and searched in which way; docs/decisions/0009 says what was measured.

    `file_from`: passages from which a file is quicker to load than the catalogue. `exact_up_to`:
    passages up to which an exact search is quick enough. Files are stale when so many passages
    changed since as `stale_share` of all, but at most `longest_tail`. `recall` of the ten
    nearest is what an approximate search must reach. Cells are laid out anew when the collection
    is `outgrown` times what they were laid out for.
    """

    file_from: int = 2_000
    exact_up_to: int = 50_000
    stale_share: float = 0.1
    longest_tail: int = 20_000
    recall: float = 0.995
    outgrown: float = 2.0

    def is_stale(self, changed: int, count: int) -> bool:
        """Whether files from which `changed` of `count` passages differ are to be written anew."""
        return count > self.file_from and changed > min(self.stale_share * count, self.longest_tail)


RULES = Rules()


class VectorStore:
    """Vectors in `folder`, derived from the catalogue. One thread calls `current` at a time."""

    def __init__(self, folder: Path, rules: Rules | None = None) -> None:
        self._rules = rules or RULES
        self._path = folder / "vectors.bin"
        self._cell_path = folder / "cells.bin"
        self._lock = ProcessLock(folder / "vectors.lock")
        self._worker: threading.Thread | None = None
        self._verified = Verified(folder)
        self._fresh: tuple[Origin, VectorSet] | None = None

    def loaded(self, source: PassageSource) -> VectorSet:
        """The vectors of the source's generation, from the files where they are sound."""
        self._fresh = None
        filed = self._from_files(source)
        if filed is None and not self._is_another_s(source):
            filed = self._made_from_catalogue(source)
        if filed is not None:
            vectors = self.caught_up(filed, source, filed.filed)
            if vectors.shortlist is None and len(vectors) > self._rules.exact_up_to:
                self._start(self._fold, vectors, origin_of(source))
            return vectors
        nothing = empty_segment(source.dimension())
        return self.caught_up(VectorSet(nothing, nothing, frozenset()), source, 0)

    def caught_up(self, vectors: VectorSet, source: PassageSource, generation: int) -> VectorSet:
        """The source's generation, made from vectors of an earlier one."""
        if vectors.base.matrix.shape[1] != source.dimension():
            nothing = empty_segment(source.dimension())
            vectors, generation = VectorSet(nothing, nothing, frozenset()), 0
        elif (fresh := self._taken_up(source, vectors)) is not None:
            vectors, generation = fresh, fresh.filed
        keys = source.added_after(generation)
        added = Segment(np.array(keys, np.int64), source.vectors_of(keys))
        changed = vectors.changed(added, source.removed_after(generation) if generation else ())
        recent = len(changed.recent.keys)
        if len(changed) > self._rules.exact_up_to and changed.filed:
            self._look_for_newer_files(changed)
            return changed
        most = max(self._rules.file_from, len(changed.base.keys) // 4)
        return changed.compacted() if recent > most else changed

    def fold_if_stale(self, source: PassageSource, vectors: VectorSet) -> None:
        """Writes the files anew where they lack much of the source's generation."""
        changed = self._changed_since_saved(source)
        if not self._rules.is_stale(changed, len(vectors)) and not self._lacks_cells(vectors):
            return
        origin = origin_of(source)
        if len(vectors) > self._rules.exact_up_to:
            self._start(self._fold, vectors, origin)
        else:
            self._save(vectors, origin)

    def wait(self) -> None:
        """Waits for what is done in the background."""
        worker = self._worker
        if worker is not None:
            worker.join()

    def discard(self) -> None:
        """Throws the files away."""
        self.wait()
        self._fresh = None
        for path in (self._path, self._cell_path):
            path.unlink(missing_ok=True)

    def sizes(self) -> dict[str, int]:
        """Bytes on disk by part."""
        parts = {"vectors": self._path, "cells": self._cell_path}
        return {name: path.stat().st_size for name, path in parts.items() if path.exists()}

    def problems(self) -> list[str]:
        """One sentence for each file that is damaged; all are compared, also known ones."""
        found = []
        for path, load in ((self._path, vector_file.load), (self._cell_path, cell_file.load)):
            if path.exists() and load(path) is None:
                self._verified.forget(path.name)
                found.append(f"The vector file {path} is damaged; run `footnote rebuild`.")
        return found

    def search_kind(self) -> str:
        """How the files are searched, in words."""
        vectors, cells = vector_file.header_of(self._path), cell_file.trailer_of(self._cell_path)
        if vectors is None or cells is None or vectors.origin != cells.origin:
            return "exact"
        said = cells.measured
        return (
            f"approximate, {said.probes} of {said.cells} cells, "
            f"recall@10 against exact {said.recall:.3f}"
        )

    def _from_files(self, source: PassageSource) -> VectorSet | None:
        """What the files hold, if they are sound and of the source's own history."""
        found = vector_file.load(self._path, self._verified)
        if found is None and self._path.exists():
            _tell_of_damage(self._path, "the catalogue")
        if found is None or not found[0].origin.is_of(source):
            return None
        return self._with_cells(*found)

    def _with_cells(self, header: vector_file.Header, segment: Segment) -> VectorSet:
        recent = empty_segment(header.dimension)
        vectors = VectorSet(segment, recent, frozenset(), header.generation)
        if len(vectors) <= self._rules.exact_up_to:
            return vectors
        found = cell_file.load(self._cell_path, self._verified)
        if found is None and self._cell_path.exists():
            with suppress(OSError):  # a reader that may not write does without cells
                self._cell_path.unlink()
            _tell_of_damage(self._cell_path, "the vector file")
        if found is None or found[0].origin != header.origin:
            return vectors
        return replace(vectors, shortlist=found[1])

    def _is_another_s(self, source: PassageSource) -> bool:
        """Whether the file is whole but belongs to another history, or a later generation."""
        header = vector_file.header_of(self._path)
        return (
            header is not None
            and not header.origin.is_of(source)
            and vector_file.load(self._path, self._verified) is not None
        )

    def _made_from_catalogue(self, source: PassageSource) -> VectorSet | None:
        """A new file, never holding all vectors in memory; None where there is none to be."""
        keys = source.added_after(0)
        if len(keys) <= self._rules.file_from:
            return None

        def portions() -> Iterator[Segment]:
            for first in range(0, len(keys), _PORTION):
                some = keys[first : first + _PORTION]
                yield Segment(np.array(some, np.int64), source.vectors_of(some))

        # A reader that may not write, or has no room to, can do without the file.
        with suppress(UnwritableError):
            vector_file.save(self._path, origin_of(source), source.dimension(), portions())
        return self._from_files(source)

    def _changed_since_saved(self, source: PassageSource) -> int:
        """How many passages a process that opens the vector file would have to catch up."""
        header = vector_file.header_of(self._path)
        if header is None or not header.origin.is_of(source):
            return len(source.added_after(0))
        generation = header.generation
        return len(source.added_after(generation)) + len(source.removed_after(generation))

    def _lacks_cells(self, vectors: VectorSet) -> bool:
        if vectors.shortlist is not None or len(vectors) <= self._rules.exact_up_to:
            return False
        header, trailer = (
            vector_file.header_of(self._path),
            cell_file.trailer_of(self._cell_path),
        )
        return header is None or trailer is None or header.origin != trailer.origin

    def _look_for_newer_files(self, vectors: VectorSet) -> None:
        """Has another process's newer files loaded beside the questions."""
        header = vector_file.header_of(self._path)
        if header is None or self._lacks_cells(vectors):
            return
        if header.generation > vectors.filed or vectors.shortlist is None:
            self._start(self._take_up, header.origin)

    def _taken_up(self, source: PassageSource, vectors: VectorSet) -> VectorSet | None:
        """Vectors that the background has loaded, where they are newer and not too new."""
        loaded = self._fresh
        if loaded is None or not loaded[0].is_of(source):
            return None  # too new for it, or of a collection that another has taken the place of
        fresh, self._fresh = loaded[1], None
        better = vectors.shortlist is None and fresh.shortlist is not None
        return fresh if fresh.filed > vectors.filed or better else None

    def _start(self, work: Callable[..., None], *arguments: object) -> None:
        if self._worker is not None and self._worker.is_alive():
            return
        self._worker = threading.Thread(target=work, args=arguments, name="vectors")
        self._worker.start()

    def _fold(self, vectors: VectorSet, origin: Origin) -> None:
        with suppress(UnwritableError, OSError):  # the next writer tries again
            self._path.parent.mkdir(parents=True, exist_ok=True)
            if not self._lock.take():
                return  # another process is at it
            try:
                self._save(vectors, origin)
                self._take_up(origin)
            finally:
                self._lock.release()

    def _take_up(self, origin: Origin) -> None:
        found = vector_file.load(self._path, self._verified)
        if found is not None and found[0].origin == origin:
            self._fresh = origin, self._with_cells(*found)

    def _save(self, vectors: VectorSet, origin: Origin) -> None:
        dimension = vectors.base.matrix.shape[1]
        header = vector_file.header_of(self._path)
        if header is None or header.origin != origin or vectors.filed != origin.generation:
            vector_file.save(self._path, origin, dimension, vectors.portions())
        if len(vectors) > self._rules.exact_up_to:
            self._save_cells(vectors, origin)
        else:
            self._cell_path.unlink(missing_ok=True)

    def _save_cells(self, vectors: VectorSet, origin: Origin) -> None:
        from index.engines.local import cells

        found = vector_file.load(self._path, self._verified)
        if found is None or found[0].origin != origin:
            return
        segment = found[1]
        cells.one_core_fewer()
        filled = self._kept_cells(vectors, origin)
        if filled is None:
            filled = cells.laid_out(segment)
            filled.filled(segment.portions(), ())
        else:
            filled.filled(vectors.recent.without(vectors.gone).portions(), vectors.gone)
        cell_file.save(self._cell_path, origin, cells.measured(filled, segment, self._rules.recall))

    def _kept_cells(self, vectors: VectorSet, origin: Origin) -> Cells | None:
        """The cells that the set's base was filed with, to be changed; None to lay out anew."""
        if vectors.shortlist is None:
            return None
        found = cell_file.load(self._cell_path, self._verified, into_memory=True)
        if found is None or found[0].generation != vectors.filed:
            return None
        if found[0].collection_id != origin.collection_id:
            return None
        if len(vectors) > self._rules.outgrown * found[1].measured.laid_out_for:
            return None
        return found[1]


def _tell_of_damage(path: Path, source: str) -> None:
    _LOGGER.warning("The vector file %s was damaged; it is made anew from %s.", path, source)
