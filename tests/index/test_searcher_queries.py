"""Searching: order, scores, and questions that are none."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.catalogue.catalogue import Catalogue
from index.engines.local.engine import LocalEngine
from index.indexer import Indexer
from index.options import DERIVED, IndexOptions
from index.searcher import Filters, Searcher
from tests.index.samples import document, long_text
from tests.index.word_embedder import WordEmbedder

NAMES = ("barley", "copper", "ferry", "garden")


@pytest.fixture(scope="module")
def searcher(tmp_path_factory: pytest.TempPathFactory) -> Searcher:
    """Four articles of several passages each; tests only read them."""
    folder: Path = tmp_path_factory.mktemp("collection")
    indexer = Indexer(
        Catalogue(folder), LocalEngine(folder / DERIVED), WordEmbedder(), IndexOptions(folder)
    )
    indexer.add([document(name, long_text(name, 40)) for name in NAMES])
    return indexer.searcher()


def test_an_empty_collection_finds_nothing(indexer: Indexer) -> None:
    searcher = indexer.searcher()
    searcher.check_ready()
    result = searcher.search("anything")
    assert (result.generation, result.hits) == (0, ())
    assert searcher.articles() == []
    assert searcher.article("a") is None


def test_an_emptied_collection_finds_nothing(indexer: Indexer) -> None:
    indexer.add([document("a", "One.")])
    indexer.remove(["a"])
    assert indexer.searcher().search("one").hits == ()


def test_the_passage_with_the_rare_word_comes_first(searcher: Searcher) -> None:
    for name in NAMES:
        best = searcher.search(f"what happened in {name}33?").hits[0]
        assert best.article.id == name
        assert f"{name}33 " in best.passage.text


def test_hits_come_best_first_with_scores_between_0_and_1(searcher: Searcher) -> None:
    hits = searcher.search("barley3 seen at the copper5 bridge", top_k=30).hits
    scores = [hit.score for hit in hits]
    assert scores == sorted(scores, reverse=True)
    assert all(0 <= score <= 1 for score in scores)
    assert all(-1.001 <= hit.dense <= 1.001 and hit.lexical >= 0 for hit in hits)
    assert len({hit.passage.id for hit in hits}) == len(hits)


def test_every_passage_is_verbatim_where_it_says_it_is(searcher: Searcher) -> None:
    for hit in searcher.search("river mill winter", top_k=100).hits:
        article = searcher.article(hit.passage.article_id)
        assert article is not None
        assert article.text[hit.passage.start : hit.passage.end] == hit.passage.text
        assert hit.article == article.metadata


def test_top_k_bounds_the_hits_and_does_not_change_their_order(searcher: Searcher) -> None:
    every = [hit.passage.id for hit in searcher.search("river mill", top_k=10_000).hits]
    for top_k in (0, 1, 5):
        some = [hit.passage.id for hit in searcher.search("river mill", top_k=top_k).hits]
        assert some == every[:top_k]


def test_a_question_that_shares_no_word_is_ranked_by_meaning_alone(searcher: Searcher) -> None:
    hits = searcher.search("zyzzyva qwxyz").hits
    assert hits
    assert all(hit.lexical == 0 and hit.score <= 0.5 for hit in hits)


@pytest.mark.parametrize(
    "query",
    [
        "",
        " \t\n",
        "?!… — «»",
        'title:"x" AND (',
        "key:1 OR *:* NOT -ferry~2^9 [a TO z] /reg.*ex/",
        "the of and",
        "🌽🇰🇿👩‍👩‍👧",
        "nul\x00in the middle",
        "lone \ud800 surrogate",
        "中文没有空格",
        "x" * 100_000,
    ],
)
def test_odd_questions_find_something_or_nothing_but_never_fail(
    searcher: Searcher, query: str
) -> None:
    assert len(searcher.search(query, top_k=3).hits) <= 3


def test_query_syntax_is_taken_as_words(searcher: Searcher) -> None:
    hits = searcher.search('NOT "ferry7" AND title:(').hits
    assert "ferry7 " in hits[0].passage.text


def test_ten_thousand_words_are_searched(searcher: Searcher) -> None:
    words = " ".join(f"nothing{number}" for number in range(9_999))
    assert "garden12 " in searcher.search(f"{words} garden12").hits[0].passage.text


@settings(max_examples=60)
@given(query=st.text(max_size=60), top_k=st.integers(1, 80))
def test_any_text_can_be_asked(searcher: Searcher, query: str, top_k: int) -> None:
    hits = searcher.search(query, top_k=top_k).hits
    assert len(hits) <= top_k
    assert all(0 <= hit.score <= 1 for hit in hits)
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)


def test_articles_are_listed_by_id_page_by_page(searcher: Searcher) -> None:
    first = searcher.articles(limit=3)
    rest = searcher.articles(after=first[-1].id, limit=3)
    assert [article.id for article in first + rest] == sorted(NAMES)


def test_embed_gives_unit_vectors(searcher: Searcher) -> None:
    vectors = searcher.embed(["one", "two words"])
    assert vectors.shape == (2, 64)
    assert (vectors**2).sum(axis=1) == pytest.approx([1, 1])


def test_filters_that_nothing_passes_find_nothing(searcher: Searcher) -> None:
    assert searcher.search("river", filters=Filters(article_ids=("nobody",))).hits == ()
