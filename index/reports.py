"""What became of the sources that were added, and how the collection stands."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

from index.article import Refusal


@dataclass(frozen=True, slots=True)
class Taken:
    """A source that was taken: its article, and how much of it had to be embedded."""

    source_name: str
    article_id: str
    outcome: Literal["added", "updated", "unchanged"]
    passages: int
    embedded: int


@dataclass(frozen=True, slots=True)
class AddReport:
    """What became of every source, and the generation in which the taken ones can be found."""

    taken: tuple[Taken, ...]
    refused: tuple[Refusal, ...]
    generation: int


@dataclass(frozen=True, slots=True)
class RemoveReport:
    """Which articles were removed, which ids no article has, and the generation after."""

    removed: tuple[str, ...]
    unknown: tuple[str, ...]
    generation: int


@dataclass(frozen=True, slots=True)
class Status:
    """How the collection stands; sizes in bytes.

    `vector_search` says in words how vectors are searched, and with which recall.
    """

    generation: int
    articles: int
    passages: int
    vectors: int
    model_name: str
    model_fingerprint: str
    vector_search: str
    bytes_by_part: Mapping[str, int]


OnResult = Callable[[Taken | Refusal], None]


class Results:
    """Results as they come, passed on one by one."""

    def __init__(self, on_result: OnResult) -> None:
        self.taken: list[Taken] = []
        self.refused: list[Refusal] = []
        self._on_result = on_result

    def put(self, result: Taken | Refusal) -> None:
        """Keeps a result and tells whoever listens."""
        if isinstance(result, Taken):
            self.taken.append(result)
        else:
            self.refused.append(result)
        self._on_result(result)
