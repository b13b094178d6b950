"""Which passages a filter lets through, kept for the next question with the same filter."""

from __future__ import annotations

import threading
from collections import OrderedDict
from typing import TYPE_CHECKING

from index.catalogue.entities import ArticleFilter
from index.engines.key_set import KeySet

if TYPE_CHECKING:
    from index.catalogue.reading import Snapshot

# Kept in all: 16 MB of keys.
_MOST_KEYS = 2_000_000
_MOST_FILTERS = 64


class FilteredKeys:
    """The keys of the newest filters, each of one generation. Safe to share between threads."""

    def __init__(self) -> None:
        self._kept: OrderedDict[tuple[str, int, ArticleFilter], KeySet] = OrderedDict()
        self._lock = threading.Lock()

    def of(self, snapshot: Snapshot, chosen: ArticleFilter) -> KeySet:
        """The keys of the snapshot's passages whose articles pass."""
        name = snapshot.collection_id(), snapshot.generation(), chosen
        with self._lock:
            known = self._kept.get(name)
            if known is not None:
                self._kept.move_to_end(name)
                return known
        made = KeySet(snapshot.passage_keys(chosen))
        with self._lock:
            self._kept[name] = made
            while len(self._kept) > _MOST_FILTERS or self._are_too_many():
                self._kept.popitem(last=False)
        return made

    def _are_too_many(self) -> bool:
        return len(self._kept) > 1 and sum(map(len, self._kept.values())) > _MOST_KEYS
