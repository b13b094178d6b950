"""Hearing that the server is told to stop before it waits for the responses that are open."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

_SIGNALS = (signal.SIGINT, signal.SIGTERM)


@contextmanager
def told_to_stop(tell: Callable[[], None]) -> Iterator[None]:
    """Calls `tell` at the first signal to stop; what handled the signals still does.

    A stream that would go on for long has to end by itself: the server waits for it. Does nothing
    off the main thread, where no signal arrives.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before: dict[int, Any] = {one: signal.getsignal(one) for one in _SIGNALS}

    def handle(number: int, frame: FrameType | None) -> None:
        tell()
        if callable(before[number]):
            before[number](number, frame)

    for one in _SIGNALS:
        signal.signal(one, handle)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
