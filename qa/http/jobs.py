"""Jobs: articles on their way into the collection, one after the other."""

from __future__ import annotations

import contextlib
import queue
import threading
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from pydantic import BaseModel

from index.article import Refusal
from index.errors import CollectionError
from index.indexer import AddReport, Taken
from qa.records import Records

_WAITING = 100

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


class Job(BaseModel):
    """Where a job stands. `failed` means that nothing was taken."""

    id: str
    status: Literal["queued", "running", "done", "failed"] = "queued"
    taken: list[TakenSource] = []
    refused: list[RefusedSource] = []
    generation: int | None = None
    error: str | None = None


class LineFullError(Exception):
    """Too many jobs are waiting."""


@dataclass(frozen=True, slots=True)
class _Waiting:
    job: Job
    work: Work


class JobLine:
    """Runs jobs one after the other on a thread of its own and keeps how they stand.

    Their state is kept in the records, so any process that serves can tell it. `Records` is the
    only thing shared; work that is still waiting ends with the process.
    """

    def __init__(self, records: Records) -> None:
        self._records = records
        self._line: queue.Queue[_Waiting | None] = queue.Queue(_WAITING)
        self._thread = threading.Thread(target=self._run, name="footnote-jobs", daemon=True)
        self._thread.start()

    def submit(self, work: Work) -> Job:
        """Queues work. Raises `LineFullError` when too many jobs wait already."""
        job = Job(id=uuid.uuid4().hex)
        self._keep(job)
        try:
            self._line.put_nowait(_Waiting(job, work))
        except queue.Full:
            self._keep(job.model_copy(update={"status": "failed", "error": "too many jobs"}))
            raise LineFullError from None
        return job

    def find(self, job_id: str) -> Job | None:
        """How a job stands, or None when there is none of this id."""
        body = self._records.job(job_id)
        return None if body is None else Job.model_validate_json(body)

    def close(self) -> None:
        """Ends after the job that is running."""
        with contextlib.suppress(queue.Full):
            self._line.put_nowait(None)
        self._thread.join(timeout=30)

    def _run(self) -> None:
        while (waiting := self._line.get()) is not None:
            try:
                self._do(waiting.job, waiting.work)
            except CollectionError as error:
                self._fail(waiting.job, str(error))
            except Exception as error:  # noqa: BLE001 - one bad job must not end the line
                self._fail(waiting.job, f"Something unexpected went wrong: {error}.")

    def _do(self, job: Job, work: Work) -> None:
        job.status = "running"
        self._keep(job)

        def on_result(result: Taken | Refusal) -> None:
            if isinstance(result, Refusal):
                job.refused.append(RefusedSource(source=result.source_name, reason=result.reason))
            else:
                job.taken.append(
                    TakenSource(
                        source=result.source_name,
                        article_id=result.article_id,
                        outcome=result.outcome,
                        passages=result.passages,
                    )
                )

        report = work(on_result)
        job.generation = report.generation
        job.status = "done" if job.taken else "failed"
        self._keep(job)

    def _fail(self, job: Job, error: str) -> None:
        job.status, job.error = "failed", error
        with contextlib.suppress(CollectionError):
            self._keep(job)

    def _keep(self, job: Job) -> None:
        self._records.keep_job(job.id, job.model_dump_json())
