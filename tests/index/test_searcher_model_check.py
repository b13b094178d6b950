"""Another embedding model: noticed in one sentence, mended by a rebuild."""

from __future__ import annotations

import pytest

from index.errors import CollectionError
from tests.index.conftest import Open
from tests.index.samples import document, long_text
from tests.index.word_embedder import WordEmbedder

ARTICLES = [document("mill", long_text("mill", 30)), document("ferry", "The ferry left.")]


@pytest.mark.parametrize("dimension", [64, 32])
def test_another_model_is_named_with_the_way_out(reopen: Open, dimension: int) -> None:
    reopen().add(ARTICLES)
    other = reopen(WordEmbedder("other", dimension))
    for use in (
        lambda: other.searcher().search("ferry"),
        lambda: other.searcher().check_ready(),
        lambda: other.add([document("new", "New words.")]),
        lambda: other.add(ARTICLES),
    ):
        with pytest.raises(CollectionError) as raised:
            use()
        message = str(raised.value)
        assert "bag-of-words" in message
        assert "other" in message
        assert "`footnote rebuild`" in message
    assert reopen().searcher().search("ferry").hits[0].article.id == "ferry"
    assert reopen().searcher().article("new") is None


@pytest.mark.parametrize("dimension", [64, 32])
def test_rebuild_embeds_everything_with_the_new_model(
    reopen: Open, embedder: WordEmbedder, dimension: int
) -> None:
    reopen().add(ARTICLES)
    every = len(embedder.given)
    other = WordEmbedder("other", dimension)
    progress: list[tuple[int, int]] = []
    indexer = reopen(other)
    generation = indexer.rebuild(lambda done, total: progress.append((done, total)))
    assert generation == 2
    assert progress[-1] == (2, 2)
    assert len(other.given) == every
    assert indexer.verify() == ()
    status = indexer.status()
    assert (status.model_name, status.vectors) == ("other", every)
    hit = indexer.searcher().search("mill7 seen").hits[0]
    assert "mill7 " in hit.passage.text
    assert hit.dense == pytest.approx(
        float(other.embed_query("mill7 seen") @ other.embed_query("Mill\n" + hit.passage.text)),
        abs=1e-5,
    )
    with pytest.raises(CollectionError, match="footnote rebuild"):
        reopen().searcher().search("mill")


def test_a_server_that_runs_on_notices_the_new_model(reopen: Open) -> None:
    server = reopen()
    server.add(ARTICLES)
    searcher = server.searcher()
    searcher.search("mill")
    reopen(WordEmbedder("other")).rebuild()
    with pytest.raises(CollectionError, match="embedded with other"):
        searcher.search("mill")


def test_rebuild_with_the_same_model_embeds_nothing(reopen: Open, embedder: WordEmbedder) -> None:
    reopen().add(ARTICLES)
    embedder.given.clear()
    reopen().rebuild()
    assert embedder.given == []


def test_rebuild_of_an_empty_collection_is_nothing_to_fear(reopen: Open) -> None:
    indexer = reopen(WordEmbedder("other"))
    searcher = indexer.searcher()
    assert searcher.search("x").hits == ()
    indexer.rebuild()
    assert searcher.search("x").hits == ()
    assert reopen(WordEmbedder("other")).verify() == ()


def test_a_model_chosen_for_an_empty_collection_needs_no_rebuild(reopen: Open) -> None:
    assert reopen().searcher().search("x").hits == ()
    reopen(WordEmbedder("other")).add(ARTICLES)
    assert reopen(WordEmbedder("other")).searcher().search("ferry").hits
