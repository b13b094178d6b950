"""What one unchanging snapshot of the catalogue says."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable, Iterator, Sequence
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection, Row, func, or_, select

from index.article import Article, ArticleMetadata, Document, Span
from index.catalogue.checksums import is_intact, is_whole
from index.catalogue.entities import ArticleFilter, Model, PlacedPassage, StoredArticle
from index.catalogue.filtering import conditions
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
from index.engines.base import IndexedText
from index.errors import CollectionError, DamagedArticleError

_LOGGER = logging.getLogger(__name__)
T = TypeVar("T")
_MANY = 500  # values in one IN (...), well below SQLite's limit of bound variables


class Snapshot:
    """Read access to one generation, over a connection inside a transaction."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    def generation(self) -> int:
        """The newest committed generation; 0 for an empty catalogue."""
        return self.connection.scalar(select(func.max(generations.c.number))) or 0

    def stamp(self, generation: int) -> str:
        """When a generation was committed, to the microsecond; "" where there is none."""
        query = select(generations.c.committed_at).where(generations.c.number == generation)
        return self.connection.scalar(query) or ""

    def collection_id(self) -> str:
        """A name that no other collection has."""
        return str(self.connection.scalar(select(collection.c.id)))

    def dimension(self) -> int:
        """The length of the collection's vectors; 0 before the first article."""
        model = self.model()
        return model.dimension if model else 0

    def model(self) -> Model | None:
        """The model of the collection, or None before the first article."""
        row = self.connection.execute(select(embedding_model)).first()
        return None if row is None else Model(row.name, row.fingerprint, row.dimension)

    def counts(self) -> tuple[int, int, int]:
        """Numbers of articles, passages and vectors."""
        found = [
            self.connection.scalar(select(func.count()).select_from(table)) or 0
            for table in (articles, passages, vectors)
        ]
        return found[0], found[1], found[2]

    def sources(self, limit: int) -> dict[str, int]:
        """How many articles each source has, the sources with most first."""
        count = func.count()
        query = select(articles.c.source, count).where(articles.c.source.is_not(None))
        query = query.group_by(articles.c.source).order_by(count.desc(), articles.c.source)
        return dict(self.connection.execute(query.limit(limit)).tuples().all())

    def find(self, document: Document) -> StoredArticle | None:
        """The stored article that a document updates, or None.

        The same URL, else the same path, else the same given id. Two articles that were both
        given ids of their own stay two, whatever their URLs.
        """
        columns = [column for column in articles.c if column is not articles.c.text]
        for column, value in (
            (articles.c.id, document.given_id),
            (articles.c.url, document.url),
            (articles.c.path, document.path),
        ):
            if value is None:
                continue
            query = select(*columns).where(column == value).order_by(articles.c.key)
            for row in self.connection.execute(query):
                if row.id == document.given_id or not (row.id_given and document.given_id):
                    return _stored(row)
        return None

    def document(self, key: int) -> Document:
        """A stored article as the document that it would be added from."""
        row = self.connection.execute(select(articles).where(articles.c.key == key)).one()
        return _document(row, self._metadata([row])[key])

    def article(self, article_id: str) -> Article | None:
        """One article with its text, or None.

        Raises `DamagedArticleError` when it is not as it was stored.
        """
        row = self.connection.execute(select(articles).where(articles.c.id == article_id)).first()
        if row is None:
            return None
        metadata = self._metadata([row])[row.key]
        if not is_intact(row.id, _document(row, metadata), row.checksum):
            raise DamagedArticleError(article_id)
        return Article(metadata, row.text)

    def articles(
        self, after: str | None, limit: int, words: Sequence[str] = (), source: str | None = None
    ) -> list[ArticleMetadata]:
        """Up to `limit` articles ordered by id, those after the id `after`.

        With `words` those that have each of them in their title, source or author; with `source`
        those of it alone.
        """
        columns = [column for column in articles.c if column is not articles.c.text]
        query = select(*columns).order_by(articles.c.id).limit(limit)
        if after is not None:
            query = query.where(articles.c.id > after)
        if source is not None:
            query = query.where(articles.c.source == source)
        for word in words:
            described = (articles.c.title, articles.c.source, articles.c.author)
            query = query.where(or_(*(one.icontains(word, autoescape=True) for one in described)))
        rows = self.connection.execute(query).all()
        by_key = self._metadata(rows)
        return [by_key[row.key] for row in rows]

    def changed_articles(self, after: int) -> list[str]:
        """Ids of the articles that generations later than `after` added or changed."""
        query = select(articles.c.id).where(articles.c.generation > after)
        return list(self.connection.scalars(query))

    def known_articles(self, article_ids: Iterable[str]) -> set[str]:
        """Those of the ids that an article has."""
        found: set[str] = set()
        for some in portions(article_ids):
            query = select(articles.c.id).where(articles.c.id.in_(some))
            found |= set(self.connection.scalars(query))
        return found

    def articles_by_key(self, keys: Iterable[int]) -> dict[int, Article]:
        """Whole articles by their keys; one that is not as it was stored is left out and logged."""
        found: dict[int, Article] = {}
        for some in portions(keys):
            rows = self.connection.execute(select(articles).where(articles.c.key.in_(some))).all()
            by_key = self._metadata(rows)
            for row in rows:
                metadata = by_key[row.key]
                if is_intact(row.id, _document(row, metadata), row.checksum):
                    found[row.key] = Article(metadata, row.text)
                else:
                    _LOGGER.warning("%s", DamagedArticleError(row.id))
        return found

    def documents(self, after: int = 0) -> Iterator[tuple[StoredArticle, Document]]:
        """The articles of keys above `after`, in order, as the documents they would come from."""
        last = after
        while True:
            query = select(articles).where(articles.c.key > last).order_by(articles.c.key)
            rows = self.connection.execute(query.limit(100)).all()
            if not rows:
                return
            metadata = self._metadata(rows)
            for row in rows:
                yield _stored(row), _document(row, metadata[row.key])
            last = rows[-1].key

    def passages(self, keys: Iterable[int]) -> dict[int, PlacedPassage]:
        """Passages by key; keys that are not in this generation are left out."""
        found: dict[int, PlacedPassage] = {}
        for some in portions(keys):
            query = select(passages).where(passages.c.key.in_(some))
            found |= {row.key: _placed(row) for row in self.connection.execute(query)}
        return found

    def passages_of(self, article_key: int) -> list[PlacedPassage]:
        """One article's passages in reading order."""
        query = (
            select(passages)
            .where(passages.c.article_key == article_key)
            .order_by(passages.c.start, passages.c.key)
        )
        return [_placed(row) for row in self.connection.execute(query)]

    def passage_keys(self, filter_: ArticleFilter) -> NDArray[np.int64]:
        """The keys of all passages whose article passes the filter, in any order."""
        # As one text: a row for each key would take four times as long.
        query = select(func.group_concat(passages.c.key))
        if not filter_.is_empty():
            chosen = select(articles.c.key).where(*conditions(filter_))
            query = query.where(passages.c.article_key.in_(chosen))
        return np.fromstring(self.connection.scalar(query) or "", np.int64, sep=",")

    def added_after(self, generation: int) -> list[int]:
        """Keys of the passages that later generations added and that are still there."""
        query = select(passages.c.key).where(passages.c.generation > generation)
        # Asked to sort, SQLite goes through all passages by key to be spared it.
        return sorted(self.connection.scalars(query))

    def removed_after(self, generation: int) -> list[int]:
        """Keys of the passages that later generations removed."""
        query = select(removals.c.passage_key).where(removals.c.generation > generation)
        return list(self.connection.scalars(query))

    def vectors_of(self, keys: Sequence[int]) -> NDArray[np.float32]:
        """The vectors of passages, shape (len(keys), dimension), in the order of `keys`.

        Raises `CollectionError` when one is missing or not as it was stored.
        """
        model = self.model()
        if model is None:
            return np.empty((0, 0), np.float32)
        found: dict[int, bytes] = {}
        for some in portions(keys):
            query = (
                select(passages.c.key, vectors.c.vector, vectors.c.checksum)
                .join(vectors, vectors.c.content_hash == passages.c.content_hash)
                .where(passages.c.key.in_(some), vectors.c.fingerprint == model.fingerprint)
            )
            for row in self.connection.execute(query):
                if len(row.vector) == 4 * model.dimension and is_whole(row.vector, row.checksum):
                    found[row.key] = row.vector
        if lost := sum(key not in found for key in keys):
            raise CollectionError(
                f"The vectors of {lost} of the collection's passages are missing or damaged; "
                "make them anew with `footnote rebuild`."
            )
        blobs = b"".join(found[key] for key in keys)
        return np.frombuffer(blobs, dtype="<f4").reshape(len(keys), model.dimension)

    def damaged_vectors(self) -> list[tuple[bytes, str]]:
        """(content hash, fingerprint) of the vectors that are not as they were stored."""
        rows = self.connection.execute(select(vectors))
        return [
            (row.content_hash, row.fingerprint)
            for row in rows
            if not is_whole(row.vector, row.checksum)
        ]

    def texts_of(self, keys: Sequence[int]) -> Iterator[IndexedText]:
        """The words of passages, their article's title and heading among them."""
        for some in portions(keys):
            query = (
                select(passages, articles.c.title, articles.c.text)
                .join(articles, articles.c.key == passages.c.article_key)
                .where(passages.c.key.in_(some))
            )
            for row in self.connection.execute(query):
                yield IndexedText(
                    row.key, f"{row.title} {row.heading}".strip(), row.text[row.start : row.end]
                )

    def passages_without_vector(self) -> list[int]:
        """Keys of the passages that have no vector of the collection's model."""
        model = self.model()
        kept = select(vectors.c.content_hash).where(
            vectors.c.fingerprint == (model.fingerprint if model else "")
        )
        query = select(passages.c.key).where(passages.c.content_hash.not_in(kept))
        return list(self.connection.scalars(query))

    def known_hashes(self, hashes: Iterable[bytes], fingerprint: str) -> set[bytes]:
        """Those of `hashes` whose vectors are kept already."""
        found: set[bytes] = set()
        for some in portions(hashes):
            query = select(vectors.c.content_hash).where(
                vectors.c.content_hash.in_(some), vectors.c.fingerprint == fingerprint
            )
            found |= set(self.connection.scalars(query))
        return found

    def _metadata(self, rows: Sequence[Row[tuple[object, ...]]]) -> dict[int, ArticleMetadata]:
        tags_of: dict[int, list[str]] = {row.key: [] for row in rows}
        for some in portions(tags_of):
            query = select(tags).where(tags.c.article_key.in_(some)).order_by(tags.c.position)
            for row in self.connection.execute(query):
                tags_of[row.article_key].append(row.tag)
        return {
            row.key: ArticleMetadata(
                id=row.id,
                title=row.title,
                url=row.url,
                source=row.source,
                author=row.author,
                published_at=row.published_at,
                tags=tuple(tags_of[row.key]),
            )
            for row in rows
        }


def _stored(row: Row[tuple[object, ...]]) -> StoredArticle:
    published = row.published_from, row.published_until
    return StoredArticle(row.key, row.id, row.url, row.path, published, row.checksum)


def _headings(kept: str) -> tuple[Span, ...]:
    """The spans kept as JSON; where that is damaged, one that no article has, so `verify` tells."""
    try:
        return tuple(Span(int(start), int(end)) for start, end in json.loads(kept))
    except (ValueError, TypeError):
        return (Span(0, 0),)


def _document(row: Row[tuple[object, ...]], metadata: ArticleMetadata) -> Document:
    return Document(
        source_name=metadata.id,
        title=metadata.title,
        text=row.text,
        url=metadata.url,
        path=row.path,
        given_id=metadata.id if row.id_given else None,
        source=metadata.source,
        author=metadata.author,
        published_at=metadata.published_at,
        tags=metadata.tags,
        headings=_headings(row.headings),
    )


def _placed(row: Row[tuple[object, ...]]) -> PlacedPassage:
    return PlacedPassage(
        row.key, row.article_key, row.start, row.end, row.heading, row.content_hash
    )


def portions(values: Iterable[T]) -> Iterator[list[T]]:
    """Lists of values short enough for one IN (...)."""
    everything = list(values)
    for first in range(0, len(everything), _MANY):
        yield everything[first : first + _MANY]
