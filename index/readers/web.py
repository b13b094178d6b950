"""Addresses on the web."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import urlsplit

from index.article import Document, Refusal
from index.readers.fetching import Fetcher, Page
from index.readers.kinds import KNOWN, parsed, suffix_of
from index.readers.origin import Origin, UnreadableError


def read_address(address: str, fetcher: Fetcher) -> Iterator[Document | Refusal]:
    """The articles at an address, kept under the URL that it led to."""
    try:
        page = fetcher.fetch(address)
    except UnreadableError as error:
        yield Refusal(address, str(error))
    else:
        yield from read_page(address, page)


def read_page(address: str, page: Page) -> Iterator[Document | Refusal]:
    """The articles of a page that was fetched from an address."""
    suffix = suffix_of(urlsplit(page.url).path, page.media_type)
    if not suffix and page.media_type and not page.media_type.startswith("text/"):
        yield Refusal(
            address, f"it is {page.media_type}, which is not known; Footnote reads {KNOWN}"
        )
        return
    suffix = suffix or ".html"
    for found in parsed(suffix, page.data, Origin(address, url=page.url)):
        if isinstance(found, Document) and found.source is None and found.given_id is None:
            yield replace(found, source=urlsplit(page.url).hostname)
        else:
            yield found
