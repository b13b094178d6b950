"""Checks everything that the catalogue keeps against its checksums."""

from __future__ import annotations

import zlib
from collections.abc import Iterator

from sqlalchemy import select

from index.catalogue.checksums import article_checksum, content_hash
from index.catalogue.reading import Snapshot, headings_from_json
from index.catalogue.tables import articles, passages, tags, vectors
from index.embedded_text import embedded_text


def problems(snapshot: Snapshot) -> Iterator[str]:
    """One plain sentence for each thing that is not as it was stored."""
    yield from _damaged_pages(snapshot)
    yield from _articles(snapshot)
    yield from _passages(snapshot)
    yield from _vectors(snapshot)


def _damaged_pages(snapshot: Snapshot) -> Iterator[str]:
    for row in snapshot.connection.exec_driver_sql("PRAGMA integrity_check(20)"):
        if row[0] != "ok":
            yield f"The catalogue's file is damaged: {row[0]}."


def _articles(snapshot: Snapshot) -> Iterator[str]:
    connection = snapshot.connection
    tags_of: dict[int, list[str]] = {}
    for row in connection.execute(select(tags).order_by(tags.c.article_key, tags.c.position)):
        tags_of.setdefault(row.article_key, []).append(row.tag)
    for row in connection.execute(select(articles)):
        checksum = article_checksum(
            title=row.title,
            text=row.text,
            url=row.url,
            source=row.source,
            author=row.author,
            published_at=row.published_at,
            tags=tags_of.get(row.key, ()),
            headings=headings_from_json(row.headings),
        )
        if checksum != row.checksum:
            yield f"Article {row.id} is not as it was stored; add it again."


def _passages(snapshot: Snapshot) -> Iterator[str]:
    for key, title, text, _headings in snapshot.layouts():
        for passage in snapshot.passages_of(key):
            words = embedded_text(title, passage.heading, text[passage.start : passage.end])
            if content_hash(words) != passage.content_hash:
                yield f"Passage {passage.start}-{passage.end} of {title!r} does not match its text."


def _vectors(snapshot: Snapshot) -> Iterator[str]:
    connection = snapshot.connection
    model = snapshot.model()
    fingerprint = model.fingerprint if model else ""
    for row in connection.execute(select(vectors)):
        if zlib.crc32(row.vector) != row.checksum:
            yield f"Vector {row.content_hash.hex()[:12]} is damaged; run `footnote rebuild`."
    kept = select(vectors.c.content_hash).where(vectors.c.fingerprint == fingerprint)
    missing = connection.scalars(select(passages.c.key).where(passages.c.content_hash.not_in(kept)))
    for key in missing:
        yield f"Passage {key} has no vector of the current model; run `footnote rebuild`."
