"""Asking the desk for a request: on few threads, and only as long as somebody waits."""

from __future__ import annotations

import asyncio
import os
import threading
from collections.abc import Callable, Coroutine, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from contextvars import copy_context
from typing import Literal, TypeVar

from fastapi import Request

from qa.answer import Answer
from qa.errors import BusyError
from qa.http.access_log import add_facts, answer_facts
from qa.http.metrics import Metrics
from qa.http.problems import ABANDONED, ProblemError
from qa.settings import Settings
from qa.stages import AbandonedError, Stage, watched_by

T = TypeVar("T")
NeverBegun = Literal["refused", "abandoned"]

# What has waited for a thread this long is turned away: whoever asked may have given up.
_LONGEST_WAIT = 10.0


def _ignore(_end: NeverBegun) -> None:
    return


class AnsweringThreads:
    """Few threads for work that computes, so that health checks and reads stay quick.

    `on_busy` is told how much work runs or waits whenever that changes.
    """

    def __init__(self, running: int, waiting: int, on_busy: Callable[[int], None]) -> None:
        self._pool = ThreadPoolExecutor(running, thread_name_prefix="answering")
        self._places = threading.BoundedSemaphore(running + waiting)
        self._lock = threading.Lock()
        self._on_busy = on_busy
        self._busy = 0

    async def run(
        self, work: Callable[[], T], on_never_begun: Callable[[NeverBegun], None] = _ignore
    ) -> T:
        """Does the work in a thread, in a copy of this context.

        Raises `BusyError` at once when too much waits, and when the work has waited for long.
        Cancelled, it takes back what no thread has begun. `on_never_begun` is told when no thread
        will ever begin it.
        """
        if not self._places.acquire(blocking=False):
            on_never_begun("refused")
            raise BusyError
        self._count(1)
        future = self._pool.submit(copy_context().run, work)
        future.add_done_callback(self._make_room)
        working = asyncio.wrap_future(future)
        try:
            await asyncio.wait({working}, timeout=_LONGEST_WAIT)
            if not working.done() and future.cancel():
                on_never_begun("refused")
                raise BusyError
            return await working
        except asyncio.CancelledError:
            if future.cancel():
                on_never_begun("abandoned")
            working.cancel()  # nobody asks any more how it ends
            raise

    def close(self) -> None:
        """Lets running work finish."""
        self._pool.shutdown()

    def _make_room(self, _future: Future[T]) -> None:
        self._count(-1)
        self._places.release()

    def _count(self, more: int) -> None:
        with self._lock:
            self._busy += more
            self._on_busy(self._busy)


class Answering:
    """What everything that asks over HTTP has in common.

    The desk tells how the questions end that reach it; those that no thread takes up to it are
    counted here.
    """

    def __init__(self, settings: Settings, metrics: Metrics) -> None:
        self._threads = AnsweringThreads(
            2 * (os.cpu_count() or 1),
            settings.max_waiting,
            lambda busy: metrics.set("questions_waiting", busy),
        )
        self._log_questions = settings.log_questions
        self._metrics = metrics

    async def answer(self, request: Request, ask_desk: Callable[[], Answer]) -> Answer:
        """Asks for as long as the client is there; the request's line in the log tells of it."""
        answer = await _while_there(request, self.ask(ask_desk))
        facts = answer_facts(answer, with_question=self._log_questions)
        add_facts(request.scope, **facts)
        return answer

    async def run(self, request: Request, work: Callable[[], T]) -> T:
        """Does work that is no question for as long as the client is there."""
        return await _while_there(request, self.compute(work))

    async def ask(self, ask_desk: Callable[[], Answer]) -> Answer:
        """Asks on a thread. Cancelled, the work ends before its next stage."""
        return await self._on_thread(ask_desk, self._metrics.count_question)

    async def compute(self, work: Callable[[], T]) -> T:
        """Does work that is no question on a thread. Cancelled, it ends before its next stage."""
        return await self._on_thread(work, _ignore)

    def close(self) -> None:
        """Lets running work finish."""
        self._threads.close()

    async def _on_thread(
        self, work: Callable[[], T], on_never_begun: Callable[[NeverBegun], None]
    ) -> T:
        patience = _Patience()
        with watched_by(patience.stage):
            try:
                return await self._threads.run(work, on_never_begun)
            except asyncio.CancelledError:
                patience.end()
                raise


class _Patience:
    """Stops work before its next stage when nobody waits for it any more."""

    def __init__(self) -> None:
        self._is_over = threading.Event()

    def end(self) -> None:
        self._is_over.set()

    @contextmanager
    def stage(self, _name: Stage) -> Iterator[None]:
        if self._is_over.is_set():
            raise AbandonedError
        yield


async def _while_there(request: Request, work: Coroutine[None, None, T]) -> T:
    """The result of the work, which is cancelled when the client goes away."""
    working = asyncio.ensure_future(work)
    gone = asyncio.ensure_future(_gone(request))
    try:
        await asyncio.wait({working, gone}, return_when=asyncio.FIRST_COMPLETED)
        if not working.done():
            raise ProblemError(ABANDONED, "The client went away.")
        return working.result()
    finally:
        gone.cancel()
        working.cancel()


async def _gone(request: Request) -> None:
    """Ends when the client has gone; its body must have been read."""
    while (await request.receive())["type"] != "http.disconnect":
        pass
