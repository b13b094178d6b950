"""The local engine: vectors and keywords of one data folder, kept in step with the catalogue."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.engines.base import GenerationGoneError, IndexedText, Match, PassageSource
from index.engines.local import vector_file
from index.engines.local.keyword_index import KeywordIndex
from index.engines.local.keywords import KeywordSearcher
from index.engines.local.vectors import Segment, VectorSet, empty_segment
from index.errors import CollectionError

_LOGGER = logging.getLogger(__name__)
# Below this many passages, loading vectors from the catalogue is as quick as a file of them.
_SMALL = 2_000
# A share of changed rows above which the mapped matrix is written anew.
_STALE_SHARE = 0.1


@dataclass(frozen=True)
class LocalView:
    """One generation; shared by threads, never changed."""

    generation: int
    collection_id: str
    vectors: VectorSet
    keywords: KeywordSearcher

    def nearest(
        self, vector: NDArray[np.float32], limit: int, allowed: frozenset[int] | None
    ) -> list[Match]:
        """Passages by cosine, best first."""
        return self.vectors.nearest(vector, limit, allowed)

    def matching(self, query: str, limit: int, allowed: frozenset[int] | None) -> list[Match]:
        """Passages by BM25, best first."""
        wanted = limit
        while True:
            found = self.keywords.search(query, wanted)
            visible = self._visible(found, allowed)
            if len(visible) >= limit or len(found) < wanted:
                return visible[:limit]
            wanted *= 8

    def cosines(self, vector: NDArray[np.float32], keys: Sequence[int]) -> NDArray[np.float32]:
        """The cosines of given passages, shape (len(keys),)."""
        products: NDArray[np.float32] = self.vectors.rows(np.array(keys, np.int64)) @ vector
        return products

    def _visible(self, found: list[Match], allowed: frozenset[int] | None) -> list[Match]:
        if allowed is not None:
            return [match for match in found if match.key in allowed]
        keys = np.array([match.key for match in found], np.int64)
        here = self.vectors.holds(keys)
        return [match for match, is_here in zip(found, here, strict=True) if is_here]


class LocalEngine:
    """FAISS and Tantivy in `folder`, derived from the catalogue."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._vector_path = folder / "vectors.bin"
        self._keywords = KeywordIndex(folder / "keywords")
        self._lock = threading.Lock()
        self._view: LocalView | None = None

    def prepare(self, source: PassageSource, added: Iterable[IndexedText]) -> None:
        """Writes the keywords of passages that are about to be committed."""
        self._keywords.prepare(source, added)

    def settle(self, source: PassageSource) -> None:
        """Deletes the keywords of removed passages and rewrites a stale vector file."""
        with suppress(GenerationGoneError):  # then another process has settled a later one
            vectors = self._current(source).vectors
            self._keywords.clean(source)
            self._save_if_stale(source, vectors)

    def discard(self) -> None:
        """Throws both derived parts away."""
        with self._lock:
            self._view = None
            self._vector_path.unlink(missing_ok=True)
            self._keywords.discard()

    def view(self, source: PassageSource) -> LocalView:
        """A view of exactly the source's generation; a new one is made beside the old."""
        return self._current(source)

    def sizes(self) -> dict[str, int]:
        """Bytes on disk of the vector file and the keyword index."""
        keywords = sum(
            file.stat().st_size for file in self._keywords.folder.rglob("*") if file.is_file()
        )
        vectors = self._vector_path.stat().st_size if self._vector_path.exists() else 0
        return {"keywords": keywords, "vectors": vectors}

    def problems(self, source: PassageSource) -> list[str]:
        """What does not match the catalogue; all of it is rebuilt by `footnote rebuild`."""
        found = []
        if self._vector_path.exists() and vector_file.load(self._vector_path) is None:
            found.append(f"The vector file {self._vector_path} is damaged; run `footnote rebuild`.")
        alive = source.added_after(0)
        view = self._current(source)
        if len(view.vectors) != len(alive):
            found.append(
                f"The vector index has {len(view.vectors)} passages, the catalogue {len(alive)}; "
                "run `footnote rebuild`."
            )
        if view.keywords.count() < len(alive):
            found.append("The keyword index lacks passages; run `footnote rebuild`.")
        return found

    def _save_if_stale(self, source: PassageSource, vectors: VectorSet) -> None:
        if len(vectors) > _SMALL and self._changed_since_saved(source) > _STALE_SHARE * len(
            vectors
        ):
            vector_file.save(self._vector_path, source, vectors.compacted().base)

    def _changed_since_saved(self, source: PassageSource) -> int:
        """How many passages a process that opens the vector file would have to catch up."""
        header = vector_file.header_of(self._vector_path)
        if header is None or not _is_of(header, source):
            return len(source.added_after(0))
        generation = header.generation
        return len(source.added_after(generation)) + len(source.removed_after(generation))

    def _current(self, source: PassageSource) -> LocalView:
        generation, collection_id = source.generation(), source.collection_id()
        view = self._view
        if view and (view.generation, view.collection_id) == (generation, collection_id):
            return view
        with self._lock:
            keywords = self._keywords.searcher(source)
            view = LocalView(generation, collection_id, self._vectors(source), keywords)
            if self._view is None or self._view.generation <= generation:
                self._view = view
            return view

    def _vectors(self, source: PassageSource) -> VectorSet:
        generation, collection_id = source.generation(), source.collection_id()
        view = self._view
        if view and view.collection_id == collection_id and view.generation <= generation:
            return _caught_up(view.vectors, source, view.generation)
        loaded = vector_file.load(self._vector_path)
        if loaded is not None and _is_of(loaded[0], source):
            header, segment = loaded
            vectors = VectorSet(segment, empty_segment(header.dimension), frozenset())
            return _caught_up(vectors, source, header.generation)
        nothing = empty_segment(source.dimension())
        vectors = _caught_up(VectorSet(nothing, nothing, frozenset()), source, 0)
        if loaded is None:
            if self._vector_path.exists():
                _LOGGER.warning(
                    "The vector file %s was damaged; it is made anew from the catalogue.",
                    self._vector_path,
                )
            with suppress(CollectionError, OSError):  # a reader can do without the file
                self._vector_path.unlink(missing_ok=True)
                self._save_if_stale(source, vectors)
        return vectors


def _is_of(header: vector_file.Header, source: PassageSource) -> bool:
    """Whether the file was written from the source's own history, at or before its generation."""
    same = header.collection_id == source.collection_id()
    return (
        same
        and header.generation <= source.generation()
        and header.stamp == source.stamp(header.generation)
    )


def _caught_up(vectors: VectorSet, source: PassageSource, generation: int) -> VectorSet:
    if vectors.base.matrix.shape[1] != source.dimension():
        nothing = empty_segment(source.dimension())
        vectors, generation = VectorSet(nothing, nothing, frozenset()), 0
    keys = source.added_after(generation)
    added = Segment(np.array(keys, np.int64), source.vectors_of(keys))
    changed = vectors.changed(added, source.removed_after(generation) if generation else ())
    recent = len(changed.recent.keys)
    return changed.compacted() if recent > max(_SMALL, len(changed.base.keys) // 4) else changed
