"""What every response carries, and the last resort for what nobody expected."""

from __future__ import annotations

import logging
import re
import uuid

from qa.http.asgi import App, Message, Receive, Scope, Send, header
from qa.http.problems import as_problem

_LOGGER = logging.getLogger(__name__)

_NAME = re.compile(r"[A-Za-z0-9._~:/+=-]{1,128}")
_DEFAULTS = {
    b"cache-control": b"no-store",
    b"content-security-policy": b"default-src 'none'; frame-ancestors 'none'",
    b"cross-origin-resource-policy": b"same-origin",
    b"referrer-policy": b"no-referrer",
    b"x-content-type-options": b"nosniff",
}


class Envelope:
    """Gives each request an id, each response its safe headers, and each fault a problem.

    The id is the one in the request's `X-Request-ID`, if it has one that can be one.
    """

    def __init__(self, app: App) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes everything on; an unexpected exception ends here, in the log."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        stated = header(scope, b"x-request-id") or ""
        name = stated if _NAME.fullmatch(stated) else str(uuid.uuid4())
        scope.setdefault("state", {})["request_id"] = name
        started = False

        async def send_dressed(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                message["headers"] = _dressed(list(message.get("headers", [])), name)
            await send(message)

        try:
            await self._app(scope, receive, send_dressed)
        except Exception as error:
            _LOGGER.exception("request %s: %s %s failed", name, scope["method"], scope["path"])
            if started:
                raise
            await as_problem(error).response(scope)(scope, receive, send_dressed)


def _dressed(headers: list[tuple[bytes, bytes]], name: str) -> list[tuple[bytes, bytes]]:
    present = {key.lower() for key, _value in headers}
    defaults = [(key, value) for key, value in _DEFAULTS.items() if key not in present]
    return [*headers, *defaults, (b"x-request-id", name.encode())]
