"""What the routes of one worker process share: the open collection, and how it is asked."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request
from fastapi.concurrency import run_in_threadpool

from index.indexer import Indexer, open_indexer
from qa.desk import Desk, open_desk
from qa.http.answering import Answering
from qa.http.background import CatchingUpThread, FollowingThread
from qa.http.job_line import JobLine
from qa.http.metrics import Metrics
from qa.http.mounts import Mount
from qa.http.tracing import open_traces
from qa.records import Records, open_records
from qa.records.jobs import QueueLimits
from qa.settings import Settings
from qa.watching import DeskWatch

_LOGGER = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Collection:
    """One data folder, open for questions and for changes."""

    desk: Desk
    indexer: Indexer
    jobs: JobLine
    following: FollowingThread
    catching_up: CatchingUpThread


class Service:
    """Opens the collection once, in the process that uses it, and again after a failure."""

    def __init__(self, settings: Settings, mounted: Mapping[str, Mount]) -> None:
        self.mounted = mounted
        self.metrics = Metrics()
        self.traces = open_traces()
        self.answering = Answering(settings, self.metrics)
        self._settings = settings
        self._lock = threading.Lock()
        self._collection: Collection | None = None
        self._records: Records | None = None
        self._records_lock = threading.Lock()
        self._has_tried = False
        self.is_stopping = False

    def begin_to_stop(self) -> None:
        """The server is told to stop: streams that would go on for long end now."""
        self.is_stopping = True

    @property
    def is_loading(self) -> bool:
        """Whether model and index are still on their way into memory."""
        return not self._has_tried

    def records(self) -> Records:
        """The records alone: quick, even while the model is still loading."""
        with self._records_lock:
            if self._records is None:
                self._records = open_records(self._settings.data_dir)
            return self._records

    @property
    def is_open(self) -> bool:
        """Whether the collection has been opened."""
        return self._collection is not None

    async def collection(self) -> Collection:
        """The collection, once it is loaded. Raises `CollectionError` when it cannot be opened."""
        if self._collection is not None:
            return self._collection
        return await run_in_threadpool(self._opened)

    def warm_up(self) -> None:
        """Loads what the first question needs, then starts further front ends.

        What goes wrong is logged; /readyz tells it.
        """
        try:
            desk = self._opened().desk
            desk.searcher.check_ready()
            for one in self.mounted.values():
                one.start(desk, self.answering)
        except Exception:
            _LOGGER.exception("the collection cannot answer yet")
        finally:
            self._has_tried = True

    def close(self) -> None:
        """Lets answers finish and stops the jobs."""
        self.answering.close()
        if self._collection is not None:
            self._collection.following.close()
            self._collection.catching_up.close()
            self._collection.jobs.close()
        self.traces.close()

    def _opened(self) -> Collection:
        with self._lock:
            collection = self._collection or self._open()
            self._collection = collection
            return collection

    def _open(self) -> Collection:
        settings = self._settings
        indexer = open_indexer(settings.index_options())
        searcher = indexer.searcher()
        watch = DeskWatch(self._span, self.metrics.count, self.metrics.count_question)
        desk = open_desk(settings, searcher, watch)
        limits = QueueLimits(settings.max_queued_jobs, settings.max_queued_bytes)
        return Collection(
            desk,
            indexer,
            JobLine(indexer, desk.records.jobs(), limits),
            FollowingThread(indexer),
            CatchingUpThread(
                searcher, lambda generation: self.metrics.set("loaded_generation", generation)
            ),
        )

    @contextmanager
    def _span(self, name: str) -> Iterator[None]:
        with self.traces.span(name), self.metrics.timed(name):
            yield


def _service(request: Request) -> Service:
    service: Service = request.app.state.service
    return service


async def _collection(request: Request) -> Collection:
    return await _service(request).collection()


TheService = Annotated[Service, Depends(_service)]
Open = Annotated[Collection, Depends(_collection)]
