"""Asking the desk for a request: on few threads, watched, and only as long as somebody waits."""

from __future__ import annotations

import asyncio
import os
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from contextvars import copy_context
from typing import TypeVar

from fastapi import Request

from qa.answer import Answer
from qa.http.access_log import add_facts, answer_facts
from qa.http.metrics import Metrics
from qa.http.problems import ABANDONED, BUSY, ProblemError
from qa.http.tracing import NoTraces, Traces
from qa.settings import Settings
from qa.stages import AbandonedError, Stage, watched_by

T = TypeVar("T")

# What has waited for a thread this long is turned away: whoever asked may have given up.
_LONGEST_WAIT = 10.0
_ENDS = {ABANDONED: "abandoned", BUSY: "refused"}


class AnsweringThreads:
    """Few threads for work that computes, so that health checks and reads stay quick."""

    def __init__(self, running: int, waiting: int) -> None:
        self._pool = ThreadPoolExecutor(running, thread_name_prefix="answering")
        self._places = threading.BoundedSemaphore(running + waiting)
        self._lock = threading.Lock()
        self._busy = 0

    @property
    def busy(self) -> int:
        """How much work runs or waits."""
        return self._busy

    async def run(self, work: Callable[[], T]) -> T:
        """Does the work in a thread, in a copy of this context.

        Raises a 503 problem at once when too much waits, and when the work has waited for long.
        Cancelled, it takes back what no thread has begun.
        """
        if not self._places.acquire(blocking=False):
            raise _busy()
        self._count(1)
        future = self._pool.submit(copy_context().run, work)
        future.add_done_callback(self._make_room)
        working = asyncio.wrap_future(future)
        try:
            await asyncio.wait({working}, timeout=_LONGEST_WAIT)
            if not working.done() and future.cancel():
                raise _busy()
            return await working
        except asyncio.CancelledError:
            future.cancel()
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


class Answering:
    """What the routes that ask have in common."""

    def __init__(self, settings: Settings, metrics: Metrics, traces: Traces | NoTraces) -> None:
        self.threads = AnsweringThreads(2 * (os.cpu_count() or 1), settings.max_waiting)
        self._log_questions = settings.log_questions
        self._metrics = metrics
        self._traces = traces

    async def answer(self, request: Request, ask_desk: Callable[[], Answer]) -> Answer:
        """Asks, and counts what comes of it.

        When the client goes away, or this is cancelled, the work ends before its next stage.
        """
        try:
            answer = await self.run(request, ask_desk)
        except ProblemError as error:
            self._metrics.count_question(_ENDS.get(error.kind, "failed"))
            raise
        except asyncio.CancelledError:
            self._metrics.count_question("abandoned")
            raise
        except Exception:
            self._metrics.count_question("failed")
            raise
        self._metrics.count(answer)
        facts = answer_facts(answer, with_question=self._log_questions)
        add_facts(request.scope, **facts)
        return answer

    async def run(self, request: Request, work: Callable[[], T]) -> T:
        """Does the work on a thread for as long as the client is there."""
        watch = _Watch(self._traces)
        with watched_by(watch.stage):
            working = asyncio.ensure_future(self.threads.run(work))
        gone = asyncio.ensure_future(_gone(request))
        try:
            await asyncio.wait({working, gone}, return_when=asyncio.FIRST_COMPLETED)
            if not working.done():
                raise ProblemError(ABANDONED, "The client went away.")
            return working.result()
        finally:
            gone.cancel()
            if not working.done():
                watch.abandon()
                working.cancel()


class _Watch:
    """Gives each stage its span, and stops before the next one when nobody waits any more."""

    def __init__(self, traces: Traces | NoTraces) -> None:
        self._traces = traces
        self._abandoned = threading.Event()

    def abandon(self) -> None:
        self._abandoned.set()

    @contextmanager
    def stage(self, name: Stage) -> Iterator[None]:
        if self._abandoned.is_set():
            raise AbandonedError
        with self._traces.span(name):
            yield


async def _gone(request: Request) -> None:
    """Ends when the client has gone; its body must have been read."""
    while (await request.receive())["type"] != "http.disconnect":
        pass


def _busy() -> ProblemError:
    detail = "More questions came at once than can be answered; try again in a second."
    return ProblemError(BUSY, detail, headers={"Retry-After": "1"})
