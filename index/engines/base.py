"""What every search engine offers, and what it may ask of the catalogue.

The catalogue is the truth and an engine is derived from it. A passage's key is never used twice.
An engine may hold more than a generation has (keys written shortly before their commit, keys
removed shortly before), never less: a view filters what it finds down to its own generation.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from index.engines.key_set import KeySet


@dataclass(frozen=True, slots=True)
class Match:
    """A passage's key and its score: a cosine or a BM25 score."""

    key: int
    score: float


@dataclass(frozen=True, slots=True)
class IndexedText:
    """The words by which a passage is found: its own, and its title with the heading above it."""

    key: int
    title: str
    text: str


class GenerationGoneError(Exception):
    """A snapshot is older than what the engine still keeps: take a newer one.

    `needed` is the oldest generation that the engine has. A snapshot that begins after this was
    raised has at least that one, unless the engine's files belong to another history.
    """

    def __init__(self, needed: int) -> None:
        super().__init__(f"generations before {needed} are gone")
        self.needed = needed


class PassageSource(Protocol):
    """One generation of the catalogue, as an engine sees it."""

    def collection_id(self) -> str:
        """A name that no other collection has."""

    def generation(self) -> int:
        """The number of this generation."""

    def stamp(self, generation: int) -> str:
        """What tells a generation from one of the same number in another history.

        A collection has another history after a backup was put back. "" for a generation that
        this one does not have.
        """

    def added_after(self, generation: int) -> list[int]:
        """Keys of passages that later generations added and that are still there, ascending."""

    def removed_after(self, generation: int) -> list[int]:
        """Keys of passages that later generations removed."""

    def dimension(self) -> int:
        """The vectors' length; 0 before the first passage."""

    def vectors_of(self, keys: Sequence[int]) -> NDArray[np.float32]:
        """Unit vectors, shape (len(keys), dimension)."""

    def texts_of(self, keys: Sequence[int]) -> Iterator[IndexedText]:
        """The words of passages."""


class View(Protocol):
    """One generation, ready to be searched by many threads at once."""

    @property
    def generation(self) -> int:
        """Which generation it is."""

    def nearest(
        self, vector: NDArray[np.float32], limit: int, allowed: KeySet | None
    ) -> list[Match]:
        """Passages by cosine with a unit vector of shape (dimension,), best first.

        `allowed` restricts the search to these keys; None allows every passage.
        """

    def matching(self, query: str, limit: int, allowed: KeySet | None) -> list[Match]:
        """Passages by BM25, best first; those that share no word with the query are left out."""

    def cosines(self, vector: NDArray[np.float32], keys: Sequence[int]) -> NDArray[np.float32]:
        """The cosines of given passages, shape (len(keys),)."""


class Engine(Protocol):
    """Keeps up with the catalogue. One process writes at a time, any number read."""

    def prepare(self, source: PassageSource, added: Iterable[IndexedText]) -> None:
        """Takes in passages that the running transaction is about to commit.

        Called while the catalogue's write lock is held; `source` sees the transaction's own
        changes. An engine that was not complete before catches up when it is next viewed.
        """

    def settle(self, source: PassageSource) -> None:
        """Drops what is gone and saves derived files, after a commit. Safe to leave out."""

    def discard(self) -> None:
        """Throws derived files away, to be made anew from the catalogue."""

    def view(self, source: PassageSource) -> View:
        """A view of exactly the source's generation.

        Raises `GenerationGoneError` when a newer snapshot has to be taken.
        """

    def sizes(self) -> dict[str, int]:
        """Bytes on disk by part."""

    def vector_search(self) -> str:
        """How vectors are searched, and with which recall, in a few words."""

    def problems(self, source: PassageSource) -> list[str]:
        """One plain sentence for each thing that does not match the source."""
