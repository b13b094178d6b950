"""`/collection` and `/sources`: how the collection stands and what it is kept in step with."""

from __future__ import annotations

from datetime import datetime

from fastapi import APIRouter, Request, Response
from fastapi.concurrency import run_in_threadpool

from index.following import SourceBook
from qa.answer import Shape
from qa.http.asgi import wants_page
from qa.http.page import document
from qa.http.problems import UNAVAILABLE, documented
from qa.http.service import Collection, Open

router = APIRouter(tags=["articles"])

_MOST_SOURCES = 200


class SourceCount(Shape):
    """A source that articles name, and how many do."""

    source: str
    articles: int


class CollectionState(Shape):
    """How the collection stands; `sources` are those with most articles, 200 at most."""

    generation: int
    articles: int
    passages: int
    model: str
    sources: tuple[SourceCount, ...]


class Followed(Shape):
    """A folder, feed, sitemap or page that the collection is kept in step with.

    `failures` counts those in a row; `last_run_at` and `last_result` are null before the first
    look.
    """

    location: str
    every_seconds: int
    last_run_at: datetime | None
    last_result: str | None
    next_run_at: datetime
    failures: int


class FollowedList(Shape):
    """Every followed source, in the order of their locations."""

    sources: tuple[Followed, ...]


@router.get(
    "/collection",
    summary="See how the collection stands",
    response_model=CollectionState,
    responses={
        200: {"content": {"text/html": {"schema": {"type": "string"}}}},
        **documented(UNAVAILABLE),
    },
)
async def collection_state(
    request: Request, response: Response, collection: Open
) -> CollectionState | Response:
    """The generation, how much it holds, and which sources. Browsers get it as a page."""
    if wants_page(request.scope):
        return document()
    response.headers["Vary"] = "Accept"
    return await run_in_threadpool(_state, collection)


@router.get("/sources", summary="List the followed sources", responses=documented(UNAVAILABLE))
async def followed(collection: Open) -> FollowedList:
    """What `footnote serve` keeps in step with: the last look, what came of it, the next look."""
    found = await run_in_threadpool(SourceBook(collection.indexer).all)
    return FollowedList(
        sources=tuple(
            Followed(
                location=one.location,
                every_seconds=one.every_seconds,
                last_run_at=one.last_run_at,
                last_result=one.last_result,
                next_run_at=one.next_run_at,
                failures=one.failures,
            )
            for one in found
        )
    )


def _state(collection: Collection) -> CollectionState:
    status = collection.indexer.status()
    counts = collection.desk.searcher.sources(_MOST_SOURCES)
    return CollectionState(
        generation=status.generation,
        articles=status.articles,
        passages=status.passages,
        model=status.model_name,
        sources=tuple(SourceCount(source=name, articles=n) for name, n in counts.items()),
    )
