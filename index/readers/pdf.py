"""PDF files: their text layer as paragraphs, without running heads and page numbers."""

from __future__ import annotations

import io
import logging
import re
from collections import Counter

import pypdf
from pypdf.errors import PyPdfError

from index.article import Document
from index.readers.bylines import facts_of
from index.readers.layout import Layout
from index.readers.origin import Facts, Origin, UnreadableError, document

_PAGE_NUMBER = re.compile(r"^(?:page\s+)?\d{1,4}(?:\s*(?:/|of)\s*\d{1,4})?$", re.IGNORECASE)
_NO_TITLE = re.compile(r"^(?:untitled|microsoft word - .*|.*\.(?:docx?|pdf|indd|tex)|)$", re.I)
_SENTENCE_END = (".", "!", "?", ":", "”", '"', "’")


def parse(data: bytes, origin: Origin) -> Document:
    """The text of a PDF. Raises `UnreadableError` for a locked, damaged or scanned one."""
    logging.getLogger("pypdf").setLevel(logging.ERROR)
    try:
        reader = pypdf.PdfReader(io.BytesIO(data))
        if reader.is_encrypted and not reader.decrypt(""):
            raise UnreadableError(
                "it is locked with a password; remove the password and add it again"
            )
        pages = [page.extract_text() for page in reader.pages]
        stated = _stated(reader.metadata)
    except (PyPdfError, ValueError, KeyError, TypeError, RecursionError, OSError) as error:
        raise UnreadableError(
            f"it is not a readable PDF ({error}); save it again as PDF"
        ) from error
    layout = Layout()
    for paragraph in _paragraphs(_without_running_lines(pages)):
        layout.add(paragraph)
    if not layout.text:
        raise UnreadableError(
            "it has no text layer (a scan?); run text recognition (OCR) on it first"
        )
    own = facts_of(layout.text)
    facts = Facts(
        title=stated.title or own.title,
        author=stated.author or own.author,
        source=own.source,
        published_at=own.published_at or stated.published_at,
        tags=stated.tags,
    )
    return document(origin, layout.text, facts)


def _stated(metadata: pypdf.DocumentInformation | None) -> Facts:
    if metadata is None:
        return Facts()
    title = (metadata.title or "").strip()
    try:
        created = metadata.creation_date
    except ValueError:
        created = None
    return Facts(
        title=None if _NO_TITLE.match(title) else title,
        author=metadata.author or None,
        published_at=created.date().isoformat() if created else None,
        tags=tuple(re.split(r"[,;]", str(metadata.get("/Keywords") or ""))),
    )


def _without_running_lines(pages: list[str]) -> list[list[str]]:
    """Lines by page, without page numbers and the lines that most pages begin or end with."""
    lines = [[line.strip() for line in page.splitlines()] for page in pages]
    visible = [[line for line in page if line] for page in lines]
    edges = Counter(line for page in visible for line in {*page[:1], *page[-1:]})
    running = {line for line, count in edges.items() if count > 2 and count > len(pages) / 2}
    return [
        [line for line in page if line not in running and not _PAGE_NUMBER.match(line)]
        for page in lines
    ]


def _paragraphs(pages: list[list[str]]) -> list[str]:
    """Joins hard-wrapped lines; a blank line, or a short line that ends a sentence, ends one."""
    lines = [line for page in pages for line in page]
    usual = sorted(len(line) for line in lines if line)
    width = usual[len(usual) * 3 // 4] if usual else 0
    paragraphs: list[str] = []
    current = ""
    for line in lines:
        if line:
            current = _joined(current, line)
        ends_here = len(line) < 0.75 * width and line.endswith(_SENTENCE_END)
        if current and (not line or ends_here):
            paragraphs.append(current)
            current = ""
    return [*paragraphs, current]


def _joined(current: str, line: str) -> str:
    if not current:
        return line
    if re.search(r"[a-zà-ÿ]-$", current) and line[:1].islower():
        return current[:-1] + line
    return f"{current} {line}"
