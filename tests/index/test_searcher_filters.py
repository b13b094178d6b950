"""Filters by article, source, tag and date."""

from __future__ import annotations

from pathlib import Path

import pytest

from index.article import Document
from index.catalogue.catalogue import Catalogue
from index.engines.local.engine import LocalEngine
from index.errors import CollectionError
from index.indexer import Indexer
from index.options import DERIVED, IndexOptions
from index.searcher import Filters, Searcher
from tests.index.samples import document, long_text
from tests.index.word_embedder import WordEmbedder

ARTICLES = (
    document("day", "The mill.", source="Herald", tags=("a", "b"), published_at="2022-01-19"),
    document(
        "noon", "The mill.", source="Herald", tags=("b",), published_at="2022-01-19T12:00:00Z"
    ),
    document(
        "east", "The mill.", source="Post", tags=("c",), published_at="2022-01-20T01:30:00+06:00"
    ),
    document("later", "The mill.", source="Post", published_at="2022-03-01"),
    document("undated", "The mill.", tags=("a",)),
)


def searcher_over(folder: object, documents: tuple[Document, ...]) -> Searcher:
    """A collection of the given documents."""
    options = IndexOptions(folder)  # type: ignore[arg-type]
    data_dir = options.data_dir
    engine = LocalEngine(data_dir / DERIVED)
    indexer = Indexer(Catalogue(data_dir), engine, WordEmbedder(), options)
    indexer.add(documents)
    return indexer.searcher()


@pytest.fixture(scope="module")
def searcher(tmp_path_factory: pytest.TempPathFactory) -> Searcher:
    """Five articles with the same words."""
    return searcher_over(tmp_path_factory.mktemp("filters"), ARTICLES)


def found(searcher: Searcher, filters: Filters) -> set[str]:
    """Ids of the articles that pass."""
    return {hit.article.id for hit in searcher.search("mill", top_k=50, filters=filters).hits}


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        (Filters(), {"day", "noon", "east", "later", "undated"}),
        (Filters(article_ids=("noon", "later", "nobody")), {"noon", "later"}),
        (Filters(sources=("Herald",)), {"day", "noon"}),
        (Filters(sources=("Herald", "Post")), {"day", "noon", "east", "later"}),
        (Filters(sources=("herald",)), set()),
        (Filters(tags=("a",)), {"day", "undated"}),
        (Filters(tags=("a", "c")), {"day", "undated", "east"}),
        (Filters(sources=("Herald",), tags=("a",)), {"day"}),
        (Filters(tags=("c",), article_ids=("day",)), set()),
    ],
)
def test_within_a_field_any_value_across_fields_all(
    searcher: Searcher, filters: Filters, expected: set[str]
) -> None:
    assert found(searcher, filters) == expected


@pytest.mark.parametrize(
    ("after", "before", "expected"),
    [
        ("2022-01-19", None, {"day", "noon", "east", "later"}),
        ("2022-01-20", None, {"later"}),
        (None, "2022-01-19", {"day", "noon", "east"}),
        (None, "2022-01-18", set()),
        ("2022-01-19", "2022-01-19", {"day", "noon", "east"}),
        ("2022-01-19T12:00:00Z", None, {"day", "noon", "east", "later"}),
        ("2022-01-19T12:00:00.000001Z", None, {"day", "east", "later"}),
        ("2022-01-19T18:00:00+06:00", "2022-01-19T18:00:00+06:00", {"day", "noon"}),
        ("2022-01-19T19:30:00", "2022-01-19T19:30:00", {"day", "east"}),
        ("2022-01-20T01:30:00+06:00", "2022-01-20T01:30:00+06:00", {"day", "east"}),
        (None, "2022-01-19T11:59:59Z", {"day"}),
        ("2022-03-01", "2022-01-01", set()),
    ],
)
def test_dates_are_inclusive_and_compared_in_utc(
    searcher: Searcher, after: str | None, before: str | None, expected: set[str]
) -> None:
    filters = Filters(published_after=after, published_before=before)
    assert found(searcher, filters) == expected


@pytest.mark.parametrize("date", ["yesterday", "2022-13-01", "19.1.2022", "0001-01-01T00:00+14:00"])
def test_a_date_that_is_none_is_named(searcher: Searcher, date: str) -> None:
    with pytest.raises(CollectionError, match="RFC 3339") as raised:
        searcher.search("mill", filters=Filters(published_after=date))
    assert date in str(raised.value)


def test_a_filtered_search_finds_what_stands_far_down_unfiltered(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    crowd = tuple(document(f"n{number}", long_text("same", 8)) for number in range(150))
    wanted = document("wanted", "A same8 word, once.", tags=("x",))
    searcher = searcher_over(tmp_path_factory.mktemp("crowd"), (*crowd, wanted))
    hits = searcher.search("same8 river", filters=Filters(tags=("x",))).hits
    assert [hit.article.id for hit in hits] == ["wanted"]
    assert hits[0].lexical > 0


def test_a_filter_follows_every_change_of_the_collection(tmp_path: Path) -> None:
    options = IndexOptions(tmp_path)
    engine = LocalEngine(tmp_path / DERIVED)
    indexer = Indexer(Catalogue(tmp_path), engine, WordEmbedder(), options)
    searcher = indexer.searcher()
    wanted = Filters(tags=("x",))
    seen = []
    for change in (
        lambda: indexer.add([document("one", "The mill.", tags=("x",))]),
        lambda: indexer.add([document("two", "The mill.", tags=("y",))]),
        lambda: indexer.add([document("two", "The mill.", tags=("x",))]),
        lambda: indexer.add([document("one", "The mill.", tags=("y",))]),
        lambda: indexer.remove(["two"]),
    ):
        change()
        seen.append(found(searcher, wanted))
        assert found(searcher, wanted) == seen[-1]
    assert seen == [{"one"}, {"one"}, {"one", "two"}, {"two"}, set()]


@pytest.mark.parametrize("every", [2, 40])
def test_a_filter_leaves_the_scores_of_what_it_lets_through(tmp_path: Path, every: int) -> None:
    """Whether few pass, which are looked up by their keys, or many, which are picked out."""
    articles = [
        document(f"n{n}", long_text("same", 12), tags=("x",) if n % every == 0 else ())
        for n in range(200)
    ]
    searcher = searcher_over(tmp_path, tuple(articles))
    everything = searcher.search("same8 river", top_k=1_000).hits
    scores = {hit.passage.id: (hit.dense, hit.lexical) for hit in everything}
    hits = searcher.search("same8 river", top_k=1_000, filters=Filters(tags=("x",))).hits
    assert {hit.article.id for hit in hits} == {f"n{n}" for n in range(0, 200, every)}
    for hit in hits:
        assert (hit.dense, hit.lexical) == pytest.approx(scores[hit.passage.id], abs=1e-5)
