"""What a document becomes before it is stored: passages with their content's hash."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from index.article import Document
from index.catalogue.checksums import content_hash
from index.chunking import chunk
from index.embedded_text import embedded_text

_MADE_ID = 80


@dataclass(frozen=True, slots=True)
class PreparedPassage:
    """A passage of a document: its place, and what its vector is made from."""

    start: int
    end: int
    heading: str
    embedded_text: str
    content_hash: bytes


@dataclass(frozen=True, slots=True)
class PreparedDocument:
    """A document cut into passages."""

    document: Document
    passages: tuple[PreparedPassage, ...]


def prepared(document: Document) -> PreparedDocument:
    """Cuts a document into passages and hashes them."""
    passages = []
    for place in chunk(document.text, document.headings):
        words = embedded_text(document.title, place.heading, document.text[place.start : place.end])
        passages.append(
            PreparedPassage(place.start, place.end, place.heading, words, content_hash(words))
        )
    return PreparedDocument(document, tuple(passages))


def suggested_id(document: Document) -> str:
    """The id that a new article gets: the given one, else a readable slug of path or title."""
    if document.given_id is not None:
        return document.given_id
    if document.path is not None and document.url is None:
        name = re.sub(r"\.[A-Za-z0-9]{1,5}$", "", document.path)
    else:
        name = document.title
    folded = unicodedata.normalize("NFKC", name).casefold()
    slug = re.sub(r"[^\w]+", "-", folded).strip("-_")
    return slug[:_MADE_ID].rstrip("-") or "article"
