"""Adding and updating: what is stored, and what has to be embedded for it."""

from __future__ import annotations

from pathlib import Path

import pytest

from index.article import Refusal, Span
from index.indexer import Indexer, Taken, open_indexer
from index.options import IndexOptions
from index.searcher import open_searcher
from tests.index.conftest import Open
from tests.index.samples import document, long_text
from tests.index.word_embedder import WordEmbedder


def only(taken: tuple[Taken, ...]) -> Taken:
    """The one report there is."""
    assert len(taken) == 1
    return taken[0]


def test_a_new_article_is_stored_as_it_was_given(indexer: Indexer) -> None:
    given = document(
        "corn",
        "China buys corn from Ukraine.",
        title="Corn and wheat",
        url="https://example.org/corn",
        source="Example",
        author="A. Writer",
        published_at="2022-01-19",
        tags=("trade", "food"),
    )
    report = indexer.add([given])
    assert only(report.taken) == Taken("corn", "corn-and-wheat", "added", 1, 1)
    article = indexer.searcher().article("corn-and-wheat")
    assert article is not None
    assert article.text == given.text
    metadata = article.metadata
    assert (metadata.title, metadata.url, metadata.source) == (given.title, given.url, "Example")
    assert (metadata.author, metadata.published_at) == ("A. Writer", "2022-01-19")
    assert metadata.tags == ("trade", "food")


def test_an_article_can_be_found_as_soon_as_it_is_reported(indexer: Indexer) -> None:
    searcher = indexer.searcher()
    found: list[list[str]] = []

    def on_result(result: Taken | Refusal) -> None:
        assert isinstance(result, Taken)
        found.append([hit.passage.article_id for hit in searcher.search(result.article_id).hits])

    indexer.add([document("ferry", "The ferry left."), document("mill", "The mill.")], on_result)
    assert found[0][0] == "ferry"
    assert found[1][0] == "mill"


def test_refused_sources_are_passed_on_in_their_place(indexer: Indexer) -> None:
    seen: list[str] = []
    refusal = Refusal("broken.pdf", "it is locked; unlock it")
    report = indexer.add(
        [refusal, document("mill", "The mill.")], lambda result: seen.append(result.source_name)
    )
    assert report.refused == (refusal,)
    assert only(report.taken).outcome == "added"
    assert seen == ["broken.pdf", "mill"]


def test_the_same_article_again_embeds_nothing_and_makes_no_generation(
    indexer: Indexer, embedder: WordEmbedder
) -> None:
    article = document("mill", long_text("mill", 40))
    first = indexer.add([article])
    embedder.given.clear()
    again = indexer.add([article])
    assert only(again.taken).outcome == "unchanged"
    assert only(again.taken).passages == only(first.taken).passages
    assert again.generation == first.generation
    assert embedder.given == []


def test_the_same_article_twice_in_one_go_is_stored_once(
    indexer: Indexer, embedder: WordEmbedder
) -> None:
    article = document("mill", "The mill stands.")
    report = indexer.add([article, article])
    assert [taken.outcome for taken in report.taken] == ["added", "unchanged"]
    assert len(embedder.given) == 1


def test_one_changed_word_embeds_only_the_passages_it_is_in(
    indexer: Indexer, embedder: WordEmbedder
) -> None:
    text = long_text("river", 60)
    indexer.add([document("river", text)])
    every = len(embedder.given)
    embedder.given.clear()
    changed = text.replace("In river30 the", "In river30 no")
    report = indexer.add([document("river", changed)])
    assert only(report.taken).outcome == "updated"
    assert 1 <= len(embedder.given) <= 2 < every
    assert all("river30" in given for given in embedder.given)
    assert only(report.taken).embedded == len(embedder.given)


def test_text_put_in_front_moves_the_passages_behind_it_without_embedding_them(
    indexer: Indexer, embedder: WordEmbedder
) -> None:
    head = "Chapter\n\n"
    text = long_text("river", 30)
    span = (Span(0, 7),)
    indexer.add([document("river", head + text, headings=span)])
    embedder.given.clear()
    longer = "A first paragraph stands alone.\n\n"
    moved = (Span(len(longer), len(longer) + 7),)
    indexer.add([document("river", longer + head + text, headings=moved)])
    assert embedder.given == ["River\nA first paragraph stands alone."]
    for hit in indexer.searcher().search("river29 was seen", top_k=50).hits:
        article = indexer.searcher().article("river")
        assert article is not None
        assert article.text[hit.passage.start : hit.passage.end] == hit.passage.text
    assert indexer.verify() == ()


def test_passages_that_two_articles_share_are_embedded_once(
    indexer: Indexer, embedder: WordEmbedder
) -> None:
    indexer.add([document("one", "The same words.", title="Notice")])
    embedder.given.clear()
    indexer.add([document("two", "The same words.", title="Notice")])
    assert embedder.given == []
    indexer.remove(["one"])
    assert [hit.passage.article_id for hit in indexer.searcher().search("words").hits] == ["two"]
    assert indexer.verify() == ()


def test_a_new_title_is_found_and_the_old_one_forgotten(indexer: Indexer) -> None:
    indexer.add([document("a", "It stands by the river.", title="Windmill")])
    indexer.add([document("a", "It stands by the river.", title="Lighthouse")])
    searcher = indexer.searcher()
    assert searcher.search("lighthouse").hits[0].lexical > 0
    assert searcher.search("windmill").hits[0].lexical == 0


def test_changed_metadata_alone_embeds_nothing(indexer: Indexer, embedder: WordEmbedder) -> None:
    indexer.add([document("a", "It stands.", author="First", tags=("x",))])
    embedder.given.clear()
    report = indexer.add([document("a", "It stands.", author="Second", tags=("y", "z"))])
    assert only(report.taken).outcome == "updated"
    assert embedder.given == []
    metadata = indexer.searcher().articles()[0]
    assert (metadata.author, metadata.tags) == ("Second", ("y", "z"))


def test_a_url_that_an_update_does_not_state_stays(indexer: Indexer) -> None:
    indexer.add([document("a", "One.", given_id="a", url="https://example.org/a")])
    update = document("a", "Two.", given_id="a")
    assert only(indexer.add([update]).taken).outcome == "updated"
    assert indexer.searcher().articles()[0].url == "https://example.org/a"
    assert indexer.verify() == ()
    assert only(indexer.add([update]).taken).outcome == "unchanged"


def test_many_articles_become_several_generations(indexer: Indexer) -> None:
    documents = [document(f"n{number}", long_text(f"n{number}", 12)) for number in range(200)]
    report = indexer.add(documents)
    assert len(report.taken) == 200
    assert report.generation > 1
    assert indexer.status().articles == 200


def test_an_article_without_a_single_passage_is_kept_and_removed(indexer: Indexer) -> None:
    indexer.add([document("furniture", "Load more")])
    before = indexer.searcher().generation
    assert indexer.remove(["furniture"]).removed == ("furniture",)
    assert indexer.searcher().generation > before


def test_adding_nothing_changes_nothing(indexer: Indexer) -> None:
    report = indexer.add([])
    assert (report.taken, report.refused, report.generation) == ((), (), 0)


def test_add_fields_names_a_bad_article_by_its_place(indexer: Indexer) -> None:
    report = indexer.add_fields([{"text": "Good words.", "id": "good"}, {"title": "No text"}])
    assert only(report.taken).article_id == "good"
    assert [refusal.source_name for refusal in report.refused] == ["article 2"]


def test_odd_texts_are_stored_as_they_are(indexer: Indexer) -> None:
    texts = [
        "é̂́ 🇰🇿👩‍👩‍👧 emoji.",
        "a\r\nb\u2028c.",
        "\ufeffmark.",
        "x" * 50_000,
        "中文没有空格。" * 200,
    ]
    indexer.add([document(f"t{number}", text) for number, text in enumerate(texts)])
    searcher = indexer.searcher()
    for number, text in enumerate(texts):
        article = searcher.article(f"t{number}")
        assert article is not None
        assert article.text == text
    assert indexer.verify() == ()


def test_status_counts_the_write_ahead_log(indexer: Indexer, reopen: Open) -> None:
    indexer.add([document("a", long_text("a", 50))])
    status = reopen().status()
    folder = indexer._options.data_dir
    files = [folder / "catalogue.sqlite", folder / "catalogue.sqlite-wal"]
    assert status.bytes_by_part["catalogue.sqlite"] == sum(file.stat().st_size for file in files)
    assert files[1].stat().st_size > 0
    assert (status.articles, status.model_name) == (1, "bag-of-words")


@pytest.mark.parametrize("text", ["Corn is grown here.", "Wheat is grown here."])
def test_the_bundled_model_indexes_and_finds(folder: Path, text: str) -> None:
    options = IndexOptions(folder)
    open_indexer(options).add([document("a", text), document("b", "The council met on Monday.")])
    best = open_searcher(options).search("What grows in the fields?").hits[0]
    assert best.passage.article_id == "a"
    assert best.score == pytest.approx(0.45 + 0.55 * (best.lexical > 0))
