"""Which sources the collection follows, and what they held when they were last looked at."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Row, delete, insert, select, update

from index.catalogue.tables import followed_items, followed_sources


@dataclass(frozen=True, slots=True)
class FollowedSource:
    """A folder or an address, how often it is looked at, and how the last look went.

    Moments are in UTC. `failures` counts those in a row. `etag` and `last_modified` are what the
    server said of its last answer (RFC 9110, section 8.8).
    """

    key: int
    location: str
    every_seconds: int
    last_run_at: datetime | None
    last_result: str | None
    next_run_at: datetime
    failures: int
    etag: str | None
    last_modified: str | None


@dataclass(frozen=True, slots=True)
class FollowedItem:
    """A file or a page of a source: which version of it was taken, and its articles.

    `failures` counts the times in a row that it could not be taken.
    """

    name: str
    version: str
    article_ids: tuple[str, ...] = ()
    failures: int = 0


class FollowedSources:
    """The sources in one transaction of the catalogue."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def all(self) -> list[FollowedSource]:
        """Every source in the order of their locations."""
        query = select(followed_sources).order_by(followed_sources.c.location)
        return [_source(row) for row in self._connection.execute(query)]

    def find(self, location: str) -> FollowedSource | None:
        """The source at a location."""
        query = select(followed_sources).where(followed_sources.c.location == location)
        row = self._connection.execute(query).first()
        return None if row is None else _source(row)

    def put(self, location: str, every_seconds: int, now: datetime) -> None:
        """Follows a location, or changes how often it is looked at; the next look is due now."""
        if self.find(location) is not None:
            self._connection.execute(
                update(followed_sources)
                .where(followed_sources.c.location == location)
                .values(every_seconds=every_seconds, next_run_at=now.isoformat())
            )
            return
        self._connection.execute(
            insert(followed_sources).values(
                location=location,
                every_seconds=every_seconds,
                next_run_at=now.isoformat(),
                failures=0,
            )
        )

    def drop(self, key: int) -> None:
        """No longer follows a source; its articles stay."""
        self._connection.execute(delete(followed_sources).where(followed_sources.c.key == key))

    def note_run(self, source: FollowedSource) -> None:
        """Keeps how a look at a source went."""
        ran = source.last_run_at
        self._connection.execute(
            update(followed_sources)
            .where(followed_sources.c.key == source.key)
            .values(
                last_run_at=None if ran is None else ran.isoformat(),
                last_result=source.last_result,
                next_run_at=source.next_run_at.isoformat(),
                failures=source.failures,
                etag=source.etag,
                last_modified=source.last_modified,
            )
        )

    def items(self, key: int) -> dict[str, FollowedItem]:
        """What a source held, by name."""
        query = select(followed_items).where(followed_items.c.source_key == key)
        return {
            row.name: FollowedItem(
                row.name, row.version, tuple(json.loads(row.article_ids)), row.failures
            )
            for row in self._connection.execute(query)
        }

    def put_item(self, key: int, item: FollowedItem) -> None:
        """Keeps what was taken of an item, if the source is still followed."""
        self.drop_item(key, item.name)
        known = select(followed_sources.c.key).where(followed_sources.c.key == key)
        if self._connection.scalar(known) is None:
            return
        self._connection.execute(
            insert(followed_items).values(
                source_key=key,
                name=item.name,
                version=item.version,
                failures=item.failures,
                article_ids=json.dumps(item.article_ids),
            )
        )

    def drop_item(self, key: int, name: str) -> None:
        """Forgets an item."""
        self._connection.execute(
            delete(followed_items).where(
                followed_items.c.source_key == key, followed_items.c.name == name
            )
        )


def _source(row: Row[tuple[object, ...]]) -> FollowedSource:
    found = row._asdict()
    for name in ("last_run_at", "next_run_at"):
        if found[name] is not None:
            found[name] = datetime.fromisoformat(str(found[name]))
    return FollowedSource(**found)
