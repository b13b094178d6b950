"""One transaction of the catalogue: it ends in a new generation, or in nothing at all."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection, CursorResult, Select, delete, insert, select, update

from index.article import Document
from index.catalogue.checksums import checksum_of, vector_checksum
from index.catalogue.entities import Model, PlacedPassage, StoredArticle
from index.catalogue.reading import Snapshot, portions
from index.catalogue.tables import (
    articles,
    collection,
    embedding_model,
    generations,
    passages,
    removals,
    tags,
    vectors,
)
from index.dates import moments


class Transaction:
    """Write access to the catalogue while its write lock is held.

    `generation` is the number that everything written here belongs to. It is recorded when the
    first change is made, so a transaction without a change leaves no new generation.
    """

    def __init__(self, connection: Connection, change: str) -> None:
        self._connection = connection
        self._change = change
        self._started: int | None = None
        self._left: set[bytes] = set()
        self.snapshot = Snapshot(connection)

    @property
    def generation(self) -> int:
        """The generation that this transaction is making."""
        return self._begin_generation()

    def _begin_generation(self) -> int:
        if self._started is None:
            now = datetime.now(UTC).isoformat(timespec="microseconds")
            result = self._connection.execute(
                insert(generations).values(committed_at=now, change=self._change)
            )
            self._started = _key(result)
        return self._started

    def begin_history(self) -> None:
        """A new generation, under a name of the collection that nothing derived knows yet."""
        self._begin_generation()
        self._connection.execute(update(collection).values(id=uuid.uuid4().hex))

    def is_taken(self, article_id: str) -> bool:
        """Whether an article has this id."""
        query = select(articles.c.key).where(articles.c.id == article_id)
        return self._connection.execute(query).first() is not None

    def add_article(self, article_id: str, document: Document) -> int:
        """Stores a new article without passages and returns its key."""
        result = self._connection.execute(
            insert(articles).values(
                id=article_id,
                id_given=document.given_id is not None,
                **self._fields(article_id, document),
            )
        )
        key = _key(result)
        self._put_tags(key, document.tags)
        return key

    def update_article(self, stored: StoredArticle, document: Document) -> None:
        """Replaces an article's text and metadata; its id stays.

        The document is complete: see `StoredArticle.completed`.
        """
        fields = self._fields(stored.id, document)
        if document.given_id == stored.id:
            fields["id_given"] = True
        self._connection.execute(
            update(articles).where(articles.c.key == stored.key).values(**fields)
        )
        self._connection.execute(delete(tags).where(tags.c.article_key == stored.key))
        self._put_tags(stored.key, document.tags)

    def move_article(self, article_id: str, path: str) -> None:
        """The file that an article comes from is called otherwise now."""
        stored = self.snapshot.find(Document("", title="", text="", given_id=article_id))
        if stored is not None:
            document = self.snapshot.document(stored.key)
            self.update_article(stored, replace(document, path=path, given_id=None))

    def remove_article(self, article_id: str) -> list[int] | None:
        """Removes an article; its passages' keys, or None when there is none of this id."""
        key = self._connection.scalar(select(articles.c.key).where(articles.c.id == article_id))
        if key is None:
            return None
        gone = self.snapshot.passages_of(key)
        self.remove_passages(gone)
        self._begin_generation()  # also when the article had no passages
        self._connection.execute(delete(articles).where(articles.c.key == key))
        return [passage.key for passage in gone]

    def add_passages(
        self, article_key: int, places: Sequence[tuple[int, int, str, bytes]]
    ) -> list[int]:
        """Stores passages given as (start, end, heading, content hash) and returns their keys."""
        rows = [
            {
                "article_key": article_key,
                "start": start,
                "end": end,
                "heading": heading,
                "content_hash": content_hash,
                "generation": self.generation,
            }
            for start, end, heading, content_hash in places
        ]
        if not rows:
            return []
        ordered = insert(passages).returning(passages.c.key, sort_by_parameter_order=True)
        return list(self._connection.scalars(ordered, rows))

    def move_passage(self, key: int, start: int, end: int) -> None:
        """A passage whose words are the same lies elsewhere in its article now."""
        self._connection.execute(
            update(passages).where(passages.c.key == key).values(start=start, end=end)
        )

    def remove_passages(self, gone: Iterable[PlacedPassage]) -> None:
        """Removes passages; their vectors go at the end, if no other passage has their content."""
        for some in portions(gone):
            keys = [passage.key for passage in some]
            self._connection.execute(delete(passages).where(passages.c.key.in_(keys)))
            rows = [{"passage_key": key, "generation": self.generation} for key in keys]
            self._connection.execute(insert(removals), rows)
            self._left |= {passage.content_hash for passage in some}

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
                        "checksum": vector_checksum(blob),
                    }
                )
        if rows:
            self._connection.execute(insert(vectors), rows)

    def set_model(self, model: Model) -> None:
        """Names the model of the collection and drops the vectors of any other."""
        self._begin_generation()
        self._connection.execute(delete(embedding_model))
        self._connection.execute(
            insert(embedding_model).values(
                name=model.name, fingerprint=model.fingerprint, dimension=model.dimension
            )
        )
        self._connection.execute(delete(vectors).where(vectors.c.fingerprint != model.fingerprint))

    def drop_damaged_vectors(self) -> None:
        """Drops the vectors that are not as they were stored, so that they are made anew."""
        for content_hash, fingerprint in self.snapshot.damaged_vectors():
            self._connection.execute(
                delete(vectors).where(
                    vectors.c.content_hash == content_hash, vectors.c.fingerprint == fingerprint
                )
            )

    def drop_unused_vectors(self) -> None:
        """Drops the vectors of content that no passage has."""
        self._connection.execute(delete(vectors).where(~_is_used().exists()))

    def finish(self) -> None:
        """Drops the vectors that nothing needs any more."""
        for hashes in portions(self._left):
            unused = vectors.c.content_hash.in_(hashes) & ~_is_used().exists()
            self._connection.execute(delete(vectors).where(unused))

    def _put_tags(self, article_key: int, values: Sequence[str]) -> None:
        rows = [
            {"article_key": article_key, "position": position, "tag": tag}
            for position, tag in enumerate(values)
        ]
        if rows:
            self._connection.execute(insert(tags), rows)

    def _fields(self, article_id: str, document: Document) -> dict[str, object]:
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
            "checksum": checksum_of(article_id, document),
            "generation": self.generation,
        }


def _is_used() -> Select[tuple[int]]:
    return select(passages.c.key).where(passages.c.content_hash == vectors.c.content_hash)


def _key(result: CursorResult[tuple[object, ...]]) -> int:
    """The key that the database gave the inserted row."""
    inserted = result.inserted_primary_key
    if inserted is None:
        raise AssertionError("an INSERT of one row has a primary key")
    return int(inserted[0])
