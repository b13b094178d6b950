"""Checksums of what the catalogue keeps."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence

from index.article import Span


def article_checksum(
    *,
    title: str,
    text: str,
    url: str | None,
    source: str | None,
    author: str | None,
    published_at: str | None,
    tags: Sequence[str],
    headings: Sequence[Span],
) -> str:
    """SHA-256 (hex) over everything that a reader of an article sees."""
    fields = [title, text, url, source, author, published_at, list(tags)]
    places = [[span.start, span.end] for span in headings]
    return hashlib.sha256(json.dumps([fields, places]).encode()).hexdigest()


def content_hash(embedded_text: str) -> bytes:
    """SHA-256 of the text that a passage's vector is made from."""
    return hashlib.sha256(embedded_text.encode()).digest()
