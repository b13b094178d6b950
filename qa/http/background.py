"""What a worker does beside answering: it follows sources and keeps up with the collection."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

from index.errors import CollectionError
from index.following import Follower
from index.indexer import Indexer
from index.searcher import Searcher

_LOGGER = logging.getLogger(__name__)
# How often the newest generation is looked for.
_SECONDS_BETWEEN_LOOKS = 0.5
_SECONDS_AFTER_A_FAULT = 5.0


class FollowingThread:
    """Keeps the collection in step with its sources, unless another process does."""

    def __init__(self, indexer: Indexer) -> None:
        self._stop = threading.Event()
        self._follower = Follower(indexer)
        self._thread = threading.Thread(target=self._follow, name="following")
        self._thread.start()

    def close(self) -> None:
        """Ends after the page or file it is at."""
        self._stop.set()
        self._thread.join()

    def _follow(self) -> None:
        try:
            self._follower.follow(self._stop, take_over=True)
        except Exception:
            _LOGGER.exception("sources are not followed any more")


class CatchingUpThread:
    """Loads each new generation soon after its commit, so that the next question need not.

    `on_loaded` is told the generation that searches see.
    """

    def __init__(self, searcher: Searcher, on_loaded: Callable[[int], None]) -> None:
        self._stop = threading.Event()
        self._searcher = searcher
        self._on_loaded = on_loaded
        self._thread = threading.Thread(target=self._follow, name="catching-up")
        self._thread.start()

    def close(self) -> None:
        """Ends when what is being loaded is there."""
        self._stop.set()
        self._thread.join()

    def _follow(self) -> None:
        pause = _SECONDS_BETWEEN_LOOKS
        while not self._stop.wait(pause):
            pause = _SECONDS_BETWEEN_LOOKS
            try:
                self._on_loaded(self._searcher.check_ready())
            except CollectionError:  # told by /readyz and to whoever asks
                continue
            except Exception:
                _LOGGER.exception("the newest generation cannot be loaded")
                pause = _SECONDS_AFTER_A_FAULT
