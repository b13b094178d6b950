"""The read side: hybrid search on one generation."""

from __future__ import annotations

from dataclasses import dataclass

from index.article import ArticleMetadata, Passage


@dataclass(frozen=True, slots=True)
class Filters:
    """Which articles may be found; empty lets everything through.

    Within one field any value matches, across fields all must. `published_after` and
    `published_before` are RFC 3339 dates or date-times, both inclusive; a date stands for its
    whole day in UTC. An article without a date does not pass a date filter.
    """

    article_ids: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    published_after: str | None = None
    published_before: str | None = None


@dataclass(frozen=True, slots=True)
class Hit:
    """One found passage.

    `score` is the hybrid score in 0..1, `dense` the cosine of question and passage, `lexical`
    the BM25 score (0.0 when no term matched).
    """

    passage: Passage
    article: ArticleMetadata
    score: float
    dense: float
    lexical: float


@dataclass(frozen=True, slots=True)
class SearchResult:
    """Hits, best first, all of one generation."""

    generation: int
    hits: tuple[Hit, ...]
