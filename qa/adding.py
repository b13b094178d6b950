"""Articles into the collection, for front ends that answer from it."""

from __future__ import annotations

import threading
from collections.abc import Sequence

from index.indexer import AddReport, Indexer, open_indexer
from index.searcher import Searcher
from qa.settings import Settings

__all__ = ["AddReport", "Adding"]


class Adding:
    """Adds articles beside a searcher that is open; what it needs more opens with the first one.

    Safe to share between threads. Raises `CollectionError` when nothing can be written.
    """

    def __init__(self, settings: Settings, searcher: Searcher) -> None:
        self._options = settings.index_options()
        self._searcher = searcher
        self._lock = threading.Lock()
        self._indexer: Indexer | None = None

    def add_addresses(self, addresses: Sequence[str]) -> AddReport:
        """Fetches and adds pages of the web; they can be asked about when this returns."""
        return self._opened().add_sources(addresses)

    def add_file(self, name: str, data: bytes) -> AddReport:
        """Adds the articles of one file; they can be asked about when this returns."""
        return self._opened().add_upload(name, data)

    def _opened(self) -> Indexer:
        with self._lock:
            if self._indexer is None:
                self._indexer = open_indexer(self._options, self._searcher)
            return self._indexer
