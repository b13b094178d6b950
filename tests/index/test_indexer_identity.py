"""Which article a document updates: the given id, else the URL, else the path."""

from __future__ import annotations

import pytest

from index.article import Document
from index.indexer import Indexer
from tests.index.samples import document

URL = "https://example.org/a"


def add(indexer: Indexer, one: Document) -> tuple[str, str]:
    """Adds one document; its article id and what became of it."""
    taken = indexer.add([one]).taken[0]
    return taken.article_id, taken.outcome


def test_a_given_id_is_kept_as_it_is(indexer: Indexer) -> None:
    for given in ("Ä/ö?#% 1", "x" * 200, "12"):
        assert add(indexer, document("a", "One.", given_id=given)) == (given, "added")


def test_the_given_id_comes_before_url_and_path(indexer: Indexer) -> None:
    add(indexer, document("a", "One.", given_id="a"))
    add(indexer, document("b", "Two.", url=URL))
    assert add(indexer, document("c", "Three.", given_id="a", url=URL)) == ("a", "updated")


def test_the_url_comes_before_the_path(indexer: Indexer) -> None:
    add(indexer, document("by-path", "One.", path="x.html"))
    add(indexer, document("by-url", "Two.", url=URL))
    assert add(indexer, document("c", "Three.", url=URL, path="x.html")) == ("by-url", "updated")


def test_a_file_is_known_by_its_path(indexer: Indexer) -> None:
    assert add(indexer, document("a", "One.", path="news/a.txt")) == ("news-a", "added")
    assert add(indexer, document("a", "Two.", path="news/a.txt")) == ("news-a", "updated")


def test_two_given_ids_stay_two_whatever_their_url_and_path(indexer: Indexer) -> None:
    add(indexer, document("a", "One.", given_id="a", url=URL, path="x.txt"))
    assert add(indexer, document("b", "Two.", given_id="b", url=URL, path="x.txt"))[1] == "added"
    assert [article.id for article in indexer.searcher().articles()] == ["a", "b"]


def test_a_made_id_taken_up_by_its_owner_counts_as_given(indexer: Indexer) -> None:
    made, _ = add(indexer, document("a", "One.", title="Notes", url=URL))
    assert add(indexer, document("b", "Two.", given_id=made)) == (made, "updated")
    assert add(indexer, document("c", "Three.", given_id="other", url=URL))[0] == "other"


def test_a_document_without_an_id_updates_the_given_one_of_its_url(indexer: Indexer) -> None:
    add(indexer, document("a", "One.", given_id="a", url=URL))
    assert add(indexer, document("b", "Two.", url=URL)) == ("a", "updated")


def test_a_file_that_moved_leaves_its_old_path_to_others(indexer: Indexer) -> None:
    add(indexer, document("a", "One.", url=URL, path="old.html"))
    add(indexer, document("a", "One.", url=URL, path="new.html"))
    assert add(indexer, document("b", "Another.", path="old.html"))[1] == "added"
    article = indexer.searcher().article("a")
    assert article is not None
    assert article.text == "One."


@pytest.mark.parametrize(
    ("stated", "made"),
    [
        ({"path": "News/Été à Paris.txt"}, "news-été-à-paris"),
        ({"url": URL, "title": "Why, Sir? (1)"}, "why-sir-1"),
        ({"url": URL, "title": "???"}, "article"),
        ({"url": URL, "title": "x" * 500}, "x" * 80),
    ],
)
def test_made_ids_are_readable(indexer: Indexer, stated: dict[str, str], made: str) -> None:
    assert add(indexer, document("a", "One.", **stated))[0] == made


def test_articles_of_one_title_get_numbers(indexer: Indexer) -> None:
    found = [
        add(indexer, document("a", "One.", title="Same", url=f"{URL}{number}"))[0]
        for number in range(40)
    ]
    assert found[:3] == ["same", "same-2", "same-3"]
    assert len(set(found)) == 40
