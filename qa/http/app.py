"""The FastAPI application."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from importlib.metadata import version
from pathlib import Path
from typing import Any, Literal

from fastapi import FastAPI
from fastapi.concurrency import run_in_threadpool
from fastapi.middleware.cors import CORSMiddleware
from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from qa.http import (
    adding,
    articles,
    asking,
    collection,
    completions,
    documentation,
    health,
    page,
    problems,
    searching,
    sources,
    submissions,
)
from qa.http.access_log import AccessLog
from qa.http.callers import Callers
from qa.http.envelope import Envelope
from qa.http.guards import SiteGuard, cors_options
from qa.http.keys import KeyGuard, needs_keys
from qa.http.limits import BodyLimit
from qa.http.metrics import RequestTimes
from qa.http.mounts import mounts
from qa.http.rates import RateLimits, rate_limits
from qa.http.service import Service
from qa.http.stopping import told_to_stop
from qa.http.tracing import RequestSpans, Traces
from qa.settings import Settings

_DESCRIPTION = """\
Answers from a collection of articles, every sentence with its footnote: a verbatim quote and
its place, `article.text[start:end] == quote` (offsets count Unicode code points).

Every error is an RFC 9457 problem (`application/problem+json`): compare its `type`, read its
`detail`.
"""


def create_app(settings: Settings, shared: Path) -> FastAPI:
    """The API over one data folder, which each process opens for itself when it starts.

    `shared` is a folder for what the processes of one server count together, gone when it ends.
    """
    service = Service(settings, mounts(settings))

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        loading = asyncio.create_task(run_in_threadpool(service.warm_up))
        async with AsyncExitStack() as stack:
            stack.enter_context(told_to_stop(service.begin_to_stop))
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
    for module in (
        asking,
        completions,
        searching,
        adding,
        articles,
        collection,
        sources,
        health,
        page,
        documentation,
    ):
        app.include_router(module.router)
    for one in service.mounted.values():
        app.include_router(one.router)
    problems.handle_problems(app)
    _add_layers(app, service, settings, shared)
    _describe_by_hand(app)
    return app


def _add_layers(app: FastAPI, service: Service, settings: Settings, shared: Path) -> None:
    """What a request passes on its way to a route; the last one added sees it first."""
    with_keys = needs_keys(settings)
    app.add_middleware(BodyLimit, settings=settings)
    if with_keys:
        app.add_middleware(KeyGuard)
    if limits := rate_limits(settings):
        app.add_middleware(RateLimits, limits=limits, folder=shared)
    app.add_middleware(Callers, service=service, with_keys=with_keys)
    if settings.cors_origins:
        app.add_middleware(CORSMiddleware, **cors_options(settings.cors_origins))
    app.add_middleware(SiteGuard, settings=settings)
    app.add_middleware(RequestTimes, metrics=service.metrics)
    if isinstance(service.traces, Traces):
        app.add_middleware(RequestSpans, traces=service.traces)
    app.add_middleware(AccessLog)
    app.add_middleware(Envelope)


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
