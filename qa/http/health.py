"""`/healthz` and `/readyz`."""

from __future__ import annotations

from typing import Literal

from fastapi import APIRouter
from fastapi.concurrency import run_in_threadpool

from qa.answer import Shape
from qa.http.problems import LOADING, UNAVAILABLE, ProblemError, documented
from qa.http.service import TheService

router = APIRouter(tags=["health"])


class Alive(Shape):
    """The process answers."""

    status: Literal["alive"] = "alive"


class Ready(Shape):
    """Questions can be answered, from this generation."""

    status: Literal["ready"] = "ready"
    generation: int


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
    searcher = (await service.collection()).desk.searcher
    await run_in_threadpool(searcher.check_ready)
    return Ready(generation=await run_in_threadpool(lambda: searcher.generation))
