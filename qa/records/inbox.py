"""Questions that a front end took, kept so that none is lost and none answered twice."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, func, select, update
from sqlalchemy.dialects.sqlite import insert

from qa.records.tables import inbox
from qa.records.transactions import Transaction
from storage.locking import ProcessLock

_LONGEST_WAIT = 60.0


@dataclass(frozen=True, slots=True)
class InboxItem:
    """One thing to do. `attempts` counts the earlier ones."""

    key: str
    kind: str
    body: str
    attempts: int


@dataclass(frozen=True, slots=True)
class HeldUp:
    """What could not be done so far: how many items, and why the last of them failed."""

    count: int
    problem: str


class Inbox:
    """The items of front ends: any process puts them in, the threads of one work on them."""

    def __init__(self, reading: Transaction, writing: Transaction, lock: ProcessLock) -> None:
        self._reading = reading
        self._writing = writing
        self._lock = lock

    def take_over(self) -> bool:
        """Whether this process works on the items from now on.

        What the process before it had begun, and did not finish, is due again.
        """
        if not self._lock.take():
            return False
        with self._writing() as connection:
            begun = inbox.c.state == "begun"
            connection.execute(update(inbox).where(begun).values(state="waiting", not_before=0.0))
        return True

    def release(self) -> None:
        """Leaves the items to another process."""
        self._lock.release()

    def put(self, key: str, kind: str, body: str) -> bool:
        """Keeps an item; False when there was one of this key already, done or not."""
        with self._writing() as connection:
            added = connection.execute(
                insert(inbox)
                .values(key=key, kind=kind, body=body, state="waiting", attempts=0, not_before=0.0)
                .on_conflict_do_nothing()
            )
            return bool(added.rowcount)

    def claim(self) -> InboxItem | None:
        """The oldest item that is due, for this caller alone."""
        now = time.time()
        due = (
            select(inbox.c.number)
            .where(inbox.c.state == "waiting", inbox.c.not_before <= now)
            .order_by(inbox.c.number)
            .limit(1)
        )
        with self._reading() as connection:  # without the write lock as long as nothing is due
            if connection.scalar(due) is None:
                return None
        with self._writing() as connection:
            row = connection.execute(
                update(inbox)
                .where(inbox.c.number == due.scalar_subquery())
                .values(state="begun", attempts=inbox.c.attempts + 1)
                .returning(inbox)
            ).first()
        return None if row is None else _item(row)

    def finish(self, key: str) -> None:
        """The item is done."""
        self._set(key, state="done")

    def put_off(self, item: InboxItem, problem: str) -> None:
        """The item is tried again later, each time after a longer wait; `problem` says why."""
        wait = min(2.0**item.attempts, _LONGEST_WAIT)
        self._set(item.key, state="waiting", not_before=time.time() + wait, problem=problem)

    def held_up(self) -> HeldUp | None:
        """What waits to be tried again, if anything does."""
        failed = inbox.c.state.in_(("waiting", "begun")) & inbox.c.problem.is_not(None)
        newest = select(inbox.c.problem).where(failed).order_by(inbox.c.not_before.desc()).limit(1)
        with self._reading() as connection:
            count = connection.scalar(select(func.count()).where(failed)) or 0
            problem = connection.scalar(newest)
        return None if problem is None else HeldUp(count, problem)

    def retry_now(self) -> None:
        """What waits to be tried again is due at once: what held it up is over."""
        failed = (inbox.c.state == "waiting") & inbox.c.problem.is_not(None)
        with self._writing() as connection:
            connection.execute(update(inbox).where(failed).values(not_before=0.0))

    def cancel(self, key: str) -> None:
        """Nobody wants the item any more, done or not, nor if it is still to come."""
        with self._writing() as connection:
            connection.execute(
                insert(inbox)
                .values(key=key, kind="", body="", state="cancelled", attempts=0, not_before=0.0)
                .on_conflict_do_update(index_elements=["key"], set_={"state": "cancelled"})
            )

    def is_cancelled(self, key: str) -> bool:
        """Whether nobody wants the item any more."""
        with self._reading() as connection:
            state = connection.scalar(select(inbox.c.state).where(inbox.c.key == key))
        return state == "cancelled"

    def _set(self, key: str, **values: object) -> None:
        with self._writing() as connection:
            connection.execute(
                update(inbox).where(inbox.c.key == key, inbox.c.state == "begun").values(**values)
            )


def _item(row: Row[tuple[object, ...]]) -> InboxItem:
    kept: Mapping[str, Any] = row._asdict()
    return InboxItem(kept["key"], kept["kind"], kept["body"], kept["attempts"] - 1)
