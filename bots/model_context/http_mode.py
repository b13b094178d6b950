"""`/mcp` inside `footnote serve`: the streamable HTTP transport."""

from __future__ import annotations

from contextlib import AbstractAsyncContextManager
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from fastapi import APIRouter

from qa.desk import Desk
from qa.http.answering import Answering
from qa.http.asgi import Receive, Scope, Send
from qa.http.mounts import Details
from qa.settings import Settings

if TYPE_CHECKING:
    from mcp.server.streamable_http_manager import StreamableHTTPSessionManager


class ToolsOverHttp:
    """Every request stands alone, so any worker can answer it."""

    def __init__(self) -> None:
        from bots.model_context.server import Tools, create_server

        self._tools = Tools()
        server = create_server(self._tools)
        server.streamable_http_app(json_response=True, stateless_http=True)
        self._manager: StreamableHTTPSessionManager = server.session_manager
        self.router = APIRouter(include_in_schema=False)
        # Starlette takes an ASGI application as an endpoint, too.
        endpoint: Any = _Endpoint(self._manager)
        self.router.add_route(endpoint.path, endpoint, methods=["GET", "POST", "DELETE"])

    def start(self, desk: Desk, answering: Answering) -> None:
        """From now on the tools answer."""
        self._tools.start(desk, answering)

    def running(self) -> AbstractAsyncContextManager[None]:
        """What the transport needs while the server runs."""
        return self._manager.run()

    def details(self) -> Details:
        """Whether the tools answer yet."""
        return {"state": "ready" if self._tools.are_ready else "loading"}


class _Endpoint:
    path = "/mcp"

    def __init__(self, manager: StreamableHTTPSessionManager) -> None:
        self._manager = manager

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        scope["route"] = self  # as FastAPI's routes do: log, figures and traces go by its path
        await self._manager.handle_request(scope, receive, send)


def mount(_settings: Settings) -> ToolsOverHttp | None:
    """The tools, where the protocol's library is installed."""
    return None if find_spec("mcp") is None else ToolsOverHttp()
