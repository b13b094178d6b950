"""`/articles`: listing, reading and removing; adding is in `adding`."""

from __future__ import annotations

import base64
import binascii
from dataclasses import asdict
from typing import Annotated

from fastapi import APIRouter, Path, Query
from fastapi.concurrency import run_in_threadpool

from qa.answer import Shape
from qa.article_shapes import ArticleShape, WholeArticle, whole_article
from qa.http.problems import (
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

router = APIRouter(tags=["articles"])

_MAX_PAGE = 500
_MAX_WORDS = 200

# Servers decode a path before they look for its route, so an id's slashes are there as such.
_ROUTE = "/articles/{article_id:path}"
ArticleId = Annotated[str, Path(description="The article's id, percent-encoded.")]


class ArticlePage(Shape):
    """One page of the list; `next_cursor` leads to the next, null on the last."""

    articles: tuple[ArticleShape, ...]
    next_cursor: str | None


@router.get("/articles", summary="List articles", responses=documented(INVALID, UNAVAILABLE))
async def listed(
    collection: Open,
    limit: Annotated[int, Query(ge=1, le=_MAX_PAGE, description="Articles at most.")] = 100,
    cursor: Annotated[
        str | None, Query(description="The `next_cursor` of the page before.")
    ] = None,
    words: Annotated[
        str, Query(max_length=_MAX_WORDS, description="Words of title, source or author.")
    ] = "",
    source: Annotated[str | None, Query(description="The source, exactly.")] = None,
) -> ArticlePage:
    """The articles ordered by id, page by page, without their texts.

    With `words` those that have every one of them in their title, source or author.
    """
    searcher = collection.desk.searcher
    after = None if cursor is None else _id_of(cursor)
    rows = await run_in_threadpool(
        lambda: searcher.articles(after=after, limit=limit + 1, words=words.split(), source=source)
    )
    page = tuple(ArticleShape(**asdict(row)) for row in rows[:limit])
    more = len(rows) > limit
    return ArticlePage(articles=page, next_cursor=_cursor_of(page[-1].id) if more else None)


@router.get(_ROUTE, summary="Read an article", responses=documented(NOT_FOUND, UNAVAILABLE))
async def read(article_id: ArticleId, collection: Open) -> WholeArticle:
    """One article with its text exactly as stored, in which every offset counts."""
    article = await run_in_threadpool(collection.desk.searcher.article, article_id)
    if article is None:
        raise _unknown(article_id)
    return whole_article(article)


@router.delete(
    _ROUTE,
    summary="Remove an article",
    status_code=204,
    responses=documented(NOT_FOUND, UNAVAILABLE),
)
async def remove(article_id: ArticleId, collection: Open) -> None:
    """Removes an article; no later answer cites it."""
    report = await run_in_threadpool(collection.indexer.remove, [article_id])
    if report.unknown:
        raise _unknown(article_id)


def _unknown(article_id: str) -> ProblemError:
    return not_found("article", article_id, "GET /articles lists the ids")


def _cursor_of(article_id: str) -> str:
    return base64.urlsafe_b64encode(article_id.encode()).decode().rstrip("=")


def _id_of(cursor: str) -> str:
    try:
        padded = cursor.encode() + b"=" * (-len(cursor) % 4)
        return base64.b64decode(padded, altchars=b"-_", validate=True).decode()
    except (binascii.Error, ValueError) as error:
        detail = "it is no cursor of this list; take `next_cursor` from the page before"
        raise invalid([Mistake(where="query", field="cursor", detail=detail)]) from error
