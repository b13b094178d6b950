"""Checksums of what the catalogue keeps."""

from __future__ import annotations

import hashlib
import json
import zlib

from index.article import Document


def checksum_of(article_id: str, document: Document) -> str:
    """SHA-256 (hex) over an article's id and everything that its document says."""
    fields = [
        article_id,
        document.title,
        document.text,
        document.url,
        document.path,
        document.source,
        document.author,
        document.published_at,
        list(document.tags),
        [[span.start, span.end] for span in document.headings],
    ]
    return hashlib.sha256(json.dumps(fields).encode()).hexdigest()


def is_intact(article_id: str, document: Document, checksum: str) -> bool:
    """Whether an article is as it was stored."""
    return checksum_of(article_id, document) == checksum


def content_hash(embedded_text: str) -> bytes:
    """SHA-256 of the text that a passage's vector is made from."""
    return hashlib.sha256(embedded_text.encode()).digest()


def vector_checksum(vector: bytes) -> int:
    """CRC-32 of a vector's bytes."""
    return zlib.crc32(vector)


def is_whole(vector: bytes, checksum: int) -> bool:
    """Whether a vector's bytes are as they were stored."""
    return zlib.crc32(vector) == checksum
