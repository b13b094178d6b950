"""`/collection`: how the collection stands."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response
from fastapi.concurrency import run_in_threadpool

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
