"""Checks everything that the catalogue keeps against its checksums."""

from __future__ import annotations

from collections.abc import Iterator

from index.article import Document
from index.catalogue import checksums
from index.catalogue.entities import PlacedPassage, StoredArticle
from index.catalogue.reading import Snapshot
from index.dates import moments
from index.embedded_text import embedded_text


def problems(snapshot: Snapshot) -> Iterator[str]:
    """One plain sentence for each thing that is not as it was stored."""
    yield from _damaged_pages(snapshot)
    yield from _articles(snapshot)
    yield from _vectors(snapshot)


def is_intact(stored: StoredArticle, document: Document) -> bool:
    """Whether an article is as it was stored: its checksum, and the moments made from its date."""
    if not checksums.is_intact(stored.id, document, stored.checksum):
        return False
    published = document.published_at
    return stored.published == (moments(published) if published else (None, None))


def matches(passage: PlacedPassage, title: str, text: str) -> bool:
    """Whether a passage lies where its words are in its article's title and text."""
    words = embedded_text(title, passage.heading, text[passage.start : passage.end])
    return checksums.content_hash(words) == passage.content_hash


def _damaged_pages(snapshot: Snapshot) -> Iterator[str]:
    for row in snapshot.connection.exec_driver_sql("PRAGMA integrity_check(20)"):
        if row[0] != "ok":
            yield f"The catalogue's file is damaged: {row[0]}."


def _articles(snapshot: Snapshot) -> Iterator[str]:
    for stored, document in snapshot.documents():
        if not is_intact(stored, document):
            yield f"Article {stored.id} is not as it was stored; add it again."
        for passage in snapshot.passages_of(stored.key):
            if not matches(passage, document.title, document.text):
                yield (
                    f"Passage {passage.start}-{passage.end} of article {stored.id} does not "
                    "match its text; run `footnote rebuild`."
                )


def _vectors(snapshot: Snapshot) -> Iterator[str]:
    for hash_, _ in snapshot.damaged_vectors():
        yield f"Vector {hash_.hex()[:12]} is damaged; run `footnote rebuild`."
    for key in snapshot.passages_without_vector():
        yield f"Passage {key} has no vector of the current model; run `footnote rebuild`."
