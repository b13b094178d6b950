"""Jobs: articles on their way into the collection, one job after the other."""

from __future__ import annotations

import logging
import threading
import time
import uuid
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Literal

from pydantic import BaseModel, Field

from index.article import Refusal
from index.errors import CollectionError
from index.indexer import AddReport, Taken
from index.priority import yield_to_questions
from qa.http.problems import BUSY, ProblemError
from qa.records import Records

_LOGGER = logging.getLogger(__name__)
_MAX_WAITING = 20
# How often a running job's state is written down.
_SECONDS_BETWEEN_NOTES = 0.5

OnResult = Callable[[Taken | Refusal], None]
Work = Callable[[OnResult], AddReport]


class TakenSource(BaseModel):
    """A source that was taken, and the article it became."""

    source: str
    article_id: str
    outcome: Literal["added", "updated", "unchanged"]
    passages: int


class RefusedSource(BaseModel):
    """A source that was not taken, and why."""

    source: str
    reason: str


class Counts(BaseModel):
    """How many sources came to which end so far."""

    added: int = 0
    updated: int = 0
    unchanged: int = 0
    refused: int = 0


class Job(BaseModel):
    """Where a job stands."""

    id: str
    status: Literal["queued", "running", "done", "failed"] = Field(
        default="queued",
        description="`failed`: nothing was taken, or something went wrong (see `error`).",
    )
    counts: Counts = Counts()
    taken: list[TakenSource] = []
    refused: list[RefusedSource] = []
    generation: int | None = Field(
        default=None, description="From this generation on, what was taken is found."
    )
    error: str | None = None


class _StoppedError(Exception):
    """The server stops: the job ends where it is."""


class JobLine:
    """Runs jobs one after the other on a thread of its own and keeps how they stand.

    Their state is kept in the records, so any process that serves can tell it. Work that is
    still waiting ends with the process.
    """

    def __init__(self, records: Records) -> None:
        self._records = records
        self._thread = ThreadPoolExecutor(
            1, thread_name_prefix="jobs", initializer=yield_to_questions
        )
        self._room = threading.BoundedSemaphore(_MAX_WAITING + 1)
        self._stopping = threading.Event()

    def submit(self, work: Work) -> tuple[Job, Future[Job]]:
        """Queues work; the future ends with the job, or with what it failed from.

        Raises a 503 problem when too many jobs wait already.
        """
        if not self._room.acquire(blocking=False):
            detail = "Too many jobs are waiting; try again when some are done."
            raise ProblemError(BUSY, detail, headers={"Retry-After": "5"})
        try:
            job = Job(id=uuid.uuid4().hex)
            self._keep(job)
            future = self._thread.submit(self._run, job, work)
        except BaseException:
            self._room.release()
            raise
        future.add_done_callback(lambda _future: self._room.release())
        return job, future

    def find(self, job_id: str) -> Job | None:
        """How a job stands, or None when there is none of this id."""
        body = self._records.job(job_id)
        return None if body is None else Job.model_validate_json(body)

    def close(self) -> None:
        """Stops the running job after its current articles; what it took is kept."""
        self._stopping.set()
        self._thread.shutdown()

    def _run(self, job: Job, work: Work) -> Job:
        job = job.model_copy(deep=True)
        try:
            self._do(job, work)
        except _StoppedError:
            self._fail(job, "The server was stopped; send again what was not taken.")
        except CollectionError as error:
            self._fail(job, str(error))
            raise
        except Exception:
            _LOGGER.exception("job %s failed", job.id)
            self._fail(job, "Something unexpected went wrong; the server's log has it.")
            raise
        return job

    def _do(self, job: Job, work: Work) -> None:
        noted = 0.0

        def on_result(result: Taken | Refusal) -> None:
            nonlocal noted
            self._go_on()
            _count(job, result)
            if time.monotonic() - noted > _SECONDS_BETWEEN_NOTES:
                noted = time.monotonic()
                self._keep(job)

        self._go_on()
        job.status = "running"
        self._keep(job)
        job.generation = work(on_result).generation
        job.status = "done" if job.taken else "failed"
        self._keep(job)

    def _go_on(self) -> None:
        if self._stopping.is_set():
            raise _StoppedError

    def _fail(self, job: Job, error: str) -> None:
        job.status, job.error = "failed", error
        try:
            self._keep(job)
        except CollectionError:
            _LOGGER.exception("job %s: its end could not be kept", job.id)

    def _keep(self, job: Job) -> None:
        self._records.keep_job(job.id, job.model_dump_json())


def _count(job: Job, result: Taken | Refusal) -> None:
    if isinstance(result, Refusal):
        job.refused.append(RefusedSource(source=result.source_name, reason=result.reason))
        job.counts.refused += 1
        return
    job.taken.append(
        TakenSource(
            source=result.source_name,
            article_id=result.article_id,
            outcome=result.outcome,
            passages=result.passages,
        )
    )
    setattr(job.counts, result.outcome, getattr(job.counts, result.outcome) + 1)
