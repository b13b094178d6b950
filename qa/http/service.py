"""What the routes share: one desk, one indexer, one line of jobs, opened when the app starts."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, TypeVar, cast

import anyio
import anyio.to_thread
from fastapi import Depends, Request

from index.indexer import Indexer, open_indexer
from qa.desk import Desk, open_desk
from qa.http.jobs import JobLine
from qa.settings import Settings

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Service:
    """The open collection of one worker process."""

    settings: Settings
    desk: Desk
    indexer: Indexer
    jobs: JobLine
    limiter: anyio.CapacityLimiter

    async def run(self, work: Callable[[], T]) -> T:
        """Runs blocking work on a thread; only so many at once, so that the rest stays quick."""
        return await anyio.to_thread.run_sync(work, limiter=self.limiter)


def open_service(settings: Settings) -> Service:
    """Opens the collection; raises `CollectionError` when that cannot be done."""
    indexer = open_indexer(settings.index_options())
    desk = open_desk(settings, indexer.searcher())
    limiter = anyio.CapacityLimiter(2 * (os.cpu_count() or 1))
    return Service(settings, desk, indexer, JobLine(desk.records), limiter)


def _service(request: Request) -> Service:
    return cast("Service", request.app.state.service)


Open = Annotated[Service, Depends(_service)]
