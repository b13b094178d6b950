"""Server-sent events (https://html.spec.whatwg.org/multipage/server-sent-events.html)."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator

from fastapi import Request
from fastapi.responses import StreamingResponse
from fastapi.sse import EventSourceResponse, format_sse_event
from pydantic import BaseModel

MEDIA_TYPE = "text/event-stream"
# How a stream is described: by the shape of each event, as in OpenAPI 3.2.
DESCRIBED = {
    "itemSchema": {
        "type": "object",
        "properties": {"event": {"type": "string"}, "data": {"type": "string"}},
        "required": ["data"],
    }
}
# With these no proxy keeps a stream back.
HEADERS = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
# A comment now and then keeps proxies from closing a quiet stream.
_SECONDS_OF_SILENCE = 15.0
_HEARTBEAT = b": still here\n\n"


def wants_events(request: Request) -> bool:
    """Whether the client asks for a stream of events."""
    return MEDIA_TYPE in request.headers.get("accept", "")


def event(name: str, data: BaseModel) -> bytes:
    """One event with JSON in it."""
    return format_sse_event(event=name, data_str=data.model_dump_json(exclude_none=name == "error"))


def streamed(
    events: AsyncIterator[bytes], silence: float = _SECONDS_OF_SILENCE
) -> StreamingResponse:
    """The events as a response that no proxy keeps back, with a heartbeat after each `silence`."""
    return EventSourceResponse(_with_heartbeats(events, silence), headers=HEADERS)


def pieces(text: str) -> list[str]:
    """A text in the pieces in which it is streamed, words with the space before them."""
    return re.findall(r"\s*\S+\s*$|\s*\S+", text)


async def _with_heartbeats(events: AsyncIterator[bytes], silence: float) -> AsyncIterator[bytes]:
    following = asyncio.ensure_future(anext(events, None))
    try:
        while True:
            done, _ = await asyncio.wait({following}, timeout=silence)
            if not done:
                yield _HEARTBEAT
                continue
            found = following.result()
            if found is None:
                return
            yield found
            following = asyncio.ensure_future(anext(events, None))
    finally:
        following.cancel()
