"""`/sources`: what the collection is kept in step with."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Body, Depends, Query, Request
from fastapi.concurrency import run_in_threadpool
from pydantic import Field, field_validator

from index.following import (
    DEFAULT_INTERVAL,
    SHORTEST_INTERVAL,
    BadSourceError,
    FollowedSource,
    SourceBook,
    is_address,
)
from qa.answer import Shape
from qa.http.bodies import JSON_PROBLEMS, is_json, without_controls
from qa.http.callers import key_of
from qa.http.keys import scope_required
from qa.http.problems import (
    FORBIDDEN,
    INVALID,
    NOT_FOUND,
    UNAVAILABLE,
    Mistake,
    ProblemError,
    documented,
    invalid,
    not_found,
)
from qa.http.service import Open
from qa.records import Scope
from qa.source_shapes import Followed

router = APIRouter(tags=["articles"])

_MAX_LOCATION = 2_000
_YEAR = 366 * 86_400
_EXAMPLE = {"location": "https://example.org/feed.xml", "every_seconds": DEFAULT_INTERVAL}

Location = Annotated[str, Query(min_length=1, max_length=_MAX_LOCATION)]


class NewSource(Shape):
    """What to follow: the address of a feed, sitemap or page, or a folder of the server."""

    location: str = Field(min_length=1, max_length=_MAX_LOCATION)
    every_seconds: int = Field(
        default=DEFAULT_INTERVAL,
        ge=SHORTEST_INTERVAL,
        le=_YEAR,
        description="Seconds from one look at it to the next.",
    )

    @field_validator("location")
    @classmethod
    def _is_one_line(cls, value: str) -> str:
        return without_controls(value)


class FollowedList(Shape):
    """Every followed source, in the order of their locations."""

    sources: tuple[Followed, ...]


@router.get("/sources", summary="List the followed sources", responses=documented(UNAVAILABLE))
async def followed(collection: Open) -> FollowedList:
    """What `footnote serve` keeps in step with: the last look, what came of it, the next look."""
    found = await run_in_threadpool(SourceBook(collection.indexer).all)
    return FollowedList(sources=tuple(map(_shape, found)))


@router.post(
    "/sources",
    summary="Follow a source",
    dependencies=[Depends(is_json)],
    responses=documented(*JSON_PROBLEMS, FORBIDDEN, UNAVAILABLE),
)
async def follow(
    source: Annotated[NewSource, Body(examples=[_EXAMPLE])], request: Request, collection: Open
) -> Followed:
    """Follows it from now on; it is looked at as soon as possible.

    Sent again, it changes how often. A folder of the server needs a key that may admin, since
    what lies in it can be read afterwards.
    """
    if not is_address(source.location):
        _may_follow_folders(request, source.location)
    book = SourceBook(collection.indexer)
    try:
        added = await run_in_threadpool(book.add, source.location, source.every_seconds)
    except BadSourceError as error:
        raise _bad_location(str(error)) from error
    return _shape(added)


@router.delete(
    "/sources",
    summary="Stop following a source",
    status_code=204,
    responses=documented(INVALID, FORBIDDEN, NOT_FOUND, UNAVAILABLE),
)
async def unfollow(location: Location, request: Request, collection: Open) -> None:
    """No longer follows it; the articles that came from it stay.

    A folder of the server needs a key that may admin, where keys are demanded at all.
    """
    key = key_of(request.scope)
    if key is not None and key.scope < Scope.admin and not is_address(location):
        raise scope_required(key, Scope.admin)
    if not await run_in_threadpool(SourceBook(collection.indexer).remove, location):
        raise not_found("followed source", location, "GET /sources lists them")


def _may_follow_folders(request: Request, location: str) -> None:
    """Raises a problem, the same whether there is such a folder or not, to who may not."""
    key = key_of(request.scope)
    if key is None:
        raise ProblemError(
            FORBIDDEN,
            "Only http(s) addresses can be followed without a key that may admin; "
            "for a folder use `footnote sources add FOLDER` on the server.",
        )
    if key.scope < Scope.admin:
        raise scope_required(key, Scope.admin)
    if not Path(location).is_absolute():
        raise _bad_location(
            f"{location} is neither an http(s) address nor the whole path of a folder"
        )


def _bad_location(detail: str) -> ProblemError:
    return invalid([Mistake(where="body", field="location", detail=detail.rstrip("."))])


def _shape(source: FollowedSource) -> Followed:
    return Followed.model_validate(source, from_attributes=True)
