"""What the catalogue speaks of, as plain data."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from index.article import Document


@dataclass(frozen=True, slots=True)
class Model:
    """The embedding model that all vectors of the collection come from."""

    name: str
    fingerprint: str
    dimension: int


@dataclass(frozen=True, slots=True)
class PlacedPassage:
    """A passage as the catalogue keeps it."""

    key: int
    article_key: int
    start: int
    end: int
    heading: str
    content_hash: bytes


@dataclass(frozen=True, slots=True)
class ArticleFilter:
    """Which articles may be found; see `index.searcher.Filters`."""

    article_ids: Sequence[str] = ()
    sources: Sequence[str] = ()
    tags: Sequence[str] = ()
    published_after: str | None = None
    published_before: str | None = None

    def is_empty(self) -> bool:
        """Whether everything passes."""
        return not (
            self.article_ids
            or self.sources
            or self.tags
            or self.published_after
            or self.published_before
        )


@dataclass(frozen=True, slots=True)
class StoredArticle:
    """An article as an update finds it.

    `published` are the first and last moment of its date, by which it is filtered.
    """

    key: int
    id: str
    url: str | None
    path: str | None
    published: tuple[str | None, str | None]
    checksum: str

    def completed(self, document: Document) -> Document:
        """An update of the article, with the URL and path that it does not state itself."""
        return replace(document, url=document.url or self.url, path=document.path or self.path)
