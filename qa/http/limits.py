"""A request's body is read no further, and waited for no longer, than the limits."""

from __future__ import annotations

import asyncio

from qa.http.asgi import App, Message, Receive, Scope, Send, header
from qa.http.problems import TOO_LARGE, TOO_SLOW, ProblemError
from qa.settings import Settings


class BodyLimit:
    """Answers 413 to a body that is too large, by its stated length, else while it comes.

    Answers 408 when nothing more of it comes for `settings.body_timeout` seconds.
    """

    def __init__(self, app: App, settings: Settings) -> None:
        self._app = app
        self._settings = settings

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes on what is small enough."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        most, setting = self._most(scope)
        stated = header(scope, b"content-length") or ""
        if stated.isdecimal() and int(stated[:20]) > most:
            await _too_large(most, setting).response(scope)(scope, receive, send)
            return
        received = 0
        is_whole = False

        async def counted() -> Message:
            nonlocal received, is_whole
            message = await (receive() if is_whole else self._in_time(receive))
            received += len(message.get("body", b""))
            is_whole = not message.get("more_body", False)
            if received > most:
                raise _too_large(most, setting)
            return message

        await self._app(scope, counted, send)

    async def _in_time(self, receive: Receive) -> Message:
        try:
            return await asyncio.wait_for(receive(), self._settings.body_timeout)
        except TimeoutError as error:
            detail = "The rest of the body did not come; send it again, or over a quicker line."
            raise ProblemError(TOO_SLOW, detail, headers={"Connection": "close"}) from error

    def _most(self, scope: Scope) -> tuple[int, str]:
        """Bytes that the body may have, and the setting that says so: files may have more."""
        if (header(scope, b"content-type") or "").lower().startswith("multipart/form-data"):
            return self._settings.max_upload_bytes, "FOOTNOTE_MAX_UPLOAD_BYTES"
        return self._settings.max_body_bytes, "FOOTNOTE_MAX_BODY_BYTES"


def _too_large(most: int, setting: str) -> ProblemError:
    detail = (
        f"This body may have at most {most:,} bytes; send less at once, raise {setting}, "
        "or use `footnote add` on the server."
    )
    return ProblemError(TOO_LARGE, detail, headers={"Connection": "close"})
