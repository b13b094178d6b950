"""Checksums of what the catalogue keeps."""

from __future__ import annotations

import hashlib
import json

from index.article import Document


def checksum_of(document: Document) -> str:
    """SHA-256 (hex) over everything that a reader of the article sees."""
    fields = [
        document.title,
        document.text,
        document.url,
        document.source,
        document.author,
        document.published_at,
        list(document.tags),
        [[span.start, span.end] for span in document.headings],
    ]
    return hashlib.sha256(json.dumps(fields).encode()).hexdigest()


def content_hash(embedded_text: str) -> bytes:
    """SHA-256 of the text that a passage's vector is made from."""
    return hashlib.sha256(embedded_text.encode()).digest()
