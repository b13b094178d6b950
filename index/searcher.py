"""The read side: hybrid search on one generation."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from index.article import Article, ArticleMetadata, Passage
from index.catalogue.entities import ArticleFilter, PlacedPassage
from index.embedding import Embedder, load_embedder
from index.engines.base import Engine, Match
from index.engines.fusion import fused
from index.filtered_keys import FilteredKeys
from index.model_check import check_model
from index.newest_view import newest_view
from index.options import DERIVED, IndexOptions

if TYPE_CHECKING:
    from index.catalogue.catalogue import Catalogue
    from index.catalogue.reading import Snapshot


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


# Articles that are read at once when all are wanted.
_PAGE = 500
# Candidates that each of the two searches brings before they are fused.
_CANDIDATES = 200


class Searcher:
    """Finds passages; every search sees one generation from its start to its end.

    Safe to share between threads. Raises `CollectionError` when the collection was embedded
    with another model or cannot be read.
    """

    def __init__(self, catalogue: Catalogue, engine: Engine, embedder: Embedder) -> None:
        self._catalogue = catalogue
        self._engine = engine
        self._embedder = embedder
        self._filtered = FilteredKeys()

    @property
    def parts(self) -> tuple[Catalogue, Engine, Embedder]:
        """What it is made of, for an indexer beside it."""
        return self._catalogue, self._engine, self._embedder

    @property
    def generation(self) -> int:
        """The newest committed generation."""
        with self._catalogue.read() as snapshot:
            return snapshot.generation()

    def search(
        self,
        query: str,
        *,
        top_k: int = 8,
        filters: Filters = Filters(),
        vector: NDArray[np.float32] | None = None,
    ) -> SearchResult:
        """The `top_k` best passages for a query, by cosine and BM25 together.

        `vector` is the query's where it is known already.
        """
        query = _as_text(query)
        vector = self._embedder.embed_query(query) if vector is None else vector
        self._check_model()
        with newest_view(self._catalogue, self._engine) as (snapshot, view):
            check_model(snapshot, self._embedder)
            if snapshot.model() is None:
                return SearchResult(view.generation, ())
            chosen = _article_filter(filters)
            allowed = None if chosen.is_empty() else self._filtered.of(snapshot, chosen)
            count = max(_CANDIDATES, top_k)
            dense = {m.key: m.score for m in view.nearest(vector, count, allowed)}
            lexical = {m.key: m.score for m in view.matching(query, count, allowed)}
            rest = [key for key in lexical if key not in dense]
            dense |= zip(rest, view.cosines(vector, rest).tolist(), strict=True)
            best = fused(dense, lexical, top_k)
            return SearchResult(view.generation, _hits(snapshot, best, dense, lexical))

    def embed_query(self, query: str) -> NDArray[np.float32]:
        """The vector (dimension,) of a query, unit length."""
        return self._embedder.embed_query(_as_text(query))

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Unit vectors of short texts, shape (len(texts), dimension)."""
        return self._embedder.embed_passages(texts)

    def article(self, article_id: str) -> Article | None:
        """One article with its text, or None.

        Raises `DamagedArticleError` when it is not as it was stored.
        """
        with self._catalogue.read() as snapshot:
            return snapshot.article(article_id)

    def articles(
        self,
        *,
        after: str | None = None,
        limit: int = 100,
        words: Sequence[str] = (),
        source: str | None = None,
    ) -> list[ArticleMetadata]:
        """Up to `limit` articles ordered by id, those after the id `after`.

        With `words` those that have each of them in their title, source or author; with `source`
        those of it alone.
        """
        with self._catalogue.read() as snapshot:
            return snapshot.articles(after, limit, words, source)

    def sources(self, limit: int) -> dict[str, int]:
        """How many articles each source has, the sources with most first, `limit` at most."""
        with self._catalogue.read() as snapshot:
            return snapshot.sources(limit)

    def every_article(self) -> Iterator[ArticleMetadata]:
        """All articles ordered by id, read page by page."""
        after: str | None = None
        while page := self.articles(after=after, limit=_PAGE):
            yield from page
            after = page[-1].id

    def changed_articles(self, after: int) -> list[str]:
        """Ids of the articles that generations later than `after` added or changed."""
        with self._catalogue.read() as snapshot:
            return snapshot.changed_articles(after)

    def known_articles(self, article_ids: Iterable[str]) -> set[str]:
        """Those of the ids that an article has."""
        with self._catalogue.read() as snapshot:
            return snapshot.known_articles(article_ids)

    def check_ready(self) -> int:
        """Loads what the next search needs; the generation that it will see.

        Raises `CollectionError` when questions cannot be answered.
        """
        self._check_model()
        with newest_view(self._catalogue, self._engine) as (_snapshot, view):
            return view.generation

    def _check_model(self) -> None:
        """First of all: another model's vectors are not worth loading."""
        with self._catalogue.read() as snapshot:
            check_model(snapshot, self._embedder)


def open_searcher(options: IndexOptions) -> Searcher:
    """The searcher of a data folder.

    The model loads on a second thread while the database's libraries are imported: together
    they are most of what a cold start costs.
    """
    with ThreadPoolExecutor(1) as second:
        embedder = second.submit(load_embedder, options.embedding_model)
        from index.catalogue.catalogue import Catalogue
        from index.engines.local.engine import LocalEngine

        catalogue = Catalogue(options.data_dir)
        engine = LocalEngine(options.data_dir / DERIVED)
        return Searcher(catalogue, engine, embedder.result())


def _as_text(query: str) -> str:
    return query.encode("utf-8", "replace").decode()  # a lone surrogate is no text


def _article_filter(filters: Filters) -> ArticleFilter:
    return ArticleFilter(
        tuple(filters.article_ids),
        tuple(filters.sources),
        tuple(filters.tags),
        filters.published_after,
        filters.published_before,
    )


def _hits(
    snapshot: Snapshot,
    best: Sequence[Match],
    dense: Mapping[int, float],
    lexical: Mapping[int, float],
) -> tuple[Hit, ...]:
    placed = snapshot.passages(match.key for match in best)
    articles = snapshot.articles_by_key({place.article_key for place in placed.values()})
    hits = []
    for match in best:
        place = placed.get(match.key)
        article = None if place is None else articles.get(place.article_key)
        # Damaged where it is stored: never shown.
        if place is None or article is None or not _is_intact(place, article):
            continue
        text = article.text[place.start : place.end]
        passage = Passage(article.metadata.id, place.start, place.end, text)
        scores = match.score, dense[match.key], lexical.get(match.key, 0.0)
        hits.append(Hit(passage, article.metadata, *scores))
    return tuple(hits)


def _is_intact(place: PlacedPassage, article: Article) -> bool:
    from index.catalogue.verifying import matches

    return matches(place, article.metadata.title, article.text)
