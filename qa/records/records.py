"""Keeping and finding what was answered."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Connection, Engine, func, insert, select, update

from index.errors import CollectionError
from qa.answer import Answer, Correction
from qa.records.choices import Choices
from qa.records.inbox import Inbox
from qa.records.jobs import JobQueue
from qa.records.keys import ApiKeys
from qa.records.outbox import Outbox
from qa.records.quotes import Quotes
from qa.records.tables import answers, compared, corrections, feedback, quotes
from storage.database import Database, DatabaseError
from storage.locking import ProcessLock

FILE_NAME = "records.sqlite"
_HEAD = "0009"
_POPULAR = 3
_MIGRATIONS = Path(__file__).parent / "migrations"


class Records:
    """The records of one data folder. Raises `CollectionError` when they cannot be used."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def keep(self, answer: Answer) -> None:
        """Keeps an answer under its id, as the newest turn of its conversation."""
        with self._writing() as connection:
            connection.execute(
                insert(answers).values(
                    id=answer.id,
                    conversation_id=answer.conversation_id,
                    answered_at=_now(),
                    body=answer.model_dump_json(),
                )
            )
            rows = [
                {
                    "answer_id": answer.id,
                    "article_id": one.article_id,
                    "title": one.title,
                    "quote": one.quote,
                }
                for one in answer.citations
                if one.supports
            ]
            if rows:
                connection.execute(insert(quotes), rows)
            # Read before the articles changed and kept after that was noticed: compared again.
            late = compared.c.generation > answer.generation
            connection.execute(update(compared).where(late).values(generation=answer.generation))

    def answer(self, answer_id: str) -> Answer | None:
        """A kept answer with its corrections, or None."""
        with self._reading() as connection:
            body = connection.scalar(select(answers.c.body).where(answers.c.id == answer_id))
        if body is None:
            return None
        return self.corrected([Answer.model_validate_json(body)])[0]

    def corrected(self, kept: Sequence[Answer]) -> tuple[Answer, ...]:
        """Answers with their corrections."""
        query = select(corrections).where(corrections.c.answer_id.in_([one.id for one in kept]))
        with self._reading() as connection:
            rows = connection.execute(query.order_by(corrections.c.number)).all()
        noticed = [Correction(**row._asdict()) for row in rows]
        return tuple(
            one.model_copy(
                update={"corrections": tuple(c for c in noticed if c.answer_id == one.id)}
            )
            for one in kept
        )

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
        with self._reading() as connection:
            bodies = connection.scalars(query).all()
        return tuple(Answer.model_validate_json(body) for body in reversed(bodies))

    @contextmanager
    def quotes(self) -> Iterator[Quotes]:
        """What the kept answers quote and what became of it, to read or change."""
        with self._writing() as connection:
            yield Quotes(connection)

    def compared_generation(self) -> int:
        """The collection's generation up to which quotes were compared; 0 before the first time."""
        with self._reading() as connection:
            return connection.scalar(select(compared.c.generation)) or 0

    def corrections(self, after: int, limit: int = 100) -> tuple[Correction, ...]:
        """Up to `limit` corrections of numbers above `after`, in order."""
        query = select(corrections).where(corrections.c.number > after)
        query = query.order_by(corrections.c.number).limit(limit)
        with self._reading() as connection:
            return tuple(Correction(**row._asdict()) for row in connection.execute(query))

    def helpful_answers(self) -> tuple[Answer, ...]:
        """The answers whose last verdict was that they help, oldest first."""
        newest = select(func.max(feedback.c.key)).group_by(feedback.c.answer_id)
        query = (
            select(answers.c.body)
            .join(feedback, feedback.c.answer_id == answers.c.id)
            .where(feedback.c.key.in_(newest), feedback.c.helpful)
            .order_by(answers.c.key)
        )
        with self._reading() as connection:
            bodies = connection.scalars(query).all()
        return tuple(Answer.model_validate_json(body) for body in bodies)

    def popular_questions(self, count: int) -> tuple[str, ...]:
        """What several conversations asked and was answered well, most asked first.

        Only what three or more of them asked, word for word: the others may be nobody's business.
        """
        question = func.json_extract(answers.c.body, "$.standalone_question")
        asked = func.count(answers.c.conversation_id.distinct())
        query = (
            select(question)
            .where(func.json_extract(answers.c.body, "$.status") == "answered")
            .group_by(question)
            .having(asked >= _POPULAR)
            .order_by(asked.desc(), question)
            .limit(count)
        )
        with self._reading() as connection:
            return tuple(connection.scalars(query))

    def keys(self) -> ApiKeys:
        """The API keys."""
        return ApiKeys(self._reading, self._writing)

    def inbox(self) -> Inbox:
        """What front ends took and have to answer."""
        path = self._database.path.with_name("inbox.lock")
        return Inbox(self._reading, self._writing, ProcessLock(path))

    def jobs(self) -> JobQueue:
        """What was sent to be taken in, and what became of it."""
        path = self._database.path.with_name("jobs.lock")
        return JobQueue(self._reading, self._writing, ProcessLock(path))

    def outbox(self) -> Outbox:
        """What front ends posted elsewhere."""
        return Outbox(self._reading, self._writing)

    def choices(self) -> Choices:
        """What people chose in front ends."""
        return Choices(self._reading, self._writing)

    def engine(self) -> Engine:
        """The records' database, for libraries that keep tables of their own in it."""
        return self._database.engine

    def has_conversation(self, conversation_id: str) -> bool:
        """Whether anything was answered in a conversation."""
        query = select(answers.c.key).where(answers.c.conversation_id == conversation_id).limit(1)
        with self._reading() as connection:
            return connection.scalar(query) is not None

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        with _explaining(), self._database.read() as connection:
            yield connection

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        with _explaining(), self._database.write() as connection:
            yield connection

    def judge(self, answer_id: str, *, helpful: bool, comment: str | None) -> bool:
        """Keeps a verdict on an answer; False when there is no answer of this id."""
        with self._writing() as connection:
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
