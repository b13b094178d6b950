"""The stages of answering, for whoever watches a question on its way: traces, and giving up.

Watchers belong to the context (`contextvars`) that a question is answered in, so that the parts
below the desk need not know of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from contextvars import ContextVar
from typing import Literal

# `embed` is inside `retrieve`.
Stage = Literal["retrieve", "embed", "rerank", "answer", "keep"]
Watcher = Callable[[Stage], AbstractContextManager[None]]

_WATCHERS: ContextVar[tuple[Watcher, ...]] = ContextVar("watchers", default=())


class AbandonedError(Exception):
    """Nobody waits for the answer any more; a watcher raises it before the next stage."""


@contextmanager
def stage(name: Stage) -> Iterator[None]:
    """Holds during one stage; may raise `AbandonedError` at its start."""
    with ExitStack() as held:
        for watcher in _WATCHERS.get():
            held.enter_context(watcher(name))
        yield


@contextmanager
def watched_by(watcher: Watcher) -> Iterator[None]:
    """Every stage inside, and in contexts copied inside, is told to `watcher`.

    Those who watch already are told before it.
    """
    token = _WATCHERS.set((*_WATCHERS.get(), watcher))
    try:
        yield
    finally:
        _WATCHERS.reset(token)
