"""What a soak knows of its collection: every version of every article, and when it was true."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

_WORDS = [
    "barley",
    "harvest",
    "river",
    "mill",
    "ferry",
    "market",
    "winter",
    "bridge",
    "council",
    "lantern",
    "orchard",
]
_SENTENCES = 30


@dataclass(slots=True)
class Version:
    """A text of an article (None: removed), when it was sent off and when it was known to be in."""

    article_id: str
    text: str | None
    begun: float
    known: float | None = None


def text_of(article_id: str, number: int) -> str:
    """Three passages about a kiosk; its distance from the pier is another in each version."""
    order = random.Random(f"{article_id} {number}")  # noqa: S311 - the same text every time
    told = f"The kiosk {article_id} lies {order.randrange(100, 99_999)} metres from the pier."
    filler = [
        f"In {' '.join(order.choices(_WORDS, k=9))} nothing else was seen."
        for _ in range(_SENTENCES)
    ]
    return " ".join([told, *filler])


def question_about(article_id: str) -> str:
    """What a text of the article answers."""
    return f"How many metres from the pier does the kiosk {article_id} lie?"


class Truth:
    """Shared by the threads of a soak."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._versions: dict[str, list[Version]] = {}
        self._generation = 0
        self.wrong: list[str] = []

    def begin(self, article_id: str, text: str | None) -> Version:
        """A version that is about to be sent off."""
        version = Version(article_id, text, time.monotonic())
        with self._lock:
            self._versions.setdefault(article_id, []).append(version)
        return version

    def know(self, versions: Sequence[Version]) -> None:
        """The versions are in: no later answer may come from the ones before them."""
        now = time.monotonic()
        with self._lock:
            for version in versions:
                version.known = now

    def articles(self) -> list[str]:
        """Ids of all articles that ever were."""
        with self._lock:
            return list(self._versions)

    def generation(self) -> int:
        """The highest that any answer has named so far."""
        return self._generation

    def possible(self, article_id: str, start: float, end: float) -> list[str | None]:
        """The texts that an article may have had at some moment between the two."""
        with self._lock:
            versions = list(self._versions.get(article_id, ()))
        found: list[str | None] = [] if versions and versions[0].known else [None]
        for version in versions:
            if version.known is not None and version.known < start:
                found = []
            if version.begun <= end:
                found.append(version.text)
        return found

    def check_reply(self, reply: Mapping[str, Any], start: float, least: int) -> None:
        """Notes every quote that is not in its article, and a generation below `least`."""
        now = time.monotonic()
        quoted = [
            (one, one.get("quote", one.get("text")))
            for one in (*reply.get("citations", ()), *reply.get("passages", ()))
        ]
        for one, words in quoted:
            texts = self.possible(one["article_id"], start, now)
            if not any(text and text[one["start"] : one["end"]] == words for text in texts):
                self.wrong.append(f"{one['article_id']} never said {words!r} just then")
        if reply["generation"] < least:
            self.wrong.append(f"generation {reply['generation']} after {least}")
        with self._lock:
            self._generation = max(self._generation, reply["generation"])
