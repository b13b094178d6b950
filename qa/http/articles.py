"""`/articles` and `/jobs`: adding, listing, reading and removing."""

from __future__ import annotations

import json
from typing import Annotated, Any

import anyio
from fastapi import APIRouter, Query, Request, Response
from pydantic import Field
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException

from index.article import ArticleMetadata
from index.indexer import AddReport, Indexer
from qa.answer import Shape
from qa.http.jobs import Job, LineFullError, OnResult, Work
from qa.http.problems import documented
from qa.http.service import Open, Service

router = APIRouter(tags=["articles"])

_MAX_PAGE = 1_000
_POLL_SECONDS = 0.02


class ArticleShape(Shape):
    """An article without its text."""

    id: str
    title: str
    url: str | None
    source: str | None
    author: str | None
    published_at: str | None
    tags: tuple[str, ...]


class WholeArticle(ArticleShape):
    """An article with its text, exactly as stored: the offsets of citations count in it."""

    text: str


class ArticlePage(Shape):
    """One page of the list; `next_cursor` leads to the next, null on the last."""

    articles: tuple[ArticleShape, ...]
    next_cursor: str | None


class NewArticle(Shape):
    """An article to add. `url` without `text` is fetched."""

    id: str | None = Field(default=None, max_length=200)
    title: str | None = None
    text: str | None = None
    url: str | None = None
    source: str | None = None
    author: str | None = None
    published_at: str | None = None
    tags: tuple[str, ...] = ()


_NEW_ARTICLE = NewArticle.model_json_schema()
_FILE = {"type": "string", "contentMediaType": "application/octet-stream"}
_BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {
                "schema": {
                    "anyOf": [
                        _NEW_ARTICLE,
                        {
                            "type": "object",
                            "required": ["articles"],
                            "properties": {"articles": {"type": "array", "items": _NEW_ARTICLE}},
                        },
                    ]
                }
            },
            "multipart/form-data": {
                "schema": {"type": "object", "properties": {"file": _FILE}},
            },
        },
    }
}


@router.post(
    "/articles",
    status_code=202,
    openapi_extra=_BODY,
    responses={
        200: {"model": Job, "description": "With `wait=true`: the finished job."},
        **documented(400, 413, 415, 422, 503),
    },
)
async def add(
    request: Request, response: Response, service: Open, wait: Annotated[bool, Query()] = False
) -> Job:
    """Adds or updates articles: JSON, files (multipart), or `{"url": "..."}` to fetch.

    Answers at once with a job; with `wait=true` when the articles can be found.
    """
    work = await _work(request, service)
    try:
        job = await service.run(lambda: service.jobs.submit(work))
    except LineFullError as error:
        raise HTTPException(
            503, "Too many jobs are waiting; try again.", {"Retry-After": "5"}
        ) from error
    response.headers["Location"] = f"/jobs/{job.id}"
    if not wait:
        return job
    response.status_code = 200
    return await _finished(service, job)


@router.get("/jobs/{job_id}", responses=documented(404))
async def job_state(job_id: str, service: Open) -> Job:
    """How a job stands."""
    job = await service.run(lambda: service.jobs.find(job_id))
    if job is None:
        raise HTTPException(404, f"There is no job {job_id!r}; check its id.")
    return job


@router.get("/articles", responses=documented(422))
async def listed(
    service: Open,
    limit: Annotated[int, Query(ge=1, le=_MAX_PAGE)] = 100,
    cursor: Annotated[str | None, Query(max_length=200)] = None,
) -> ArticlePage:
    """The articles ordered by id, page by page, without their texts."""
    searcher = service.desk.searcher
    rows = await service.run(lambda: searcher.articles(after=cursor, limit=limit + 1))
    page = tuple(_shape(row) for row in rows[:limit])
    return ArticlePage(articles=page, next_cursor=page[-1].id if len(rows) > limit else None)


# Ids may contain slashes, which servers decode before they look for the route: hence `:path`.
@router.get("/articles/{article_id:path}", responses=documented(404))
async def read(article_id: str, service: Open) -> WholeArticle:
    """One article with its text exactly as stored."""
    article = await service.run(lambda: service.desk.searcher.article(article_id))
    if article is None:
        raise HTTPException(404, _unknown(article_id))
    return WholeArticle(**_shape(article.metadata).model_dump(), text=article.text)


@router.delete("/articles/{article_id:path}", status_code=204, responses=documented(404))
async def remove(article_id: str, service: Open) -> None:
    """Removes an article; no later answer cites it."""
    report = await service.run(lambda: service.indexer.remove([article_id]))
    if report.unknown:
        raise HTTPException(404, _unknown(article_id))


async def _finished(service: Service, job: Job) -> Job:
    """The job when it has ended; another process may be the one that runs it."""
    latest: Job | None = job
    while latest is not None and latest.status in ("queued", "running"):
        await anyio.sleep(_POLL_SECONDS)
        latest = await service.run(lambda: service.jobs.find(job.id))
    return latest or job


async def _work(request: Request, service: Service) -> Work:
    """What the request's body asks to be done."""
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type == "multipart/form-data":
        return await _uploads(request, service.indexer)
    if media_type not in ("application/json", ""):
        raise HTTPException(415, "Send application/json or multipart/form-data.")
    try:
        body = json.loads(await request.body())
    except (ValueError, RecursionError) as error:
        raise HTTPException(400, f"The body is not valid JSON ({error}); correct it.") from error
    return _json_work(body, service.indexer)


async def _uploads(request: Request, indexer: Indexer) -> Work:
    form = await request.form()
    files = [value for value in form.values() if isinstance(value, UploadFile)]
    if not files:
        raise HTTPException(422, "The form holds no file; send at least one.")
    uploads = [(file.filename or "upload", await file.read()) for file in files]

    def work(on_result: OnResult) -> AddReport:
        reports = [indexer.add_upload(name, data, on_result) for name, data in uploads]
        return reports[-1]

    return work


def _json_work(body: object, indexer: Indexer) -> Work:
    items = body.get("articles", [body]) if isinstance(body, dict) else None
    if not _are_objects(items) or not items:
        raise HTTPException(422, 'Send one article as an object, or {"articles": [...]}.')
    if any("text" not in item and not isinstance(item.get("url"), str) for item in items):
        raise HTTPException(422, 'Every article needs "text", or a "url" to fetch it from.')
    addresses = [item["url"] for item in items if "text" not in item]
    fields = [item for item in items if "text" in item]

    def work(on_result: OnResult) -> AddReport:
        report = indexer.add_fields(fields, on_result)
        return indexer.add_sources(addresses, on_result) if addresses else report

    return work


def _are_objects(items: object) -> bool:
    return isinstance(items, list) and all(isinstance(item, dict) for item in items)


def _shape(metadata: ArticleMetadata) -> ArticleShape:
    return ArticleShape(
        id=metadata.id,
        title=metadata.title,
        url=metadata.url,
        source=metadata.source,
        author=metadata.author,
        published_at=metadata.published_at,
        tags=metadata.tags,
    )


def _unknown(article_id: str) -> str:
    return f"There is no article {article_id!r}; GET /articles lists the ids."
