"""The stages of answering, for whoever watches a question on its way: traces, and giving up.

A watcher belongs to the context (`contextvars`) that a question is answered in, so that the parts
below the desk need not know of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from contextvars import ContextVar
from typing import Literal

Stage = Literal["retrieve", "rerank", "answer", "keep"]
Watcher = Callable[[Stage], AbstractContextManager[None]]

_WATCHER: ContextVar[Watcher | None] = ContextVar("watcher", default=None)


class AbandonedError(Exception):
    """Nobody waits for the answer any more; a watcher raises it before the next stage."""


@contextmanager
def stage(name: Stage) -> Iterator[None]:
    """Holds during one stage; may raise `AbandonedError` at its start."""
    watcher = _WATCHER.get()
    if watcher is None:
        yield
        return
    with watcher(name):
        yield


@contextmanager
def watched_by(watcher: Watcher) -> Iterator[None]:
    """Every stage inside, and in contexts copied inside, is told to `watcher`."""
    token = _WATCHER.set(watcher)
    try:
        yield
    finally:
        _WATCHER.reset(token)
