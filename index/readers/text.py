"""Plain text files."""

from __future__ import annotations

from index.article import Document
from index.readers.bylines import facts_of
from index.readers.encoding import decoded
from index.readers.origin import Origin, document


def parse(data: bytes, origin: Origin) -> Document:
    """The text as it is, with what it says of itself."""
    text = decoded(data)
    return document(origin, text, facts_of(text))
