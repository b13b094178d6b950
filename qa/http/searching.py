"""`POST /search`."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Body, Depends, Request
from pydantic import Field, field_validator

from qa.answer import MAX_QUESTION_CHARACTERS, MAX_TOP_K, QuestionFilters, Shape
from qa.found import FoundPassages, found
from qa.http.bodies import JSON_PROBLEMS, is_json
from qa.http.problems import BUSY, UNAVAILABLE, documented
from qa.http.service import TheService

router = APIRouter(tags=["questions"])


class Query(Shape):
    """What to look for, and among which articles."""

    query: str = Field(min_length=1, max_length=MAX_QUESTION_CHARACTERS)
    filters: QuestionFilters = QuestionFilters()
    top_k: int = Field(default=8, ge=1, le=MAX_TOP_K, description="Passages at most.")

    @field_validator("query")
    @classmethod
    def _says_something(cls, value: str) -> str:
        if not value.strip():
            raise ValueError("the query is empty; say what to look for")
        return value


_EXAMPLE = {"query": "Ukrainian corn", "filters": {"published_after": "2022-01-01"}, "top_k": 3}


@router.post(
    "/search",
    summary="Find passages",
    dependencies=[Depends(is_json)],
    responses=documented(*JSON_PROBLEMS, BUSY, UNAVAILABLE),
)
async def search(
    query: Annotated[Query, Body(examples=[_EXAMPLE])], request: Request, service: TheService
) -> FoundPassages:
    """The best passages for a query, best first, without an answer."""
    desk = (await service.collection()).desk
    return await service.answering.run(
        request, lambda: found(desk.search(query.query, query.filters, query.top_k))
    )
