"""What the whole project talks about: spans, articles, passages, and what a source yields."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Span:
    """A half-open range of Unicode code points, `text[start:end]`."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class ArticleMetadata:
    """Everything known of an article except its text.

    `published_at` is an RFC 3339 date (`2022-01-19`) or date-time.
    """

    id: str
    title: str
    url: str | None = None
    source: str | None = None
    author: str | None = None
    published_at: str | None = None
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Article:
    """One stored text with its metadata. Offsets everywhere count in `text`."""

    metadata: ArticleMetadata
    text: str


@dataclass(frozen=True, slots=True)
class Passage:
    """A retrievable piece of one article: `article.text[start:end] == text`, always."""

    article_id: str
    start: int
    end: int
    text: str

    @property
    def id(self) -> str:
        """The passage's public name, unique within one generation."""
        return f"{self.article_id}:{self.start}-{self.end}"


@dataclass(frozen=True, slots=True)
class Document:
    """What a reader found in a source, before the indexer has given it an article id.

    `source_name` is what the user typed or the file's path: messages name it.
    `path` is the file's path relative to the folder that was added (or its name), in POSIX
    form; a later document with the same `url`, else the same `path`, else the same `given_id`
    updates the same article. `headings` are the spans of `text` that the format itself marks
    as headings (Markdown `#`, HTML `<h2>`, a DOCX heading style).
    """

    source_name: str
    title: str
    text: str
    url: str | None = None
    path: str | None = None
    given_id: str | None = None
    source: str | None = None
    author: str | None = None
    published_at: str | None = None
    tags: tuple[str, ...] = ()
    headings: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class Refusal:
    """A source that was not taken, and why: `reason` is one plain sentence with the remedy."""

    source_name: str
    reason: str
