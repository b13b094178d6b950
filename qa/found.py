"""The shape of search results."""

from __future__ import annotations

from index.searcher import SearchResult
from qa.answer import Shape


class FoundPassage(Shape):
    """One passage with where it is: `article.text[start:end] == text`."""

    passage_id: str
    article_id: str
    title: str
    url: str | None
    source: str | None
    published_at: str | None
    text: str
    start: int
    end: int
    score: float


class FoundPassages(Shape):
    """The best passages, best first, all of one generation."""

    generation: int
    passages: tuple[FoundPassage, ...]


def found(result: SearchResult) -> FoundPassages:
    """A search result in the shape that leaves the house."""
    return FoundPassages(
        generation=result.generation,
        passages=tuple(
            FoundPassage(
                passage_id=hit.passage.id,
                article_id=hit.article.id,
                title=hit.article.title,
                url=hit.article.url,
                source=hit.article.source,
                published_at=hit.article.published_at,
                text=hit.passage.text,
                start=hit.passage.start,
                end=hit.passage.end,
                score=round(hit.score, 4),
            )
            for hit in result.hits
        ),
    )
