"""Which articles pass a filter, as conditions of a query."""

from __future__ import annotations

from sqlalchemy import ColumnElement, Select, select

from index.catalogue.entities import ArticleFilter
from index.catalogue.tables import articles, tags
from index.dates import moments
from index.errors import CollectionError


def conditions(filter_: ArticleFilter) -> list[ColumnElement[bool]]:
    """What an article has to meet. Raises `CollectionError` for a date that is none."""
    found: list[ColumnElement[bool]] = []
    if filter_.article_ids:
        found.append(articles.c.id.in_(filter_.article_ids))
    if filter_.sources:
        found.append(articles.c.source.in_(filter_.sources))
    if filter_.tags:
        tagged: Select[tuple[int]] = select(tags.c.article_key).where(tags.c.tag.in_(filter_.tags))
        found.append(articles.c.key.in_(tagged))
    if filter_.published_after:
        found.append(articles.c.published_until >= _moments(filter_.published_after)[0])
    if filter_.published_before:
        found.append(articles.c.published_from <= _moments(filter_.published_before)[1])
    return found


def _moments(date: str) -> tuple[str, str]:
    try:
        return moments(date)
    except (ValueError, OverflowError) as error:
        raise CollectionError(
            f"The date filter {date!r} is not an RFC 3339 date or date-time; "
            "write it as 2022-01-19 or 2022-01-19T08:00:00Z."
        ) from error
