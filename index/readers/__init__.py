"""Sources into documents: files, folders, addresses, uploads and JSON objects."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from index.article import Document, Refusal
from index.options import ReadingOptions
from index.readers.fields import document_from_fields
from index.readers.files import read_path
from index.readers.kinds import parsed, suffix_of
from index.readers.origin import Origin

__all__ = ["document_from_fields", "read_sources", "read_upload"]

_ADDRESS = re.compile(r"[a-z][a-z0-9+.\-]*://", re.IGNORECASE)


def read_sources(sources: Sequence[str], options: ReadingOptions) -> Iterator[Document | Refusal]:
    """The articles of files, folders and `http(s)` addresses, one by one as they are read.

    What cannot be read comes back as a `Refusal` that names it; nothing is raised for it.
    """
    addresses = [source for source in sources if _ADDRESS.match(source)]
    fetched = _pages(addresses, options)
    for source in sources:
        if _ADDRESS.match(source):
            yield from next(fetched)
        else:
            yield from read_path(Path(source).expanduser(), options)


def read_upload(name: str, data: bytes, options: ReadingOptions) -> Iterator[Document | Refusal]:
    """The articles of an uploaded file; `name` is what the sender calls it."""
    if len(data) > options.max_file_bytes:
        yield Refusal(name, f"it is larger than {options.max_file_bytes:,} bytes; split it")
        return
    path = name.replace("\\", "/").lstrip("/")
    yield from parsed(suffix_of(path), data, Origin(name, path=path))


def _pages(
    addresses: Sequence[str], options: ReadingOptions
) -> Iterator[Iterator[Document | Refusal]]:
    if not addresses:
        return
    from index.readers.fetching import Fetcher
    from index.readers.web import read_address

    fetcher = Fetcher(options)
    for address in addresses:
        yield read_address(address, fetcher)
