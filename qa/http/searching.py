"""`POST /search`."""

from __future__ import annotations

from fastapi import APIRouter
from pydantic import Field, field_validator

from qa.answer import MAX_QUESTION_CHARACTERS, MAX_TOP_K, QuestionFilters, Shape
from qa.found import FoundPassages, found
from qa.http.problems import documented
from qa.http.service import Open

router = APIRouter(tags=["questions"])


class Query(Shape):
    """What to look for, and among which articles."""

    query: str = Field(min_length=1, max_length=MAX_QUESTION_CHARACTERS)
    filters: QuestionFilters = QuestionFilters()
    top_k: int = Field(default=8, ge=1, le=MAX_TOP_K)

    @field_validator("query")
    @classmethod
    def _says_something(cls, value: str) -> str:
        if not value.strip():
            raise ValueError("the query is empty; say what to look for")
        return value


@router.post("/search", responses=documented(400, 413, 422, 503))
async def search(query: Query, service: Open) -> FoundPassages:
    """The best passages for a query, without an answer."""
    desk = service.desk
    result = await service.run(lambda: desk.search(query.query, query.filters, query.top_k))
    return found(result)
