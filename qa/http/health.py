"""`/healthz`, `/readyz` and `/metrics`."""

from __future__ import annotations

from typing import Literal

from fastapi import APIRouter, Response
from fastapi.concurrency import run_in_threadpool

from qa.answer import Shape
from qa.http.metrics import MEDIA_TYPE
from qa.http.mounts import Details
from qa.http.problems import LOADING, UNAVAILABLE, ProblemError, documented
from qa.http.service import TheService

router = APIRouter(tags=["health"])


class Alive(Shape):
    """The process answers."""

    status: Literal["alive"] = "alive"


class Ready(Shape):
    """Questions can be answered, from this generation.

    `parts` tells how each part of the server stands: the collection, and each front end.
    """

    status: Literal["ready"] = "ready"
    generation: int
    parts: dict[str, dict[str, str | int | float | bool | None]]


@router.get("/healthz", summary="Is the process alive?")
async def healthz() -> Alive:
    """Answers as long as the process does, whatever the collection is like."""
    return Alive()


@router.get(
    "/readyz", summary="Can questions be answered?", responses=documented(LOADING, UNAVAILABLE)
)
async def readyz(service: TheService) -> Ready:
    """Ready when model and index are loaded and belong together; else 503 with the reason."""
    if service.is_loading:
        detail = "Model and index are still being loaded; try again in a second."
        raise ProblemError(LOADING, detail, headers={"Retry-After": "1"})
    collection = await service.collection()
    await run_in_threadpool(collection.desk.searcher.check_ready)
    status = await run_in_threadpool(collection.indexer.status)
    parts: dict[str, Details] = {
        "collection": {
            "state": "ready",
            "articles": status.articles,
            "passages": status.passages,
            "model": status.model_name,
        }
    }
    parts |= {name: one.details() for name, one in service.mounted.items()}
    return Ready(
        generation=status.generation, parts={name: dict(said) for name, said in parts.items()}
    )


@router.get(
    "/metrics",
    summary="Figures for Prometheus",
    response_class=Response,
    responses={200: {"content": {MEDIA_TYPE: {"schema": {"type": "string"}}}}},
)
async def metrics(service: TheService) -> Response:
    """Questions by status, seconds by stage, model and route, the collection, what waits."""
    figures = service.metrics
    if service.is_open:
        collection = await service.collection()
        status = await run_in_threadpool(collection.indexer.status)
        jobs, size = await run_in_threadpool(collection.jobs.waiting)
        oldest = await run_in_threadpool(collection.jobs.oldest_seconds)
        await run_in_threadpool(figures.set_generation, status.generation)
        figures.set("articles", status.articles)
        figures.set("passages", status.passages)
        figures.set("jobs_waiting", jobs)
        figures.set("job_bytes_waiting", size)
        figures.set("oldest_job_seconds", oldest)
    return Response(await run_in_threadpool(figures.text), media_type=MEDIA_TYPE)
