"""The shapes in which articles leave the house."""

from __future__ import annotations

from dataclasses import asdict

from index.article import Article
from qa.answer import Shape


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


def whole_article(article: Article) -> WholeArticle:
    """An article in the shape that leaves the house."""
    return WholeArticle(**asdict(article.metadata), text=article.text)
