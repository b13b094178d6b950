"""HTML pages: the main text and the metadata, without the page's furniture."""

from __future__ import annotations

import re

import trafilatura
from lxml import etree
from trafilatura.settings import Document as Extracted

from index.article import Document
from index.dates import moments
from index.readers.encoding import decoded
from index.readers.layout import Layout
from index.readers.origin import Facts, Origin, UnreadableError, document
from index.readers.same_site import canonical

_CHARSET = re.compile(rb"<meta[^>]{0,200}charset\s*=\s*[\"']?\s*([\w\-:]+)", re.IGNORECASE)
_HEAD_BYTES = 4096


def parse(data: bytes, origin: Origin) -> Document:
    """The article on a page. Raises `UnreadableError` when the page holds none."""
    declared = _CHARSET.search(data[:_HEAD_BYTES])
    page = decoded(data, declared[1].decode("ascii") if declared else None)
    found = trafilatura.bare_extraction(
        page,
        url=origin.url,
        with_metadata=True,
        include_comments=False,
        include_tables=True,
        date_extraction_params={"extensive_search": False, "original_date": True},
    )
    if not isinstance(found, Extracted):
        raise UnreadableError("no article was found on the page; add its text as a file instead")
    layout = Layout()
    _render(found.body, layout)
    if not layout.text:
        layout.add(found.text or "")
    facts = Facts(
        title=found.title,
        author=(found.author or "").replace("; ", ", ") or None,
        source=found.sitename,
        published_at=_date(found.date),
        url=canonical(found.url, origin.url),
        tags=tuple(tag for value in found.tags or () for tag in value.split(",")),
    )
    return document(origin, layout.text, facts, layout.headings)


def _render(body: etree._Element, layout: Layout) -> None:
    """Trafilatura's tree: head, p, list/item, table/row/cell, quote, code (its TEI subset)."""
    for element in body:
        if element.tag == "head":
            layout.add(_words(element), heading=True)
        elif element.tag == "table":
            for row in element.iter("row"):
                layout.add(" | ".join(_words(cell) for cell in row))
        elif element.tag in ("list", "quote", "div") and len(element):
            _render(element, layout)
        else:
            layout.add(_words(element))


def _words(element: etree._Element) -> str:
    return re.sub(r"[ \t]*\n[ \t]*", "\n", "".join(map(str, element.itertext()))).strip()


def _date(value: str | None) -> str | None:
    try:
        moments(value or "")
    except ValueError:
        return None
    return value
