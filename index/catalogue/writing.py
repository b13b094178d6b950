"""One transaction of the catalogue: it ends in a new generation, or in nothing at all."""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection, CursorResult, delete, insert, select, update

from index.article import Document
from index.catalogue.reading import Model, PlacedPassage, Snapshot
from index.catalogue.tables import (
    articles,
    embedding_model,
    generations,
    passages,
    removals,
    tags,
    vectors,
)
from index.dates import moments


@dataclass(frozen=True, slots=True)
class StoredArticle:
    """An article as an update finds it."""

    key: int
    id: str
    checksum: str


class Transaction:
    """Write access to the catalogue while its write lock is held.

    `generation` is the number that everything written here belongs to. It is recorded when the
    first change is made, so a transaction without a change leaves no new generation.
    """

    def __init__(self, connection: Connection, change: str) -> None:
        self._connection = connection
        self._change = change
        self._started: int | None = None
        self.snapshot = Snapshot(connection)

    @property
    def generation(self) -> int:
        """The generation that this transaction is making."""
        if self._started is None:
            now = datetime.now(UTC).isoformat(timespec="seconds")
            result = self._connection.execute(
                insert(generations).values(committed_at=now, change=self._change)
            )
            self._started = _key(result)
        return self._started

    def find(self, document: Document) -> StoredArticle | None:
        """The stored article that a document updates, or None.

        The same URL, else the same path, else the same given id. Two articles that were both
        given ids of their own stay two, whatever their URLs.
        """
        columns = (articles.c.key, articles.c.id, articles.c.id_given, articles.c.checksum)
        for column, value in (
            (articles.c.id, document.given_id),
            (articles.c.url, document.url),
            (articles.c.path, document.path),
        ):
            if value is None:
                continue
            query = select(*columns).where(column == value).order_by(articles.c.key)
            for row in self._connection.execute(query):
                if row.id == document.given_id or not (row.id_given and document.given_id):
                    return StoredArticle(row.key, row.id, row.checksum)
        return None

    def is_taken(self, article_id: str) -> bool:
        """Whether an article has this id."""
        query = select(articles.c.key).where(articles.c.id == article_id)
        return self._connection.execute(query).first() is not None

    def add_article(self, article_id: str, document: Document, checksum: str) -> int:
        """Stores a new article without passages and returns its key."""
        result = self._connection.execute(
            insert(articles).values(
                id=article_id,
                id_given=document.given_id is not None,
                **self._fields(document, checksum),
            )
        )
        key = _key(result)
        self._put_tags(key, document.tags)
        return key

    def update_article(self, key: int, document: Document, checksum: str) -> None:
        """Replaces an article's text and metadata; its id stays, and so does a URL or path that
        the new document does not state."""
        fields = self._fields(document, checksum)
        for name in ("url", "path"):
            if fields[name] is None:
                del fields[name]
        self._connection.execute(update(articles).where(articles.c.key == key).values(**fields))
        self._connection.execute(delete(tags).where(tags.c.article_key == key))
        self._put_tags(key, document.tags)

    def remove_article(self, article_id: str) -> list[int] | None:
        """Removes an article; its passages' keys, or None when there is none of this id."""
        key = self._connection.scalar(select(articles.c.key).where(articles.c.id == article_id))
        if key is None:
            return None
        gone = self.snapshot.passages_of(key)
        self.remove_passages(gone)
        self._connection.execute(delete(articles).where(articles.c.key == key))
        return [passage.key for passage in gone]

    def add_passages(
        self, article_key: int, places: Sequence[tuple[int, int, str, bytes]]
    ) -> list[int]:
        """Stores passages given as (start, end, heading, content hash) and returns their keys."""
        keys = []
        for start, end, heading, content_hash in places:
            result = self._connection.execute(
                insert(passages).values(
                    article_key=article_key,
                    start=start,
                    end=end,
                    heading=heading,
                    content_hash=content_hash,
                    generation=self.generation,
                )
            )
            keys.append(_key(result))
        return keys

    def move_passage(self, key: int, start: int, end: int) -> None:
        """A passage whose words are the same lies elsewhere in its article now."""
        self._connection.execute(
            update(passages).where(passages.c.key == key).values(start=start, end=end)
        )

    def remove_passages(self, gone: Iterable[PlacedPassage]) -> None:
        """Removes passages, and their vectors where no other passage has the same content."""
        for passage in gone:
            self._connection.execute(delete(passages).where(passages.c.key == passage.key))
            self._connection.execute(
                insert(removals).values(passage_key=passage.key, generation=self.generation)
            )
            still_used = select(passages.c.key).where(
                passages.c.content_hash == passage.content_hash
            )
            self._connection.execute(
                delete(vectors).where(
                    vectors.c.content_hash == passage.content_hash, ~still_used.exists()
                )
            )

    def put_vectors(self, by_hash: Mapping[bytes, NDArray[np.float32]], fingerprint: str) -> None:
        """Keeps vectors (each float32 of shape (dimension,)) by their content's hash."""
        known = self.snapshot.known_hashes(by_hash, fingerprint)
        rows = []
        for content_hash, vector in by_hash.items():
            if content_hash not in known:
                blob = np.ascontiguousarray(vector, dtype="<f4").tobytes()
                rows.append(
                    {
                        "content_hash": content_hash,
                        "fingerprint": fingerprint,
                        "vector": blob,
                        "checksum": zlib.crc32(blob),
                    }
                )
        if rows:
            self._connection.execute(insert(vectors), rows)

    def set_model(self, model: Model) -> None:
        """Names the model of the collection and drops the vectors of any other."""
        self._connection.execute(delete(embedding_model))
        self._connection.execute(
            insert(embedding_model).values(
                name=model.name, fingerprint=model.fingerprint, dimension=model.dimension
            )
        )
        self._connection.execute(delete(vectors).where(vectors.c.fingerprint != model.fingerprint))

    def _put_tags(self, article_key: int, values: Sequence[str]) -> None:
        rows = [
            {"article_key": article_key, "position": position, "tag": tag}
            for position, tag in enumerate(values)
        ]
        if rows:
            self._connection.execute(insert(tags), rows)

    def _fields(self, document: Document, checksum: str) -> dict[str, object]:
        first, last = moments(document.published_at) if document.published_at else (None, None)
        return {
            "url": document.url,
            "path": document.path,
            "title": document.title,
            "source": document.source,
            "author": document.author,
            "published_at": document.published_at,
            "published_from": first,
            "published_until": last,
            "text": document.text,
            "headings": json.dumps([[span.start, span.end] for span in document.headings]),
            "checksum": checksum,
            "generation": self.generation,
        }


def _key(result: CursorResult[tuple[object, ...]]) -> int:
    """The key that the database gave the inserted row."""
    inserted = result.inserted_primary_key
    if inserted is None:
        raise AssertionError("an INSERT of one row has a primary key")
    return int(inserted[0])
