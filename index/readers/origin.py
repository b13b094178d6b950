"""Where a document comes from, and what to say when it cannot be read."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from index.article import Document, Span


class UnreadableError(Exception):
    """A source that cannot be taken; the message is the reason and the remedy."""


@dataclass(frozen=True, slots=True)
class Origin:
    """The name that messages use, and what identifies the source: a path or a URL."""

    source_name: str
    path: str | None = None
    url: str | None = None

    def title(self) -> str:
        """A readable title from the file's or the page's name."""
        place = unquote(urlsplit(self.url).path).rstrip("/") if self.url else self.path
        name = re.split(r"[/\\]", place or self.source_name)[-1] or self.source_name
        stem = re.sub(r"\.[A-Za-z0-9]{1,5}$", "", name)
        words = re.sub(r"[\s_\-+]+", " ", stem).strip() or name
        return words[:1].upper() + words[1:]


@dataclass(frozen=True, slots=True)
class Facts:
    """What a document says of itself; None where it says nothing."""

    title: str | None = None
    author: str | None = None
    source: str | None = None
    published_at: str | None = None
    url: str | None = None
    given_id: str | None = None
    tags: tuple[str, ...] = ()


def document(origin: Origin, text: str, facts: Facts, headings: tuple[Span, ...] = ()) -> Document:
    """A document from its text and what it says of itself.

    Raises `UnreadableError` when the text has no words.
    """
    if not any(character.isalnum() for character in text):
        raise UnreadableError("it has no text; add a file that has some")
    return Document(
        source_name=origin.source_name,
        title=one_line(facts.title) or origin.title(),
        text=text,
        url=one_line(facts.url) or origin.url,
        path=origin.path,
        given_id=facts.given_id,
        source=one_line(facts.source),
        author=one_line(facts.author),
        published_at=facts.published_at,
        tags=tuple(dict.fromkeys(filter(None, map(one_line, facts.tags)))),
        headings=headings,
    )


def one_line(value: str | None) -> str | None:
    """The value with its white space folded, None when nothing is left."""
    return " ".join(storable(value).split()) or None if value else None


def storable(text: str) -> str:
    """The text without lone surrogates, which no file or database can keep, and without NULs."""
    if any("\ud800" <= character <= "\udfff" for character in text):
        text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text.replace("\x00", "\ufffd")
