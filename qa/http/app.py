"""The FastAPI application."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from importlib.metadata import version
from typing import Any, Literal

from fastapi import FastAPI
from fastapi.concurrency import run_in_threadpool
from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from qa.http import (
    adding,
    articles,
    asking,
    completions,
    documentation,
    health,
    metrics,
    page,
    problems,
    searching,
    submissions,
)
from qa.http.envelope import Envelope
from qa.http.guards import SiteGuard
from qa.http.keys import KeyGuard, needs_keys
from qa.http.limits import BodyLimit
from qa.http.mounts import mounts
from qa.http.service import Service
from qa.settings import Settings

_DESCRIPTION = """\
Answers from a collection of articles, every sentence with its footnote: a verbatim quote and
its place, `article.text[start:end] == quote` (offsets count Unicode code points).

Every error is an RFC 9457 problem (`application/problem+json`): compare its `type`, read its
`detail`.
"""


def create_app(settings: Settings) -> FastAPI:
    """The API over one data folder, which each process opens for itself when it starts."""
    service = Service(settings, mounts(settings))

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        loading = asyncio.create_task(run_in_threadpool(service.warm_up))
        async with AsyncExitStack() as stack:
            for one in service.mounted.values():
                await stack.enter_async_context(one.running())
            yield
            await loading
        await run_in_threadpool(service.close)

    app = FastAPI(
        title="Footnote",
        version=version("footnote"),
        description=_DESCRIPTION,
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
    )
    app.state.service = service
    app.state.metrics = metrics.Metrics()
    for module in (
        asking,
        completions,
        searching,
        adding,
        articles,
        health,
        metrics,
        page,
        documentation,
    ):
        app.include_router(module.router)
    for one in service.mounted.values():
        app.include_router(one.router)
    problems.handle_problems(app)
    # The last one added sees a request first.
    app.add_middleware(BodyLimit, max_bytes=settings.max_body_bytes)
    if needs_keys(settings):
        app.add_middleware(KeyGuard, service=service)
    app.add_middleware(SiteGuard, host=settings.host, allowed=settings.allowed_hosts)
    app.add_middleware(metrics.RequestTimes, metrics=app.state.metrics)
    app.add_middleware(Envelope)
    _describe_by_hand(app)
    return app


def _describe_by_hand(app: FastAPI) -> None:
    """Adds the shapes that routes name in their descriptions alone."""
    generated = app.openapi
    shapes: list[tuple[type[BaseModel], Literal["validation", "serialization"]]] = [
        (problems.Problem, "serialization")
    ]
    shapes += [(shape, "validation") for shape in submissions.SHAPES]
    _, schemas = models_json_schema(shapes, ref_template="#/components/schemas/{model}")

    def openapi() -> dict[str, Any]:
        schema = generated()
        schema.setdefault("components", {}).setdefault("schemas", {}).update(schemas["$defs"])
        return schema

    app.openapi = openapi  # type: ignore[method-assign] # as FastAPI's documentation has it
