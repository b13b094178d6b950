"""What people chose in a front end, kept."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.dialects.sqlite import insert

from qa.records.tables import choices
from qa.records.transactions import Transaction


class Choices:
    """JSON under keys of the front ends' own."""

    def __init__(self, reading: Transaction, writing: Transaction) -> None:
        self._reading = reading
        self._writing = writing

    def find(self, key: str) -> str | None:
        """What was chosen, or None."""
        with self._reading() as connection:
            body = connection.scalar(select(choices.c.body).where(choices.c.key == key))
        return None if body is None else str(body)

    def keep(self, key: str, body: str) -> None:
        """Keeps a choice in place of the one before."""
        with self._writing() as connection:
            connection.execute(
                insert(choices)
                .values(key=key, body=body)
                .on_conflict_do_update(index_elements=["key"], set_={"body": body})
            )
