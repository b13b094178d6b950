"""Who calls: the API key that a request shows, where keys are demanded, else its address."""

from __future__ import annotations

from fastapi.concurrency import run_in_threadpool

from qa.http.asgi import App, Receive, Scope, Send, header
from qa.http.service import Service
from qa.records.keys import ApiKey

_KEY = "api_key"
_CALLER = "caller"


class Callers:
    """Notes who calls, for those after it: limits, keys, idempotency and the log."""

    def __init__(self, app: App, service: Service, *, with_keys: bool) -> None:
        self._app = app
        self._service = service
        self._with_keys = with_keys

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes everything on."""
        if scope["type"] == "http":
            secret = bearer(scope) if self._with_keys else None
            key = None
            if secret is not None:
                key = await run_in_threadpool(lambda: self._service.records().keys().find(secret))
            scope["state"][_KEY] = key
            scope["state"][_CALLER] = f"address {_address(scope)}" if key is None else key.name
        await self._app(scope, receive, send)


def caller_of(scope: Scope) -> str:
    """The name of the key that the request shows, else `address` and where it comes from."""
    return str(scope["state"][_CALLER])


def key_of(scope: Scope) -> ApiKey | None:
    """The key that the request shows, if it is one in use."""
    key: ApiKey | None = scope["state"][_KEY]
    return key


def bearer(scope: Scope) -> str | None:
    """The secret in `Authorization: Bearer SECRET` (RFC 6750)."""
    kind, _, secret = (header(scope, b"authorization") or "").partition(" ")
    return secret.strip() or None if kind.lower() == "bearer" else None


def _address(scope: Scope) -> str:
    client = scope.get("client")
    return str(client[0]) if client else "unknown"
