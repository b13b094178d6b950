"""What front ends posted elsewhere: noted before and after, so that nothing is posted twice."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select, update
from sqlalchemy.dialects.sqlite import insert

from qa.records.tables import outbox
from qa.records.transactions import Transaction


@dataclass(frozen=True, slots=True)
class Posting:
    """One message to others.

    `place` is where it stands, None as long as that is not known; `is_new` says that no attempt
    was made before, so it can stand nowhere. `version` is that of the question it answers.
    """

    key: str
    answer_id: str | None
    version: str
    place: str | None
    complete: bool
    is_new: bool


class Outbox:
    """The messages of front ends, each under a key of the front end's own."""

    def __init__(self, reading: Transaction, writing: Transaction) -> None:
        self._reading = reading
        self._writing = writing

    def begin(self, key: str, answer_id: str | None = None, version: str = "") -> Posting:
        """Notes that a message is about to be posted; what was noted about it before, if it was."""
        with self._writing() as connection:
            added = connection.execute(
                insert(outbox)
                .values(key=key, answer_id=answer_id, version=version, complete=False)
                .on_conflict_do_nothing()
            )
            row = connection.execute(select(outbox).where(outbox.c.key == key)).one()
        return Posting(**row._asdict(), is_new=bool(added.rowcount))

    def find(self, key: str) -> Posting | None:
        """What is noted about a message, if anything is."""
        with self._reading() as connection:
            row = connection.execute(select(outbox).where(outbox.c.key == key)).first()
        return None if row is None else Posting(**row._asdict(), is_new=False)

    def revise(self, key: str, answer_id: str, version: str) -> None:
        """The message is to say something else, for a later version of its question."""
        self._set(key, answer_id=answer_id, version=version, complete=False)

    def note_place(self, key: str, place: str) -> None:
        """The message stands there."""
        self._set(key, place=place)

    def complete(self, key: str, place: str) -> None:
        """The message stands there, whole."""
        self._set(key, place=place, complete=True)

    def knows(self, place: str) -> bool:
        """Whether a message is noted to stand there."""
        query = select(outbox.c.key).where(outbox.c.place == place).limit(1)
        with self._reading() as connection:
            return connection.scalar(query) is not None

    def _set(self, key: str, **values: object) -> None:
        with self._writing() as connection:
            connection.execute(update(outbox).where(outbox.c.key == key).values(**values))
