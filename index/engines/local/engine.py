"""The local engine: vectors and keywords of one data folder, kept in step with the catalogue."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.engines.base import GenerationGoneError, IndexedText, Match, PassageSource
from index.engines.key_set import KeySet
from index.engines.local.keyword_index import KeywordIndex
from index.engines.local.keywords import KeywordSearcher
from index.engines.local.vector_store import Rules, VectorStore
from index.engines.local.vectors import VectorSet
from storage.unfinished import sweep


@dataclass(frozen=True)
class LocalView:
    """One generation; shared by threads, never changed."""

    generation: int
    collection_id: str
    vectors: VectorSet
    keywords: KeywordSearcher

    def nearest(
        self, vector: NDArray[np.float32], limit: int, allowed: KeySet | None
    ) -> list[Match]:
        """Passages by cosine, best first."""
        return self.vectors.nearest(vector, limit, allowed)

    def matching(self, query: str, limit: int, allowed: KeySet | None) -> list[Match]:
        """Passages by BM25, best first.

        What is not allowed is left out of the best, as many of them as probably have `limit`
        that are; where fewer are allowed than those, the search is restricted to them.
        """
        wanted = limit
        if allowed is not None:
            share = len(allowed) / max(len(self.vectors), 1)
            wanted = int(1.25 * limit / share) if share else 1
            if len(allowed) <= wanted:
                return self.keywords.search(query, limit, allowed)
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

    def _visible(self, found: list[Match], allowed: KeySet | None) -> list[Match]:
        keys = np.array([match.key for match in found], np.int64)
        here = self.vectors.holds(keys) if allowed is None else allowed.holds(keys)
        return [match for match, is_here in zip(found, here, strict=True) if is_here]


class LocalEngine:
    """FAISS and Tantivy in `folder`, derived from the catalogue."""

    def __init__(self, folder: Path, rules: Rules | None = None) -> None:
        self._folder = folder
        self._vectors = VectorStore(folder, rules)
        self._keywords = KeywordIndex(folder / "keywords")
        self._lock = threading.Lock()
        self._view: LocalView | None = None

    def prepare(self, source: PassageSource, added: Iterable[IndexedText]) -> None:
        """Writes the keywords of passages that are about to be committed."""
        self._keywords.prepare(source, added)

    def settle(self, source: PassageSource) -> None:
        """Deletes the keywords of removed passages and rewrites a stale vector file."""
        sweep(self._folder)
        with suppress(GenerationGoneError):  # then another process has settled a later one
            vectors = self._current(source).vectors
            self._keywords.clean(source)
            self._vectors.fold_if_stale(source, vectors)

    def wait(self) -> None:
        """Waits for vector files that are being written in the background."""
        self._vectors.wait()

    def discard(self) -> None:
        """Throws both derived parts away."""
        with self._lock:
            self._view = None
            self._vectors.discard()
            self._keywords.discard()

    def view(self, source: PassageSource) -> LocalView:
        """A view of exactly the source's generation; a new one is made beside the old."""
        return self._current(source)

    def sizes(self) -> dict[str, int]:
        """Bytes on disk of the vector file and the keyword index."""
        keywords = sum(
            file.stat().st_size for file in self._keywords.folder.rglob("*") if file.is_file()
        )
        return {"keywords": keywords} | self._vectors.sizes()

    def vector_search(self) -> str:
        """How vectors are searched, and with which recall, in a few words."""
        return self._vectors.search_kind()

    def problems(self, source: PassageSource) -> list[str]:
        """What does not match the catalogue; all of it is rebuilt by `footnote rebuild`."""
        found = self._vectors.problems() + self._keywords.problems()
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

    def _current(self, source: PassageSource) -> LocalView:
        generation, collection_id = source.generation(), source.collection_id()
        view = self._view
        if view and (view.generation, view.collection_id) == (generation, collection_id):
            return view
        with self._lock:
            keywords = self._keywords.searcher(source)
            view = LocalView(generation, collection_id, self._newest(source), keywords)
            if self._view is None or self._view.generation <= generation:
                self._view = view
            return view

    def _newest(self, source: PassageSource) -> VectorSet:
        view = self._view
        same = view is not None and view.collection_id == source.collection_id()
        if view is not None and same and view.generation <= source.generation():
            return self._vectors.caught_up(view.vectors, source, view.generation)
        return self._vectors.loaded(source)
