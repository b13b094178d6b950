"""Jobs: kept with what was sent before anybody is told of them, so that none is lost."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal

from sqlalchemy import Connection, Row, delete, func, insert, select, update

from qa.records.tables import idempotency_keys, job_inputs, jobs
from qa.records.transactions import Transaction
from storage.locking import ProcessLock

# How long a request that is sent again is known by its key.
KEY_SECONDS = 24 * 60 * 60
# How long a finished job can be asked about.
KEPT_DAYS = 30
_UNFINISHED = ("queued", "running")
_FINISHED = ("done", "failed")


@dataclass(frozen=True, slots=True)
class Submission:
    """What was sent to be taken in: articles (one JSON list), a page's URL, or files."""

    kind: Literal["articles", "page", "files"]
    inputs: tuple[tuple[str, bytes], ...]  # (name, data)

    @property
    def size(self) -> int:
        """Bytes of all inputs."""
        return sum(len(data) for _name, data in self.inputs)

    def fingerprint(self) -> str:
        """The same for the same submission, however it was encoded on its way."""
        parts = [self.kind.encode()]
        for name, data in self.inputs:
            parts += [name.encode("utf-8", "surrogatepass"), data]
        return _digest(parts)


@dataclass(frozen=True, slots=True)
class IdempotencyKey:
    """What a caller calls a request, so that sending it twice does it once."""

    caller: str
    key: str


@dataclass(frozen=True, slots=True)
class QueueLimits:
    """How much may wait or run at once: jobs, and bytes of all that was sent for them."""

    jobs: int
    bytes: int


@dataclass(frozen=True, slots=True)
class ClaimedJob:
    """A job to do. `attempts` counts the earlier ones that ended with their process."""

    id: str
    body: str
    submission: Submission
    attempts: int


class QueueFullError(Exception):
    """More waits already than may."""


class KeyReusedError(Exception):
    """The idempotency key came with another submission before."""


class JobQueue:
    """The jobs of one data folder: any process puts them in, one of them works on them."""

    def __init__(self, reading: Transaction, writing: Transaction, lock: ProcessLock) -> None:
        self._reading = reading
        self._writing = writing
        self._lock = lock

    def take_over(self) -> bool:
        """Whether this process works on the jobs from now on."""
        return self._lock.take()

    def release(self) -> None:
        """Leaves the jobs to another process."""
        self._lock.release()

    def put(
        self,
        job_id: str,
        body: str,
        submission: Submission,
        key: IdempotencyKey | None,
        limits: QueueLimits,
    ) -> str:
        """Keeps a new job with what was sent; returns its JSON. Forgets those that ended long ago.

        With a key that came with the same submission before, that job's JSON instead. Raises
        `KeyReusedError` and `QueueFullError`.
        """
        fingerprint = submission.fingerprint()
        with self._writing() as connection:
            _forget_old(connection)
            known = None if key is None else _known(connection, key, fingerprint)
            if known is not None:
                return known
            count, size = _waiting(connection)
            if count >= limits.jobs or size + submission.size > limits.bytes:
                raise QueueFullError
            _insert(connection, job_id, body, submission)
            if key is not None:
                values = {"caller": key.caller, "key": key.key, "fingerprint": fingerprint}
                row = values | {"job_id": job_id, "kept_at": time.time()}
                connection.execute(insert(idempotency_keys).values(row))
        return body

    def claim(self) -> ClaimedJob | None:
        """The oldest job that is not done, a begun one too, for the process that took over."""
        due = select(jobs).where(jobs.c.status.in_(_UNFINISHED)).order_by(jobs.c.number).limit(1)
        with self._reading() as connection:  # without the write lock as long as nothing is due
            if connection.execute(due).first() is None:
                return None
        with self._writing() as connection:
            row = connection.execute(due).first()
            if row is None:
                return None
            begun = {"status": "running", "attempts": row.attempts + 1}
            connection.execute(update(jobs).where(jobs.c.id == row.id).values(begun))
            return _claimed(connection, row)

    def note(self, job_id: str, status: str, body: str) -> None:
        """Keeps how a job stands, as JSON; at its end what was sent for it is let go."""
        with self._writing() as connection:
            values = {"status": status, "body": body, "changed_at": _now()}
            connection.execute(update(jobs).where(jobs.c.id == job_id).values(values))
            if status not in _UNFINISHED:
                connection.execute(delete(job_inputs).where(job_inputs.c.job_id == job_id))

    def put_back(self, job_id: str, body: str) -> None:
        """The job goes on later; the attempt does not count."""
        with self._writing() as connection:
            values = {"status": "queued", "body": body, "attempts": jobs.c.attempts - 1}
            connection.execute(update(jobs).where(jobs.c.id == job_id).values(values))

    def find(self, job_id: str) -> str | None:
        """How a job stands, as JSON, or None."""
        with self._reading() as connection:
            body = connection.scalar(select(jobs.c.body).where(jobs.c.id == job_id))
        return None if body is None else str(body)

    def waiting(self) -> tuple[int, int]:
        """How many jobs are queued or running, and bytes of what was sent for them."""
        with self._reading() as connection:
            return _waiting(connection)

    def oldest_seconds(self) -> float:
        """Since the oldest job came that is not done; 0 when all are."""
        oldest = select(func.min(jobs.c.submitted_at)).where(jobs.c.status.in_(_UNFINISHED))
        with self._reading() as connection:
            came = connection.scalar(oldest)
        return 0.0 if came is None else max(0.0, time.time() - came)


def _forget_old(connection: Connection) -> None:
    """Jobs that ended `KEPT_DAYS` ago, with the keys that they were sent with."""
    before = _moment(datetime.now(UTC) - timedelta(days=KEPT_DAYS))
    old = select(jobs.c.id).where(jobs.c.status.in_(_FINISHED), jobs.c.changed_at < before)
    connection.execute(delete(idempotency_keys).where(idempotency_keys.c.job_id.in_(old)))
    connection.execute(delete(jobs).where(jobs.c.id.in_(old)))


def _known(connection: Connection, key: IdempotencyKey, fingerprint: str) -> str | None:
    """The job that came with this key."""
    kept = idempotency_keys.c
    connection.execute(delete(idempotency_keys).where(kept.kept_at < time.time() - KEY_SECONDS))
    query = (
        select(kept.fingerprint, jobs.c.body)
        .join(jobs, jobs.c.id == kept.job_id)
        .where(kept.caller == key.caller, kept.key == key.key)
    )
    row = connection.execute(query).first()
    if row is None:
        return None
    if row.fingerprint != fingerprint:
        raise KeyReusedError
    return str(row.body)


def _waiting(connection: Connection) -> tuple[int, int]:
    query = select(func.count(), func.coalesce(func.sum(jobs.c.bytes), 0))
    count, size = connection.execute(query.where(jobs.c.status.in_(_UNFINISHED))).one()
    return int(count), int(size)


def _insert(connection: Connection, job_id: str, body: str, submission: Submission) -> None:
    connection.execute(
        insert(jobs).values(
            id=job_id,
            kind=submission.kind,
            status="queued",
            attempts=0,
            bytes=submission.size,
            changed_at=_now(),
            body=body,
            submitted_at=time.time(),
        )
    )
    rows = [{"job_id": job_id, "name": n, "data": data} for n, data in submission.inputs]
    connection.execute(insert(job_inputs), rows)


def _claimed(connection: Connection, row: Row[tuple[object, ...]]) -> ClaimedJob:
    query = select(job_inputs).where(job_inputs.c.job_id == row.id).order_by(job_inputs.c.key)
    inputs = tuple((one.name, one.data) for one in connection.execute(query))
    return ClaimedJob(row.id, row.body, Submission(row.kind, inputs), row.attempts)


def _digest(parts: Iterable[bytes]) -> str:
    """One hash of several parts; their lengths keep them apart."""
    found = hashlib.sha256()
    for part in parts:
        found.update(len(part).to_bytes(8, "big"))
        found.update(part)
    return found.hexdigest()


def _now() -> str:
    return _moment(datetime.now(UTC))


def _moment(moment: datetime) -> str:
    return moment.isoformat(timespec="milliseconds")
