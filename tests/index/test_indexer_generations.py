"""Generations: one change, one number; readers see one from start to end."""

from __future__ import annotations

import pytest

from index.engines.base import GenerationGoneError
from index.indexer import Indexer
from index.newest_view import newest_view
from index.searcher import SearchResult
from tests.index.conftest import Open
from tests.index.samples import document, long_text


def found(result: SearchResult) -> set[str]:
    """Ids of the articles that were found."""
    return {hit.passage.article_id for hit in result.hits}


def test_every_change_makes_a_greater_generation(indexer: Indexer) -> None:
    numbers = [
        indexer.searcher().generation,
        indexer.add([document("a", "One.")]).generation,
        indexer.add([document("a", "Two.")]).generation,
        indexer.rebuild(),
        indexer.remove(["a"]).generation,
        indexer.add([document("a", "One.")]).generation,
    ]
    assert numbers == sorted(set(numbers))
    assert numbers[0] == 0


def test_removing_says_what_it_removed_and_what_it_did_not_know(indexer: Indexer) -> None:
    indexer.add([document("a", "One."), document("b", "Two.")])
    before = indexer.searcher().generation
    report = indexer.remove(["b", "nobody", "b"])
    assert (report.removed, report.unknown) == (("b",), ("nobody",))
    assert report.generation == before + 1
    assert found(indexer.searcher().search("two one")) == {"a"}
    assert indexer.searcher().article("b") is None
    assert indexer.verify() == ()


def test_removing_only_unknown_ids_makes_no_generation(indexer: Indexer) -> None:
    before = indexer.add([document("a", "One.")]).generation
    assert indexer.remove(["x", "y"]).generation == before


def test_a_searcher_opened_before_a_change_notices_it(indexer: Indexer, reopen: Open) -> None:
    indexer.add([document("mill", "The mill.")])
    searcher = reopen().searcher()
    assert found(searcher.search("mill ferry")) == {"mill"}
    indexer.add([document("ferry", "The ferry.")])
    assert found(searcher.search("mill ferry")) == {"mill", "ferry"}
    indexer.remove(["mill"])
    result = searcher.search("mill ferry")
    assert found(result) == {"ferry"}
    assert result.generation == searcher.generation


def test_a_reader_in_the_middle_of_its_generation_keeps_all_of_it(
    indexer: Indexer, reopen: Open
) -> None:
    indexer.add([document("mill", "The mill stands."), document("ferry", "The ferry left.")])
    reader = reopen()
    with reader._catalogue.read() as snapshot:
        view = reader._engine.view(snapshot)
        indexer.remove(["mill"])
        indexer.add([document("ferry", "No boat today."), document("new", "A mill and a ferry.")])
        keys = {match.key for match in view.matching("mill ferry", 10, None)}
        near = view.nearest(reader._embedder.embed_query("mill"), 10, None)
        texts = [entry.text for entry in snapshot.texts_of(sorted(keys))]
        assert texts == ["The mill stands.", "The ferry left."]
        assert {match.key for match in near} == keys
        assert snapshot.article("mill") is not None


def test_a_reader_too_late_for_its_generation_takes_the_next(
    indexer: Indexer, reopen: Open
) -> None:
    """A snapshot was taken, then a writer removed and cleaned up before the view was made."""
    indexer.add([document("mill", "The mill stands."), document("ferry", "The ferry left.")])
    reader = reopen()
    with reader._catalogue.read() as snapshot:
        assert snapshot.generation() == 1
        indexer.remove(["mill"])
        with pytest.raises(GenerationGoneError):
            reader._engine.view(snapshot)
    with newest_view(reader._catalogue, reader._engine) as (snapshot, view):
        assert (snapshot.generation(), view.generation) == (2, 2)


def test_a_changed_article_is_never_found_by_its_old_words(indexer: Indexer) -> None:
    indexer.add([document("a", long_text("old", 30))])
    indexer.add([document("a", long_text("new", 30))])
    hits = indexer.searcher().search("old7", top_k=50).hits
    assert hits
    assert all(hit.lexical == 0 and "old" not in hit.passage.text for hit in hits)
