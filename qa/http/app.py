"""The FastAPI application."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.metadata import version
from typing import Any

import anyio.to_thread
from fastapi import FastAPI

from qa.http import articles, asking, documentation, health, problems, searching
from qa.http.guards import BodyLimit, KnownHost, SecurityHeaders
from qa.http.service import open_service
from qa.settings import Settings


def create_app(settings: Settings) -> FastAPI:
    """The API over one data folder, which is opened when the app starts."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        app.state.service = await anyio.to_thread.run_sync(open_service, settings)
        yield
        await anyio.to_thread.run_sync(app.state.service.jobs.close)

    app = FastAPI(
        title="Footnote",
        version=version("footnote"),
        description="Answers from a collection of articles, every sentence with its footnote.",
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
    )
    for module in (asking, searching, articles, health, documentation):
        app.include_router(module.router)
    problems.install(app)
    # The last one added sees a request first.
    app.add_middleware(BodyLimit, limit=settings.max_body_bytes)
    app.add_middleware(KnownHost, host=settings.host, allowed=settings.allowed_hosts)
    app.add_middleware(SecurityHeaders)
    plain = app.openapi

    def openapi() -> dict[str, Any]:
        schema = plain()
        shapes = schema.setdefault("components", {}).setdefault("schemas", {})
        shapes.setdefault("Problem", problems.Problem.model_json_schema())
        return schema

    app.openapi = openapi  # type: ignore[method-assign] # as FastAPI's documentation has it
    return app
