"""What may be sent to `POST /articles`, read and checked."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import Request
from fastapi.concurrency import run_in_threadpool
from fastapi.exceptions import RequestValidationError
from pydantic import ConfigDict, Field, TypeAdapter, ValidationError, field_validator

from index.dates import moments
from qa.answer import Shape
from qa.http.bodies import media_type, unsupported, without_controls
from qa.http.callers import caller_of
from qa.http.problems import MALFORMED, Mistake, ProblemError, invalid
from qa.records.jobs import IdempotencyKey, Submission

_MAX_ID = 200
_MAX_SHORT = 2_000
_MAX_FILES = 1_000

_Short = Annotated[str | None, Field(max_length=_MAX_SHORT)]


class NewArticle(Shape):
    """An article to add, or to update when its `id`, else its `url`, is known already.

    Further fields are left aside, as they are in a JSONL file: exports carry many.
    """

    model_config = ConfigDict(extra="ignore", frozen=True)

    id: str | None = Field(default=None, min_length=1, max_length=_MAX_ID)
    title: _Short = None
    text: str = Field(min_length=1)
    url: _Short = None
    source: _Short = None
    author: _Short = None
    published_at: str | None = Field(default=None, description="RFC 3339 date or date-time.")
    tags: tuple[str, ...] | None = None

    @field_validator("id")
    @classmethod
    def _fits_a_url(cls, value: str | None) -> str | None:
        return None if value is None else without_controls(value)

    @field_validator("published_at")
    @classmethod
    def _is_a_date(cls, value: str | None) -> str | None:
        if value is not None:
            moments(value)
        return value


class NewArticles(Shape):
    """Several articles at once."""

    articles: tuple[NewArticle, ...] = Field(min_length=1)


class Page(Shape):
    """A page of the web to fetch."""

    url: str = Field(max_length=_MAX_SHORT, pattern="^[hH][tT][tT][pP][sS]?://")


_ARTICLE = {
    "id": "2022/corn",
    "title": "Ukraine's corn",
    "text": "China buys Ukrainian corn because it is cheap.",
    "source": "Reuters",
    "published_at": "2022-01-19",
    "tags": ["trade"],
}
_FILES = {"type": "array", "items": {"type": "string", "contentMediaType": "*/*"}}
# The body is read by hand, since its shape hangs on its type; this is its description.
OPENAPI: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {
                "schema": {
                    "anyOf": [
                        {"$ref": f"#/components/schemas/{shape.__name__}"}
                        for shape in (NewArticle, NewArticles, Page)
                    ]
                },
                "examples": {
                    "article": {"value": _ARTICLE},
                    "articles": {"value": {"articles": [_ARTICLE]}},
                    "page": {"value": {"url": "https://example.org/corn"}},
                },
            },
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "properties": {"file": _FILES},
                    "required": ["file"],
                }
            },
        },
    }
}
SHAPES = (NewArticle, NewArticles, Page)


async def submitted(request: Request) -> Submission:
    """What a request's body asks to be taken in.

    Raises a problem: 415 for another type of body, 400 when it cannot be read, 422 for mistakes.
    """
    if media_type(request) == "multipart/form-data":
        return await _uploads(request)
    if media_type(request) != "application/json":
        wanted = "Content-Type: application/json, or files as multipart/form-data"
        raise unsupported(request, wanted)
    body = await request.body()
    return await run_in_threadpool(_from_json, body)


def idempotency_key(request: Request) -> IdempotencyKey | None:
    """The request's `Idempotency-Key`, if it has one: with quotes, as the draft has it, or without.

    https://datatracker.ietf.org/doc/draft-ietf-httpapi-idempotency-key-header/
    """
    stated = request.headers.get("idempotency-key")
    if stated is None:
        return None
    key = stated.strip().removeprefix('"').removesuffix('"')
    if not re.fullmatch(r"[\x20-\x7e]{1,255}", key):
        detail = "give it 1 to 255 printable ASCII characters, such as a UUID"
        raise invalid([Mistake(where="header", field="Idempotency-Key", detail=detail)])
    return IdempotencyKey(caller_of(request.scope), key)


def _from_json(body: bytes) -> Submission:
    try:
        value = json.loads(body)
    except (ValueError, RecursionError) as error:
        detail = f"The body is not valid JSON ({error}); correct it."
        raise ProblemError(MALFORMED, detail) from error
    sent = _validated(value)
    if isinstance(sent, Page):
        return Submission("page", (("url", sent.url.encode()),))
    articles = sent.articles if isinstance(sent, NewArticles) else (sent,)
    # ASCII: a text may hold half of a surrogate pair, which the reader replaces.
    data = json.dumps([article.model_dump() for article in articles])
    return Submission("articles", (("articles", data.encode()),))


def _validated(value: object) -> NewArticle | NewArticles | Page:
    try:
        sent: NewArticle | NewArticles | Page = TypeAdapter(_shape_of(value)).validate_python(value)
    except ValidationError as error:
        mistakes = [{**one, "loc": ("body", *one["loc"])} for one in error.errors()]
        raise RequestValidationError(mistakes) from error
    return sent


def _shape_of(body: object) -> type[NewArticle | NewArticles | Page]:
    if isinstance(body, Mapping) and "articles" in body:
        return NewArticles
    if isinstance(body, Mapping) and "url" in body and "text" not in body:
        return Page
    return NewArticle


async def _uploads(request: Request) -> Submission:
    async with request.form(max_files=_MAX_FILES) as form:
        parts = [part for _name, part in form.multi_items() if not isinstance(part, str)]
        uploads = [(part.filename or "upload", await part.read()) for part in parts]
    if not uploads:
        detail = 'the form holds no file; send some, as in `curl -F "file=@article.pdf"`'
        raise invalid([Mistake(where="body", field="file", detail=detail)])
    return Submission("files", tuple(uploads))
