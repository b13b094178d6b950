"""Runs the jobs of a data folder one after the other, whatever restarts come between."""

from __future__ import annotations

import json
import logging
import threading
import time
import uuid
from dataclasses import dataclass

from index.article import Refusal
from index.errors import CollectionError
from index.indexer import AddReport, Indexer, OnResult, Taken
from qa.http.problems import BUSY, KEY_REUSED, ProblemError
from qa.http.tally import Tally
from qa.job_shapes import Job
from qa.records import JobQueue
from qa.records.jobs import (
    ClaimedJob,
    IdempotencyKey,
    KeyReusedError,
    QueueFullError,
    QueueLimits,
    Submission,
)

_LOGGER = logging.getLogger(__name__)
# How often a running job's state is written down.
_SECONDS_BETWEEN_NOTES = 0.5
# How often jobs that another process took are looked for, and the place of the one that ran them.
_SECONDS_BETWEEN_LOOKS = 0.1
_SECONDS_AFTER_A_FAULT = 5.0
# A job with which the process has died so often is not begun again.
_MAX_ATTEMPTS = 3
_GIVEN_UP = (
    f"The server stopped {_MAX_ATTEMPTS} times in the midst of this job, so it is not tried again; "
    "send less at once, or add the files with `footnote add`."
)


class _StoppedError(Exception):
    """The server stops: the job goes on when it is back."""


@dataclass(slots=True)
class _Notes:
    """Writes down how a running job stands, now and then."""

    queue: JobQueue
    job: Job
    noted: float = 0.0

    def now_and_then(self) -> None:
        if time.monotonic() - self.noted > _SECONDS_BETWEEN_NOTES:
            self.now()

    def now(self) -> None:
        self.noted = time.monotonic()
        self.queue.note(self.job.id, self.job.status, self.job.model_dump_json())


class JobLine:
    """One process at a time works through the jobs, in the order in which they came.

    They are kept, with what was sent, in the records; a process that takes over goes on with what
    the one before had begun. Articles that it had taken already are found unchanged.
    """

    def __init__(self, indexer: Indexer, queue: JobQueue, limits: QueueLimits) -> None:
        self._indexer = indexer
        self._queue = queue
        self._limits = limits
        self._stopping = threading.Event()
        self._woken = threading.Event()
        self._has_taken_over = False
        self._thread = threading.Thread(target=self._follow, name="jobs")
        self._thread.start()

    def submit(self, submission: Submission, key: IdempotencyKey | None) -> Job:
        """Keeps a job; from then on it will be done, by this process or another.

        The same key with the same submission gives the same job. Raises a 422 problem when the
        key came with another submission, a 503 problem when too much waits already.
        """
        new = Job(id=uuid.uuid4().hex)
        try:
            body = self._queue.put(new.id, new.model_dump_json(), submission, key, self._limits)
        except QueueFullError as error:
            detail = "Too many articles wait to be taken in; try again when some jobs are done."
            raise ProblemError(BUSY, detail, headers={"Retry-After": "5"}) from error
        except KeyReusedError as error:
            detail = "This Idempotency-Key came with another body before; take a new key."
            raise ProblemError(KEY_REUSED, detail) from error
        self._woken.set()
        return Job.model_validate_json(body)

    def find(self, job_id: str) -> Job | None:
        """How a job stands, or None when there is none of this id."""
        body = self._queue.find(job_id)
        return None if body is None else Job.model_validate_json(body)

    def waiting(self) -> tuple[int, int]:
        """How many jobs are queued or running, and bytes of what was sent for them."""
        return self._queue.waiting()

    def oldest_seconds(self) -> float:
        """Since the oldest of them came."""
        return self._queue.oldest_seconds()

    def close(self) -> None:
        """Stops after the articles that are being taken; the rest is done after the next start."""
        self._stopping.set()
        self._woken.set()
        self._thread.join()

    def _follow(self) -> None:
        while not self._stopping.is_set():
            try:
                claimed = self._queue.claim() if self._is_mine() else None
                if claimed is not None:
                    self._run(claimed)
                    continue
            except (CollectionError, OSError):
                _LOGGER.exception("the jobs cannot be read or kept; trying again")
                self._stopping.wait(_SECONDS_AFTER_A_FAULT)
            self._woken.wait(_SECONDS_BETWEEN_LOOKS)
            self._woken.clear()
        if self._has_taken_over:
            self._queue.release()

    def _is_mine(self) -> bool:
        """Whether it is this process that works on the jobs."""
        self._has_taken_over = self._has_taken_over or self._queue.take_over()
        return self._has_taken_over

    def _run(self, claimed: ClaimedJob) -> None:
        job = Job.model_validate_json(claimed.body)
        notes = _Notes(self._queue, job)
        try:
            self._do(job, claimed, notes)
        except _StoppedError:
            job.status = "queued"
            self._queue.put_back(job.id, job.model_dump_json())
            return
        except CollectionError as error:
            job.status, job.error = "failed", str(error)
        except Exception:
            _LOGGER.exception("job %s failed", job.id)
            job.status = "failed"
            job.error = "Something unexpected went wrong; the server's log has it."
        notes.now()

    def _do(self, job: Job, claimed: ClaimedJob, notes: _Notes) -> None:
        if claimed.attempts >= _MAX_ATTEMPTS:
            job.status, job.error = "failed", _GIVEN_UP
            return
        tally = Tally(job)

        def on_result(result: Taken | Refusal) -> None:
            tally.count(result)
            self._go_on()
            notes.now_and_then()

        self._go_on()
        job.status = "running"
        notes.now()
        report = _work(self._indexer, claimed.submission, on_result)
        job.generation = report.generation
        job.status = "done" if job.taken else "failed"

    def _go_on(self) -> None:
        if self._stopping.is_set():
            raise _StoppedError


def _work(indexer: Indexer, submission: Submission, on_result: OnResult) -> AddReport:
    if submission.kind == "files":
        reports = [indexer.add_upload(name, data, on_result) for name, data in submission.inputs]
        return reports[-1]
    ((_name, data),) = submission.inputs
    if submission.kind == "page":
        return indexer.add_sources([data.decode()], on_result)
    return indexer.add_fields(json.loads(data), on_result)
