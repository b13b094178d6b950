"""Pages of the web, served by a real server on this machine."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from index.article import Document, Refusal
from index.options import ReadingOptions
from index.readers import read_sources
from index.readers.fetching import Fetcher
from index.readers.origin import UnreadableError

PARAGRAPH = "The pier at Heringsdorf is 508 metres long and was rebuilt in 1995. " * 6
ARTICLE = f"<article><h1>Pier</h1><p>{PARAGRAPH}</p></article>"
PAGE = f"<html><head><title>Pier</title></head><body>{ARTICLE}</body></html>".encode()
PAGES = {
    "/robots.txt": (200, "text/plain", b"User-agent: *\nDisallow: /private/\n", None),
    "/note.txt": (200, "text/plain; charset=utf-8", b"A note about piers.", None),
    "/moved": (302, "text/plain", b"", "/pier"),
    "/endless": (302, "text/plain", b"", "/endless"),
    "/large": (200, "text/html", b"x" * 60_000, None),
    "/image": (200, "image/png", b"\x89PNG", None),
    "/pier": (200, "text/html; charset=utf-8", PAGE, None),
    "/private/pier": (200, "text/html; charset=utf-8", PAGE, None),
}
ALLOWED = ReadingOptions(
    allow_private_addresses=True, max_download_bytes=50_000, download_timeout=2
)


class Site(BaseHTTPRequestHandler):
    """A small site with one page of each kind of trouble."""

    def do_GET(self) -> None:
        status, kind, body, place = PAGES.get(self.path, (404, "text/plain", b"no", None))
        self._send(status, kind, body, **({"Location": place} if place else {}))

    def _send(self, status: int, kind: str, body: bytes, **headers: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_arguments: object) -> None:
        """Keeps the test's output clean."""


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Site) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def read(address: str, options: ReadingOptions = ALLOWED) -> Document | Refusal:
    (found,) = read_sources([address], options)
    return found


def reason(address: str, options: ReadingOptions = ALLOWED) -> str:
    found = read(address, options)
    assert isinstance(found, Refusal), found
    assert found.source_name == address
    return found.reason


def test_a_page_is_read_with_its_address(site: str) -> None:
    found = read(f"{site}/pier")
    assert isinstance(found, Document)
    assert (found.title, found.url) == ("Pier", f"{site}/pier")
    assert "508 metres" in found.text


def test_a_plain_text_is_read(site: str) -> None:
    found = read(f"{site}/note.txt")
    assert isinstance(found, Document)
    assert "A note about piers." in found.text


def test_a_redirect_is_followed(site: str) -> None:
    assert isinstance(read(f"{site}/moved"), Document)


def test_robots_txt_is_obeyed(site: str) -> None:
    assert "robots.txt" in reason(f"{site}/private/pier")


def test_a_missing_page_says_so(site: str) -> None:
    assert "404" in reason(f"{site}/absent")


def test_a_page_over_the_limit_is_refused(site: str) -> None:
    assert "50,000" in reason(f"{site}/large")


def test_redirects_in_a_circle_end(site: str) -> None:
    assert "redirect" in reason(f"{site}/endless")


def test_a_kind_that_no_reader_takes_is_refused(site: str) -> None:
    assert "image/png" in reason(f"{site}/image")


def test_a_server_that_never_answers_is_given_up() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        options = ReadingOptions(allow_private_addresses=True, download_timeout=0.5)
        assert "too long" in reason(f"http://127.0.0.1:{silent.getsockname()[1]}/", options)


@pytest.mark.parametrize(
    "address",
    [
        "http://127.0.0.1/",
        "http://localhost/",
        "http://10.0.0.1/",
        "http://192.168.1.1/",
        "http://169.254.169.254/latest/meta-data/",
        "http://[::1]/",
        "http://[::ffff:127.0.0.1]/",
        "http://[fe80::1]/",
        "http://0.0.0.0/",
        "http://2130706433/",
        "http://100.64.0.1/",
    ],
)
def test_addresses_inside_the_house_are_refused(address: str) -> None:
    assert "public internet" in reason(address, ReadingOptions(download_timeout=2))


@pytest.mark.parametrize("address", ["ftp://example.org/x", "file:///etc/passwd", "http://"])
def test_other_kinds_of_address_are_refused(address: str) -> None:
    assert reason(address)


def test_the_connection_goes_to_the_address_that_was_checked(site: str) -> None:
    port = int(site.rpartition(":")[2])
    asked = []

    def resolver(host: str, _port: int) -> list[str]:
        asked.append(host)
        return ["127.0.0.1"]

    # No such name exists: were it looked up again to connect, there would be nothing to fetch.
    page = Fetcher(ALLOWED, resolver).fetch(f"http://news.invalid:{port}/pier")
    assert page.url == f"http://news.invalid:{port}/pier"
    assert asked == ["news.invalid", "news.invalid"]  # once for robots.txt, once for the page


@pytest.mark.parametrize("inside", ["127.0.0.1", "10.1.2.3", "::1", "fe80::1%eth0"])
def test_a_name_with_one_address_inside_the_house_is_refused(inside: str) -> None:
    fetcher = Fetcher(ReadingOptions(), lambda _host, _port: ["93.184.216.34", inside])
    with pytest.raises(UnreadableError, match="public internet"):
        fetcher.fetch("http://news.example/pier")
