"""What a feed or a sitemap lists."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from io import BytesIO
from urllib.parse import urljoin, urlsplit

from index.readers.fetching import Page
from index.readers.origin import UnreadableError

# A sitemap may list 50,000 addresses and an index as many sitemaps (sitemaps.org/protocol.html);
# of an index, so many are read.
_MAX_SITEMAPS = 50
_MAX_UNPACKED = 50_000_000
_FEEDS = ("rss", "feed", "rdf")


@dataclass(frozen=True, slots=True)
class Entry:
    """A page that a source lists, and what tells one version of it from the next."""

    url: str
    version: str


def entries_of(page: Page, fetch: Callable[[str], Page]) -> list[Entry]:
    """The pages that a feed or sitemap lists, newest first where it says; else the page itself.

    `fetch` gets the sitemaps that an index names. Raises `UnreadableError` for damaged ones.
    """
    data = _unpacked(page.data)
    kind = _root_name(data)
    if kind in _FEEDS:
        found = list(_feed_entries(data, page.url))
    elif kind in ("urlset", "sitemapindex"):
        found = list(_sitemap_entries(data, page.url, fetch))
        found.sort(key=lambda entry: entry.version, reverse=True)
    else:
        return [Entry(page.url, f"{zlib.crc32(page.data):08x}")]
    return list({entry.url: entry for entry in reversed(found)}.values())[::-1]


def _unpacked(data: bytes) -> bytes:
    """Sitemaps are often kept as .gz files."""
    if not data.startswith(b"\x1f\x8b"):
        return data
    try:
        with gzip.GzipFile(fileobj=BytesIO(data)) as packed:
            unpacked = packed.read(_MAX_UNPACKED + 1)
    except (OSError, EOFError, zlib.error) as error:
        raise UnreadableError("its compressed contents are damaged; try again later") from error
    if len(unpacked) > _MAX_UNPACKED:
        raise UnreadableError(f"unpacked it is larger than {_MAX_UNPACKED:,} bytes")
    return unpacked


def _root_name(data: bytes) -> str:
    """The name of an XML document's root, "" for anything else."""
    from lxml import etree

    head = data.lstrip(b"\xef\xbb\xbf \t\r\n")[:200].lower()
    if head.startswith((b"<!doctype html", b"<html")) or not head.startswith(b"<"):
        return ""
    parser = etree.XMLPullParser(
        ("start",), recover=True, resolve_entities=False, no_network=True, load_dtd=False
    )
    parser.feed(data[:20_000])
    for _, element in parser.read_events():
        return str(etree.QName(element).localname).lower()  # type: ignore[arg-type]
    return ""


def _feed_entries(data: bytes, base: str) -> Iterator[Entry]:
    import feedparser

    for entry in feedparser.parse(data, response_headers={"content-location": base}).entries:
        link = urljoin(base, entry.get("link") or "")
        if urlsplit(link).scheme in ("http", "https") and entry.get("link"):
            # feedparser lends "updated" the value of "published"; asked this way it does not.
            version = dict.get(entry, "updated") or entry.get("published") or entry.get("id")
            yield Entry(link, str(version or "1"))


def _sitemap_entries(data: bytes, base: str, fetch: Callable[[str], Page]) -> Iterator[Entry]:
    listed = list(_locations(data, base))
    if _root_name(data) == "urlset":
        yield from listed
        return
    listed.sort(key=lambda entry: entry.version, reverse=True)
    for sitemap in listed[:_MAX_SITEMAPS]:
        page = fetch(sitemap.url)
        yield from _locations(_unpacked(page.data), page.url)


def _locations(data: bytes, base: str) -> Iterator[Entry]:
    from lxml import etree

    parser = etree.XMLParser(
        recover=True, resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False
    )
    root = etree.fromstring(data, parser)
    if root is None:
        raise UnreadableError("the sitemap is no XML that can be read; check the address")
    for listed in root.iterchildren("{*}url", "{*}sitemap"):
        place = (listed.findtext("{*}loc") or "").strip()
        address = urljoin(base, place)
        if place and urlsplit(address).hostname == urlsplit(base).hostname:
            yield Entry(address, (listed.findtext("{*}lastmod") or "1").strip())
