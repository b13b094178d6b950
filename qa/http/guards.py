"""Keeps other people's web pages away from a server on this machine.

A page in the user's browser can send requests to loopback addresses: under a name of its own
that resolves to 127.0.0.1 (DNS rebinding), or as a cross-site form. Browsers state the name in
`Host` and the page's origin in `Origin`, so both can be refused.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

from qa.http.asgi import App, Receive, Scope, Send, header, is_loopback
from qa.http.problems import CROSS_SITE, MISDIRECTED, ProblemError
from qa.settings import Settings

_SAFE_METHODS = ("GET", "HEAD", "OPTIONS")


class SiteGuard:
    """Refuses foreign hosts where the server listens on loopback, and cross-site changes.

    `settings.allowed_hosts` are further names of the server, such as a reverse proxy's; elsewhere
    than on loopback any name may be its own. Pages of `settings.cors_origins` may call.
    """

    def __init__(self, app: App, settings: Settings) -> None:
        self._app = app
        self._allowed = {name.lower() for name in settings.allowed_hosts}
        self._on_loopback = is_loopback(settings.host)
        self._origins = {origin.lower() for origin in settings.cors_origins}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes on what may come in."""
        problem = self._problem(scope) if scope["type"] == "http" else None
        if problem is None:
            await self._app(scope, receive, send)
        else:
            await problem.response(scope)(scope, receive, send)

    def _problem(self, scope: Scope) -> ProblemError | None:
        host = header(scope, b"host") or ""
        name = _name(f"//{host}")
        if self._on_loopback and name not in self._allowed and not is_loopback(name):
            detail = f"The host {host!r} is not served here; name it in FOOTNOTE_ALLOWED_HOSTS."
            return ProblemError(MISDIRECTED, detail)
        origin = header(scope, b"origin")
        if origin is None or scope["method"] in _SAFE_METHODS:
            return None
        if _authority(origin) == host.lower() or origin.lower() in self._origins:
            return None
        return ProblemError(
            CROSS_SITE,
            f"A page of {origin} may not change anything here; call from a program, "
            "or name the origin in FOOTNOTE_CORS_ORIGINS.",
        )


def cors_options(origins: Sequence[str]) -> dict[str, Any]:
    """What pages of these origins may send and see (https://fetch.spec.whatwg.org/#http-cors-protocol)."""
    return {
        "allow_origins": list(origins),
        "allow_methods": ["GET", "POST", "DELETE"],
        "allow_headers": ["Authorization", "Content-Type", "Idempotency-Key", "X-Request-ID"],
        "expose_headers": [
            "Location",
            "RateLimit",
            "RateLimit-Policy",
            "Retry-After",
            "X-Request-ID",
        ],
        "max_age": 600,
    }


def _name(url: str) -> str:
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


def _authority(origin: str) -> str:
    try:
        return urlsplit(origin).netloc.lower()
    except ValueError:
        return ""
