"""Word files (.docx)."""

from __future__ import annotations

import io
import zipfile
from xml.etree.ElementTree import ParseError

import docx
from docx.opc.exceptions import PackageNotFoundError
from docx.table import Table

from index.article import Document
from index.readers.bylines import facts_of
from index.readers.layout import Layout
from index.readers.origin import Facts, Origin, UnreadableError, document

# A .docx is a zip file: what it may unpack to, against files made to fill the memory.
_MAX_UNPACKED = 500_000_000


def parse(data: bytes, origin: Origin) -> Document:
    """The paragraphs, headings and tables of a Word file, and its properties."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            if sum(entry.file_size for entry in packed.infolist()) > _MAX_UNPACKED:
                raise UnreadableError("it unpacks to more than 500 MB; split it into smaller files")
        word = docx.Document(io.BytesIO(data))
    except (zipfile.BadZipFile, PackageNotFoundError, KeyError, ValueError, ParseError) as error:
        locked = data.startswith(b"\xd0\xcf\x11\xe0")
        reason = (
            "it is locked with a password or in the old .doc format"
            if locked
            else ("it is not a readable Word file")
        )
        raise UnreadableError(f"{reason}; save it again as .docx") from error
    layout = Layout()
    for block in word.iter_inner_content():
        if isinstance(block, Table):
            for row in block.rows:
                layout.add(" | ".join(dict.fromkeys(cell.text.strip() for cell in row.cells)))
        else:
            style = (block.style.name if block.style else None) or ""
            layout.add(block.text, heading=style.startswith(("Heading", "Title")))
    return document(origin, layout.text, _facts(word, layout), layout.headings)


def _facts(word: docx.document.Document, layout: Layout) -> Facts:
    stated, own = word.core_properties, facts_of(layout.text)
    title = (stated.title or "").strip()
    first = layout.headings[0] if layout.headings else None
    author = stated.author if stated.author != "python-docx" else None
    return Facts(
        title=title or (layout.text[first.start : first.end] if first else own.title),
        author=own.author or author or None,
        source=own.source,
        published_at=own.published_at
        or (stated.created.date().isoformat() if stated.created else None),
        tags=tuple((stated.keywords or "").replace(";", ",").split(",")),
    )
