"""Feeds, sitemaps and pages of a real server on this machine."""

from __future__ import annotations

import gzip
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Event

import pytest

from index.catalogue.catalogue import Catalogue
from index.engines.local.engine import LocalEngine
from index.following import Follower
from index.indexer import Indexer
from index.options import DERIVED, IndexOptions, ReadingOptions
from tests.index.word_embedder import WordEmbedder

FEED = """<?xml version="1.0"?><rss version="2.0"><channel><title>Harbour news</title>
{items}</channel></rss>"""
ITEM = "<item><title>{name}</title><link>/{name}</link><pubDate>{date}</pubDate></item>"
ATOM = """<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom"><title>Harbour</title>
<entry><title>Pier</title><id>urn:pier</id><link href="/pier"/><updated>{date}</updated></entry>
</feed>"""
SITEMAP = """<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">
{places}</urlset>"""
INDEX = """<?xml version="1.0"?><sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">
<sitemap><loc>/pages.xml.gz</loc></sitemap></sitemapindex>"""


class Site:
    """Pages by path, and every request with its conditional header."""

    def __init__(self) -> None:
        self.pages: dict[str, str | bytes] = {"/robots.txt": "User-agent: *\nDisallow: /private"}
        self.requests: list[str] = []
        self.address = ""
        self.changed_at: str | None = None  # stated in place of an ETag

    def write(self, name: str, sentence: str) -> None:
        paragraph = f"<p>{sentence} {'It was told at length. ' * 12}</p>"
        self.pages[f"/{name}"] = f"<html><title>{name}</title><article>{paragraph}</article></html>"

    def feed(self, **dates: str) -> None:
        items = "".join(ITEM.format(name=name, date=date) for name, date in dates.items())
        self.pages["/feed"] = FEED.format(items=items)


@pytest.fixture
def site() -> Iterator[Site]:
    kept = Site()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            kept.requests.append(self.path)
            page = kept.pages.get(self.path)
            body = page.encode() if isinstance(page, str) else page or b"no"
            etag = f'"{hash(body)}"'
            status = 404 if page is None else 200
            name, since = "ETag", self.headers.get("If-None-Match")
            if kept.changed_at is not None:
                name, etag = "Last-Modified", kept.changed_at
                since = self.headers.get("If-Modified-Since")
            if since == etag:
                status, body = 304, b""
            self.send_response(status)
            self.send_header(name, etag)
            self.send_header("Content-Type", "text/html" if b"<html" in body else "text/xml")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_arguments: object) -> None:
            """Keeps the test's output clean."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        kept.address = f"http://127.0.0.1:{server.server_port}"
        yield kept
        server.shutdown()


@pytest.fixture
def follower(folder: Path, embedder: WordEmbedder) -> Follower:
    reading = ReadingOptions(allow_private_addresses=True, fetch_pause=0)
    options = IndexOptions(folder, reading=reading)
    engine = LocalEngine(folder / DERIVED)
    return Follower(Indexer(Catalogue(folder), engine, embedder, options))


def look(follower: Follower) -> str:
    assert follower.look_once(Event())
    (source,) = follower.book.all()
    return source.last_result or ""


def test_a_feed_brings_new_pages_and_those_it_says_are_changed(
    follower: Follower, site: Site
) -> None:
    site.write("pier", "The pier is open.")
    site.feed(pier="Mon, 05 Jan 2026 10:00:00 GMT")
    follower.book.add(f"{site.address}/feed")
    assert look(follower) == "1 added"
    site.write("mole", "The mole is closed.")
    site.write("pier", "The pier is closed after all.")
    site.feed(mole="Tue, 06 Jan 2026 10:00:00 GMT", pier="Tue, 06 Jan 2026 11:00:00 GMT")
    assert look(follower) == "1 added, 1 updated"
    assert look(follower) == "nothing new"


def test_a_feed_that_has_not_changed_is_not_sent_again(follower: Follower, site: Site) -> None:
    site.write("pier", "The pier is open.")
    site.feed(pier="Mon, 05 Jan 2026 10:00:00 GMT")
    follower.book.add(f"{site.address}/feed")
    look(follower)
    (source,) = follower.book.all()
    assert source.etag
    site.requests.clear()
    assert look(follower) == "nothing new"
    assert site.requests == ["/robots.txt", "/feed"]


def test_a_list_that_states_no_etag_is_asked_for_by_its_date(
    follower: Follower, site: Site
) -> None:
    site.changed_at = "Mon, 05 Jan 2026 10:00:00 GMT"
    site.write("pier", "The pier is open.")
    site.feed(pier=site.changed_at)
    follower.book.add(f"{site.address}/feed")
    look(follower)
    (source,) = follower.book.all()
    assert (source.etag, source.last_modified) == (None, site.changed_at)
    site.requests.clear()
    assert look(follower) == "nothing new"
    assert site.requests == ["/robots.txt", "/feed"]


def test_an_atom_feed_says_what_was_updated(follower: Follower, site: Site) -> None:
    site.write("pier", "The pier is open.")
    site.pages["/feed"] = ATOM.format(date="2026-01-05T10:00:00Z")
    follower.book.add(f"{site.address}/feed")
    assert look(follower) == "1 added"
    site.write("pier", "The pier is closed.")
    assert look(follower) == "nothing new"
    site.pages["/feed"] = ATOM.format(date="2026-01-06T10:00:00Z")
    assert look(follower) == "1 updated"


def test_a_sitemap_index_leads_to_its_packed_sitemaps(follower: Follower, site: Site) -> None:
    for name in ("pier", "mole"):
        site.write(name, f"The {name} is open.")
    places = "".join(f"<url><loc>/{name}</loc></url>" for name in ("pier", "mole"))
    foreign = "<url><loc>https://example.org/stolen</loc></url>"
    site.pages["/sitemap.xml"] = INDEX
    site.pages["/pages.xml.gz"] = gzip.compress(SITEMAP.format(places=places + foreign).encode())
    follower.book.add(f"{site.address}/sitemap.xml")
    assert look(follower) == "2 added"


def test_a_single_page_is_taken_again_when_it_changes(follower: Follower, site: Site) -> None:
    site.write("pier", "The pier is open.")
    follower.book.add(f"{site.address}/pier")
    assert look(follower) == "1 added"
    site.write("pier", "The pier is closed.")
    assert look(follower) == "1 updated"


def test_what_robots_txt_forbids_is_not_fetched(follower: Follower, site: Site) -> None:
    site.write("private", "Nobody is to know.")
    site.feed(private="Mon, 05 Jan 2026 10:00:00 GMT")
    follower.book.add(f"{site.address}/feed")
    assert "robots.txt does not allow it" in look(follower)
    assert "/private" not in site.requests


def test_a_page_that_fails_is_tried_three_times(follower: Follower, site: Site) -> None:
    site.feed(gone="Mon, 05 Jan 2026 10:00:00 GMT")
    follower.book.add(f"{site.address}/feed")
    for _ in range(5):
        look(follower)
    assert site.requests.count("/gone") == 3


def test_a_site_that_does_not_answer_is_asked_less_and_less_often(
    follower: Follower, site: Site
) -> None:
    follower.book.add(f"{site.address}/nothing", every_seconds=600)
    waits = []
    for _ in range(3):
        assert look(follower).startswith("failed: the server answered 404")
        (source,) = follower.book.all()
        assert source.last_run_at
        waits.append(round((source.next_run_at - source.last_run_at).total_seconds() / 600))
    assert waits == [2, 4, 8]
