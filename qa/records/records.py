"""Keeping and finding what was answered."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import delete, insert, select

from index.errors import CollectionError
from qa.answer import Answer
from qa.records.tables import answers, feedback, jobs
from storage.database import Database, DatabaseError

FILE_NAME = "records.sqlite"
_HEAD = "0001"
_MIGRATIONS = Path(__file__).parent / "migrations"


class Records:
    """The records of one data folder. Raises `CollectionError` when they cannot be used."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def keep(self, answer: Answer) -> None:
        """Keeps an answer under its id, as the newest turn of its conversation."""
        with _explaining(), self._database.write() as connection:
            connection.execute(
                insert(answers).values(
                    id=answer.id,
                    conversation_id=answer.conversation_id,
                    answered_at=_now(),
                    body=answer.model_dump_json(),
                )
            )

    def answer(self, answer_id: str) -> Answer | None:
        """A kept answer, or None."""
        with _explaining(), self._database.read() as connection:
            body = connection.scalar(select(answers.c.body).where(answers.c.id == answer_id))
        return None if body is None else Answer.model_validate_json(body)

    def conversation(self, conversation_id: str, last: int | None = None) -> tuple[Answer, ...]:
        """The turns of a conversation, oldest first; empty when there is none of this id.

        With `last` only so many of the newest.
        """
        query = (
            select(answers.c.body)
            .where(answers.c.conversation_id == conversation_id)
            .order_by(answers.c.key.desc())
            .limit(last)
        )
        with _explaining(), self._database.read() as connection:
            bodies = connection.scalars(query).all()
        return tuple(Answer.model_validate_json(body) for body in reversed(bodies))

    def keep_job(self, job_id: str, body: str) -> None:
        """Keeps how a job stands, as JSON, in place of what was kept before."""
        with _explaining(), self._database.write() as connection:
            connection.execute(delete(jobs).where(jobs.c.id == job_id))
            connection.execute(insert(jobs).values(id=job_id, changed_at=_now(), body=body))

    def job(self, job_id: str) -> str | None:
        """How a job stands, as JSON, or None."""
        with _explaining(), self._database.read() as connection:
            body = connection.scalar(select(jobs.c.body).where(jobs.c.id == job_id))
        return None if body is None else str(body)

    def judge(self, answer_id: str, *, helpful: bool, comment: str | None) -> bool:
        """Keeps a verdict on an answer; False when there is no answer of this id."""
        with _explaining(), self._database.write() as connection:
            known = connection.scalar(select(answers.c.key).where(answers.c.id == answer_id))
            if known is None:
                return False
            connection.execute(
                insert(feedback).values(
                    answer_id=answer_id, helpful=helpful, comment=comment, given_at=_now()
                )
            )
        return True


def open_records(data_dir: Path) -> Records:
    """The records of a data folder, made if they are not there."""
    with _explaining():
        return Records(Database(data_dir / FILE_NAME, _MIGRATIONS, _HEAD))


@contextmanager
def _explaining() -> Iterator[None]:
    try:
        yield
    except DatabaseError as error:
        raise CollectionError(str(error)) from error


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")
