"""`/healthz` and `/readyz`."""

from __future__ import annotations

from fastapi import APIRouter

from qa.answer import Shape
from qa.http.problems import documented
from qa.http.service import Open

router = APIRouter(tags=["health"])


class Alive(Shape):
    """The process answers."""

    status: str = "alive"


class Ready(Shape):
    """Questions can be answered."""

    status: str = "ready"
    generation: int


@router.get("/healthz")
async def healthz() -> Alive:
    """Whether the process is alive."""
    return Alive()


@router.get("/readyz", responses=documented(503))
async def readyz(service: Open) -> Ready:
    """Whether questions can be answered: model and index loaded, and of one kind."""
    searcher = service.desk.searcher
    await service.run(searcher.check_ready)
    return Ready(generation=await service.run(lambda: searcher.generation))
