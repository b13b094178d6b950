"""Fetching a page from the web, without being led to places that are not the public web.

The host is resolved once, every address it has is checked, and the connection goes to a checked
address, so a name that resolves differently a moment later changes nothing. Redirects are
followed by hand and checked the same way.
"""

from __future__ import annotations

import ipaddress
import socket
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from types import MappingProxyType
from urllib.parse import urljoin, urlsplit, urlunsplit

import httpx
from protego import Protego

from index.options import ReadingOptions
from index.readers.origin import UnreadableError

Resolver = Callable[[str, int], Sequence[str]]

_MAX_REDIRECTS = 5
_MAX_ROBOTS = 512_000  # RFC 9309 section 2.5: at least 500 kibibytes
_NAT64 = ipaddress.ip_network("64:ff9b::/96")


@dataclass(frozen=True, slots=True)
class Page:
    """What an address gave: the address after redirects, its media type and its bytes.

    `etag` and `last_modified` tell one state of it from the next (RFC 9110, section 8.8).
    """

    url: str
    media_type: str
    data: bytes
    etag: str | None = None
    last_modified: str | None = None


def system_resolver(host: str, port: int) -> list[str]:
    """Every address of a host."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(entry[4][0]) for entry in found]


class Fetcher:
    """Fetches pages within the limits of `options`; keeps each site's robots.txt.

    Raises `UnreadableError` with the reason when a page may not or cannot be fetched.
    """

    def __init__(self, options: ReadingOptions, resolver: Resolver = system_resolver) -> None:
        self._options = options
        self._resolver = resolver
        self._robots: dict[str, Protego] = {}

    def fetch(self, url: str) -> Page:
        """The page at an address, robots.txt permitting."""
        page = self._fetch(url, {})
        if page is None:
            raise UnreadableError("the server answered 304 unasked; try again later")
        return page

    def fetch_changed(self, url: str, etag: str | None, last_modified: str | None) -> Page | None:
        """The page, or None when it is still as these validators of an earlier one say."""
        known = {"If-None-Match": etag, "If-Modified-Since": last_modified}
        return self._fetch(url, {name: value for name, value in known.items() if value})

    def crawl_delay(self, url: str) -> float:
        """Seconds between two requests that the site's robots.txt asks for; 0 if it is unknown."""
        parts = urlsplit(url)
        robots = self._robots.get(f"{parts.scheme}://{parts.netloc}")
        return float((robots and robots.crawl_delay(self._options.user_agent)) or 0)

    def _fetch(self, url: str, known: dict[str, str]) -> Page | None:
        deadline = time.monotonic() + self._options.download_timeout
        with httpx.Client(trust_env=False, timeout=self._options.download_timeout) as client:
            for _ in range(_MAX_REDIRECTS + 1):
                self._ask_robots(client, url, deadline)
                limit = self._options.max_download_bytes
                status, headers, data = self._get(client, url, limit, deadline, known)
                if status in (301, 302, 303, 307, 308) and "location" in headers:
                    url = urljoin(url, headers["location"])
                    continue
                if status == httpx.codes.NOT_MODIFIED and known:
                    return None
                if status != httpx.codes.OK:
                    raise UnreadableError(f"the server answered {status}; check the address")
                media_type = headers.get("content-type", "").partition(";")[0].strip().lower()
                validators = headers.get("etag"), headers.get("last-modified")
                return Page(url, media_type, data, *validators)
        raise UnreadableError(f"it redirects more than {_MAX_REDIRECTS} times")

    def _ask_robots(self, client: httpx.Client, url: str, deadline: float) -> None:
        """Raises when robots.txt keeps us out (RFC 9309)."""
        parts = urlsplit(url)
        site = f"{parts.scheme}://{parts.netloc}"
        if site not in self._robots:
            self._robots[site] = self._read_robots(client, site, deadline)
        if not self._robots[site].can_fetch(url, self._options.user_agent):
            raise UnreadableError("the site's robots.txt does not allow it; add the text as a file")

    def _read_robots(self, client: httpx.Client, site: str, deadline: float) -> Protego:
        url = f"{site}/robots.txt"
        for _ in range(_MAX_REDIRECTS + 1):
            status, headers, data = self._get(client, url, _MAX_ROBOTS, deadline)
            if status in (301, 302, 303, 307, 308) and "location" in headers:
                url = urljoin(url, headers["location"])
                continue
            if status >= httpx.codes.INTERNAL_SERVER_ERROR:
                raise UnreadableError(
                    f"the site's robots.txt cannot be read (status {status}); try again later"
                )
            text = data.decode("utf-8", "replace") if status == httpx.codes.OK else ""
            return Protego.parse(text)
        return Protego.parse("")

    def _get(
        self,
        client: httpx.Client,
        url: str,
        limit: int,
        deadline: float,
        more: Mapping[str, str] = MappingProxyType({}),
    ) -> tuple[int, httpx.Headers, bytes]:
        target, headers, extensions = self._checked(url)
        headers |= more
        with (
            _explaining(),
            client.stream("GET", target, headers=headers, extensions=extensions) as response,
        ):
            if response.is_redirect:
                return response.status_code, response.headers, b""
            return response.status_code, response.headers, _body(response, limit, deadline)

    def _checked(self, url: str) -> tuple[str, dict[str, str], dict[str, str]]:
        """The address to connect to, with the name for the Host header and for TLS."""
        parts = urlsplit(url)
        host = parts.hostname
        if parts.scheme not in ("http", "https") or not host:
            raise UnreadableError("only http and https addresses can be fetched")
        try:
            port = parts.port or (443 if parts.scheme == "https" else 80)
            addresses = self._resolver(host, port)
        except ValueError as error:
            raise UnreadableError("its port is not a number from 1 to 65535") from error
        except (OSError, UnicodeError) as error:
            raise UnreadableError(f"the host {host} cannot be found; check the address") from error
        if not addresses:
            raise UnreadableError(f"the host {host} cannot be found; check the address")
        if not self._options.allow_private_addresses:
            for address in addresses:
                _refuse_private(host, address)
        literal = f"[{addresses[0]}]" if ":" in addresses[0] else addresses[0]
        target = urlunsplit((parts.scheme, f"{literal}:{port}", parts.path or "/", parts.query, ""))
        name = parts.netloc.rpartition("@")[2]
        headers = {
            "Host": name,
            "User-Agent": self._options.user_agent,
            "Accept": "text/html,application/xhtml+xml,application/pdf,text/*;q=0.9,*/*;q=0.5",
            "Accept-Encoding": "gzip",
        }
        return target, headers, {"sni_hostname": host}


def _refuse_private(host: str, address: str) -> None:
    ip = ipaddress.ip_address(address.partition("%")[0])
    for one in (ip, *_embedded(ip)):
        if not one.is_global or one.is_multicast:
            raise UnreadableError(
                f"{host} is at {address}, which is not on the public internet; "
                "set FOOTNOTE_ALLOW_PRIVATE_ADDRESSES=true to allow it"
            )


def _embedded(
    ip: ipaddress.IPv4Address | ipaddress.IPv6Address,
) -> Iterator[ipaddress.IPv4Address]:
    """IPv4 addresses that an IPv6 address leads to (RFC 4291, 3056, 4380, 6052)."""
    if isinstance(ip, ipaddress.IPv4Address):
        return
    if ip.ipv4_mapped:
        yield ip.ipv4_mapped
    if ip.sixtofour:
        yield ip.sixtofour
    if ip.teredo:
        yield from ip.teredo
    if ip in _NAT64:
        yield ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)


def _body(response: httpx.Response, limit: int, deadline: float) -> bytes:
    parts, size = [], 0
    for portion in response.iter_bytes():
        size += len(portion)
        if size > limit:
            raise UnreadableError(f"it is larger than {limit:,} bytes")
        if time.monotonic() > deadline:
            raise UnreadableError("it took too long to download; try again later")
        parts.append(portion)
    return b"".join(parts)


@contextmanager
def _explaining() -> Iterator[None]:
    try:
        yield
    except httpx.TimeoutException as error:
        raise UnreadableError("the server took too long to answer; try again later") from error
    except httpx.DecodingError as error:
        raise UnreadableError("the server's compressed answer is damaged") from error
    except (httpx.TransportError, httpx.InvalidURL) as error:
        raise UnreadableError(f"it cannot be fetched ({error}); check the address") from error
