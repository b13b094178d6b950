"""Which articles the kept answers quote, and which of the quotes are gone."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

from sqlalchemy import Connection, delete, insert, select
from sqlalchemy.dialects.sqlite import insert as insert_or

from qa.records.tables import compared, corrections, quotes

_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class KeptQuote:
    """A quote of a kept answer, and the title that its article had then."""

    answer_id: str
    article_id: str
    title: str
    quote: str


class Quotes:
    """The quotes in one transaction of the records."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def articles(self) -> set[str]:
        """Ids of all articles that were quoted."""
        return set(self._connection.scalars(select(quotes.c.article_id).distinct()))

    def of(self, article_ids: Iterable[str]) -> list[KeptQuote]:
        """Every quote from these articles."""
        wanted = sorted(article_ids)
        found: list[KeptQuote] = []
        for first in range(0, len(wanted), _AT_ONCE):
            some = wanted[first : first + _AT_ONCE]
            query = select(quotes).where(quotes.c.article_id.in_(some))
            found += [
                KeptQuote(row.answer_id, row.article_id, row.title, row.quote)
                for row in self._connection.execute(query)
            ]
        return found

    def correct(self, quote: KeptQuote, change: Literal["corrected", "withdrawn"]) -> None:
        """Notes that a quote is gone; a second time makes no difference."""
        self._connection.execute(
            insert_or(corrections)
            .values(
                answer_id=quote.answer_id,
                article_id=quote.article_id,
                title=quote.title,
                change=change,
                noticed_at=datetime.now(UTC).isoformat(timespec="milliseconds"),
            )
            .on_conflict_do_nothing()
        )

    def note_compared(self, generation: int) -> None:
        """All quotes have been compared with this generation."""
        self._connection.execute(delete(compared))
        self._connection.execute(insert(compared).values(generation=generation))
