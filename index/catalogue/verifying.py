"""Checks everything that the catalogue keeps against its checksums."""

from __future__ import annotations

import zlib
from collections.abc import Iterator

from sqlalchemy import select

from index.catalogue.checksums import checksum_of, content_hash
from index.catalogue.reading import Snapshot
from index.catalogue.tables import passages, vectors
from index.embedded_text import embedded_text


def problems(snapshot: Snapshot) -> Iterator[str]:
    """One plain sentence for each thing that is not as it was stored."""
    yield from _damaged_pages(snapshot)
    yield from _articles(snapshot)
    yield from _vectors(snapshot)


def _damaged_pages(snapshot: Snapshot) -> Iterator[str]:
    for row in snapshot.connection.exec_driver_sql("PRAGMA integrity_check(20)"):
        if row[0] != "ok":
            yield f"The catalogue's file is damaged: {row[0]}."


def _articles(snapshot: Snapshot) -> Iterator[str]:
    for stored, document in snapshot.documents():
        if checksum_of(document) != stored.checksum:
            yield f"Article {stored.id} is not as it was stored; add it again."
        for passage in snapshot.passages_of(stored.key):
            text = document.text[passage.start : passage.end]
            words = embedded_text(document.title, passage.heading, text)
            if content_hash(words) != passage.content_hash:
                yield (
                    f"Passage {passage.start}-{passage.end} of article {stored.id} does not "
                    "match its text; run `footnote rebuild`."
                )


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
