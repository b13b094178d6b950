"""One line in the log for each request: what came, what was answered, how long it took."""

from __future__ import annotations

import logging
import time
from typing import Any

from qa.answer import Answer
from qa.http.asgi import App, Message, Receive, Scope, Send
from qa.http.problems import request_id

_LOGGER = logging.getLogger(__name__)
_FACTS = "log_facts"
# Asked every few seconds by machines: told only when something is wrong.
_PROBES = ("/healthz", "/readyz", "/metrics")
_FIRST_ERROR = 400


class AccessLog:
    """Logs each request when its response has ended, without questions and query strings."""

    def __init__(self, app: App) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes everything on."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = time.perf_counter()
        facts: dict[str, Any] = {"status": None, "bytes": 0}
        scope["state"][_FACTS] = facts

        async def send_noted(message: Message) -> None:
            if message["type"] == "http.response.start":
                facts["status"] = message["status"]
            facts["bytes"] += len(message.get("body", b""))
            await send(message)

        try:
            await self._app(scope, receive, send_noted)
        finally:
            facts["milliseconds"] = round(1000 * (time.perf_counter() - started), 1)
            _log(scope, facts)


def add_facts(scope: Scope, **facts: object) -> None:
    """Adds to the line of the request of this scope."""
    scope["state"][_FACTS].update(facts)


def answer_facts(answer: Answer, *, with_question: bool) -> dict[str, object]:
    """What a request's line tells of the answer that it got; the question only where it may."""
    facts: dict[str, object] = {
        "answer_id": answer.id,
        "answer_status": answer.status,
        "confidence": round(answer.confidence, 3),
        "generation": answer.generation,
        "timings_ms": answer.timings_ms.model_dump(),
    }
    return facts | {"question": answer.question} if with_question else facts


def _log(scope: Scope, facts: dict[str, Any]) -> None:
    status = facts["status"]
    if scope["path"] in _PROBES and status is not None and status < _FIRST_ERROR:
        return
    line = {
        "request_id": request_id(scope),
        "method": scope["method"],
        "path": scope["path"],
        "route": getattr(scope.get("route"), "path", None),
        "caller": scope["state"].get("caller"),
        **facts,
    }
    told = status or "no response"
    _LOGGER.info(
        "%s %s %s in %s ms",
        scope["method"],
        scope["path"],
        told,
        facts["milliseconds"],
        extra={"facts": line},
    )
