"""A request's body is read no further than the limit."""

from __future__ import annotations

from qa.http.asgi import App, Message, Receive, Scope, Send, header
from qa.http.problems import TOO_LARGE, ProblemError


class BodyLimit:
    """Answers 413 to a body of more than `max_bytes`: by its stated length, else while it comes."""

    def __init__(self, app: App, max_bytes: int) -> None:
        self._app = app
        self._max_bytes = max_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes on what is small enough."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        stated = header(scope, b"content-length") or ""
        if stated.isdecimal() and int(stated[:20]) > self._max_bytes:
            await self._too_large().response(scope)(scope, receive, send)
            return
        received = 0

        async def counted() -> Message:
            nonlocal received
            message = await receive()
            received += len(message.get("body", b""))
            if received > self._max_bytes:
                raise self._too_large()
            return message

        await self._app(scope, counted, send)

    def _too_large(self) -> ProblemError:
        detail = (
            f"A body may have at most {self._max_bytes:,} bytes; send less at once, raise "
            "FOOTNOTE_MAX_BODY_BYTES, or use `footnote add` on the server."
        )
        return ProblemError(TOO_LARGE, detail, headers={"Connection": "close"})
