"""Who may call: API keys, wherever others than this machine can."""

from __future__ import annotations

import re

from qa.http.asgi import App, Receive, Send, is_loopback, wants_page
from qa.http.asgi import Scope as Request
from qa.http.callers import bearer, key_of
from qa.http.problems import FORBIDDEN, UNAUTHORIZED, ProblemError
from qa.records import Scope
from qa.records.keys import ApiKey
from qa.settings import Settings

# The page's own parts, descriptions and health say nothing of the articles; Slack signs its own.
_OPEN = (
    "/healthz",
    "/readyz",
    "/openapi.json",
    "/docs",
    "/slack/events",
    "/slack/install",
    "/slack/oauth_redirect",
)
# Browsers get these as a page.
_PAGES = re.compile(r"/answers/[^/]+|/conversations/.+|/collection")
_SAFE_METHODS = ("GET", "HEAD", "OPTIONS")


def needs_keys(settings: Settings) -> bool:
    """Whether callers must show a key: as stated, else where the server is not on loopback."""
    if settings.require_keys is not None:
        return settings.require_keys
    return not is_loopback(settings.host)


class KeyGuard:
    """Asks for `Authorization: Bearer KEY` (RFC 6750) with the scope that the request needs."""

    def __init__(self, app: App) -> None:
        self._app = app

    async def __call__(self, scope: Request, receive: Receive, send: Send) -> None:
        """Passes on what may come in."""
        wanted = _needed(scope) if scope["type"] == "http" else None
        problem = None if wanted is None else _problem(scope, wanted)
        if problem is None:
            await self._app(scope, receive, send)
        else:
            await problem.response(scope)(scope, receive, send)


def scope_required(key: ApiKey, wanted: Scope) -> ProblemError:
    """The problem of a key whose scope is too narrow."""
    detail = (
        f"The key {key.name!r} may {key.scope.name}; this needs a key that may "
        f"{wanted.name} (`footnote keys add NAME --scope {wanted.name}`)."
    )
    return ProblemError(FORBIDDEN, detail)


def _problem(scope: Request, wanted: Scope) -> ProblemError | None:
    if bearer(scope) is None:
        return _unauthorized("Send an API key as `Authorization: Bearer KEY`.")
    key = key_of(scope)
    if key is None:
        return _unauthorized("This API key is not known or was revoked; ask for another.")
    return scope_required(key, wanted) if key.scope < wanted else None


def _needed(scope: Request) -> Scope | None:
    path, method = str(scope["path"]), scope["method"]
    if path in _OPEN or path == "/" or path.startswith("/page/"):
        return None
    if _PAGES.fullmatch(path) and method in _SAFE_METHODS and wants_page(scope):
        return None  # the page itself; what it shows it asks for with a key
    if path.startswith(("/articles", "/jobs")) and method not in _SAFE_METHODS:
        return Scope.edit
    if path == "/sources":
        return Scope.edit  # names folders of the server
    return Scope.admin if path == "/metrics" else Scope.ask


def _unauthorized(detail: str) -> ProblemError:
    return ProblemError(UNAUTHORIZED, detail, headers={"WWW-Authenticate": "Bearer"})
