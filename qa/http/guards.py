"""What every request passes before it reaches a route: size, host name, headers."""

from __future__ import annotations

from collections.abc import Sequence

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from qa.http.problems import problem

_LOOPBACK = ("127.0.0.1", "localhost", "::1")
_SECURITY_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'",
}


class BodyTooLargeError(Exception):
    """The body grew past the limit while it was read."""


class BodyLimit:
    """Refuses bodies above `limit` bytes, announced or not, with 413."""

    def __init__(self, app: ASGIApp, limit: int) -> None:
        self._app = app
        self._limit = limit

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Counts the bytes of the body as they come in."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        announced = Headers(scope=scope).get("content-length", "0")
        if announced.isdigit() and int(announced) > self._limit:
            await self._refuse(scope, receive, send)
            return
        seen = 0
        answered = False

        async def counted() -> Message:
            nonlocal seen
            message = await receive()
            seen += len(message.get("body", b""))
            if seen > self._limit:
                raise BodyTooLargeError
            return message

        async def noted(message: Message) -> None:
            nonlocal answered
            answered = True
            await send(message)

        try:
            await self._app(scope, counted, noted)
        except BodyTooLargeError:
            if not answered:
                await self._refuse(scope, receive, send)

    async def _refuse(self, scope: Scope, receive: Receive, send: Send) -> None:
        detail = f"The body is larger than {self._limit:,} bytes; send it in smaller parts."
        response = problem(413, detail, scope["path"], headers={"Connection": "close"})
        await response(scope, receive, send)


class KnownHost:
    """On loopback, answers only to loopback names.

    A page on the web could otherwise read the collection through a name of its own that it
    points at 127.0.0.1 (DNS rebinding).
    """

    def __init__(self, app: ASGIApp, host: str, allowed: Sequence[str]) -> None:
        self._app = app
        self._names = {*_LOOPBACK, *allowed} if host in _LOOPBACK else None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Checks the Host header of HTTP requests."""
        if scope["type"] == "http" and self._names is not None:
            name = _name(Headers(scope=scope).get("host", ""))
            if name not in self._names:
                detail = f"The host {name!r} is not served; name it in FOOTNOTE_ALLOWED_HOSTS."
                await problem(421, detail, scope["path"])(scope, receive, send)
                return
        await self._app(scope, receive, send)


class SecurityHeaders:
    """Adds the headers that keep browsers from guessing and framing."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Sets each header unless the route did."""

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in _SECURITY_HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        await self._app(scope, receive, with_headers)


def _name(host: str) -> str:
    """The name in a Host header, without its port and an IPv6 address's brackets."""
    if host.startswith("["):
        return host[1:].partition("]")[0]
    return host.partition(":")[0].lower()
