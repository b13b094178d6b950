"""The worker that looks at followed sources when they are due, at folders when they change."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event
from typing import Any

from index.catalogue.following import FollowedSource
from index.errors import CollectionError
from index.following import folders, web
from index.following.book import SourceBook, is_address
from index.indexer import Indexer
from index.readers.origin import UnreadableError
from storage.locking import ProcessLock

_LOGGER = logging.getLogger(__name__)
_LOCK_NAME = "following.lock"
# How often the list of sources is read again, and how often a waiting process tries to take over.
_SECONDS_BETWEEN_ROUNDS = 0.5
_LONGEST_INTERVAL = 86_400
_MOST_DOUBLINGS = 6

OnLook = Callable[[FollowedSource], None]


def _ignore(_source: FollowedSource) -> None:
    return


class Follower:
    """Keeps one collection in step with its sources. One process at a time does so."""

    def __init__(self, indexer: Indexer, on_look: OnLook = _ignore) -> None:
        self.book = SourceBook(indexer)
        self._indexer = indexer
        self._on_look = on_look
        self._lock = ProcessLock(indexer.options.data_dir / _LOCK_NAME)

    def look_once(self, stop: Event) -> bool:
        """Looks at every source now; False when another process follows them already."""
        if not self._is_mine():
            return False
        try:
            for source in self.book.all():
                if not stop.is_set():
                    self._look(source, stop)
        finally:
            self._lock.release()
        return True

    def follow(self, stop: Event, *, take_over: bool) -> bool:
        """Follows until `stop` is set.

        While another process does, waits to take its place, or returns False at once.
        """
        while not self._is_mine():
            if not take_over or stop.wait(_SECONDS_BETWEEN_ROUNDS):
                return False
        try:
            self._rounds(stop)
        finally:
            self._lock.release()
        return True

    def _is_mine(self) -> bool:
        """Whether it is this process that follows from now on."""
        try:
            return self._lock.take()
        except OSError as error:
            raise CollectionError(
                f"Cannot write {self._lock.path} ({error.strerror}); "
                "check the folder's permissions or use another --data-dir."
            ) from error

    def _rounds(self, stop: Event) -> None:
        watched: frozenset[str] = frozenset()
        changes = _changes(watched, stop)
        while not stop.is_set():
            sources = self.book.all()
            present = frozenset(one.location for one in sources if _is_present(one.location))
            if is_new := present != watched:
                watched, changes = present, _changes(present, stop)
            # Begins to watch before the first look, so that nothing after it is missed.
            has_changed = next(changes, False) or is_new
            now = datetime.now(UTC)
            for source in sources:
                due = source.next_run_at <= now or (has_changed and source.location in watched)
                if due and not stop.is_set():
                    self._look(source, stop)

    def _look(self, source: FollowedSource, stop: Event) -> None:
        started = datetime.now(UTC)
        try:
            if is_address(source.location):
                seen = web.look(source, self._indexer, stop.wait)
                source = replace(source, etag=seen.etag, last_modified=seen.last_modified)
                result, waiting = seen.tally.summary(), seen.tally.waiting
            else:
                tally = folders.look(Path(source.location), source.key, self._indexer)
                result, waiting = tally.summary(), 0
            failures = 0
        except (UnreadableError, CollectionError) as error:
            result, waiting, failures = f"failed: {error}", 0, source.failures + 1
        except Exception as error:  # the other sources go on
            _LOGGER.exception("looking at %s failed", source.location)
            result, waiting, failures = f"failed: {error}", 0, source.failures + 1
        done = replace(
            source,
            last_run_at=started,
            last_result=result,
            next_run_at=datetime.now(UTC) + _pause(source.every_seconds, failures, waiting),
            failures=failures,
        )
        with self._indexer.change_followed() as sources:
            sources.note_run(done)
        self._on_look(done)


def _pause(every_seconds: int, failures: int, waiting: int) -> timedelta:
    """Until the next look: longer after failures, none while pages of a long list wait."""
    if waiting:
        return timedelta(0)
    seconds = every_seconds * 2 ** min(failures, _MOST_DOUBLINGS)
    return timedelta(seconds=min(seconds, max(_LONGEST_INTERVAL, every_seconds)))


def _is_present(location: str) -> bool:
    return not is_address(location) and Path(location).is_dir()


def _changes(watched: frozenset[str], stop: Event) -> Iterator[bool]:
    """Again and again, after a short wait: whether a file in one of the folders changed."""
    if not watched:
        while True:
            stop.wait(_SECONDS_BETWEEN_ROUNDS)
            yield False
    from watchfiles import watch

    try:
        yield from _watched(watch, watched, stop)
    except OSError as error:  # more folders than the system lets one process watch
        _LOGGER.warning("Folders cannot be watched (%s); they are looked at when due.", error)
        yield from _changes(frozenset(), stop)


def _watched(
    watch: Callable[..., Iterator[set[tuple[Any, str]]]], watched: frozenset[str], stop: Event
) -> Iterator[bool]:
    for found in watch(
        *sorted(watched),
        watch_filter=None,
        debounce=1_000,
        step=100,
        rust_timeout=int(_SECONDS_BETWEEN_ROUNDS * 1000),
        yield_on_timeout=True,
        stop_event=stop,
        raise_interrupt=False,
    ):
        yield any(not folders.is_temporary(Path(path).name) for _, path in found)
