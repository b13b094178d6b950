"""The ASGI callables by name, and what is read off a request before any route.

https://asgi.readthedocs.io/en/latest/specs/main.html
"""

from __future__ import annotations

import ipaddress
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from typing import Any

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]


def is_loopback(name: str) -> bool:
    """Whether a host's name or address is this machine's own."""
    if name == "localhost":
        return True
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False


def wants_page(scope: Scope) -> bool:
    """Whether it is a person's browser that asks, rather than a program."""
    accepted = header(scope, b"accept") or ""
    return "text/html" in accepted and "application/json" not in accepted


def header(scope: Scope, name: bytes) -> str | None:
    """The first value of a request header, whose `name` is in lower case; None without one."""
    headers: Iterable[tuple[bytes, bytes]] = scope["headers"]
    return next((value.decode("latin-1") for key, value in headers if key == name), None)
