"""Verify names what is not as it was stored; adding again or a rebuild mends it."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from index.errors import CollectionError
from index.indexer import Indexer
from tests.index.conftest import Open
from tests.index.samples import document, long_text

ARTICLE = document(
    "mill",
    "Überschrift\n\n" + long_text("mill", 30),
    url="https://example.org/mill",
    path="mill.html",
    author="A. Writer",
    source="Herald",
    published_at="2022-01-19",
    tags=("a", "b"),
)


@pytest.fixture
def collection(reopen: Open) -> Indexer:
    """Two articles, one of them with everything an article can have."""
    indexer = reopen()
    indexer.add([ARTICLE, document("ferry", "The ferry left.")])
    assert indexer.verify() == ()
    return indexer


def spoil(folder: Path, statement: str) -> None:
    """Changes the database behind the catalogue's back, as a failing disk would."""
    with sqlite3.connect(folder / "catalogue.sqlite") as connection:
        assert connection.execute(statement).rowcount > 0
    connection.close()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE articles SET text = replace(text, 'mill3 ', 'mill2 ') WHERE id = 'mill'",
        # One bit of the letter Ü: no UTF-8 any more.
        "UPDATE articles SET text = CAST(x'439c' || substr(text, 2) AS TEXT) WHERE id = 'mill'",
        "UPDATE articles SET title = 'Mull' WHERE id = 'mill'",
        "UPDATE articles SET url = 'https://example.org/mihl' WHERE id = 'mill'",
        "UPDATE articles SET path = 'mihl.html' WHERE id = 'mill'",
        "UPDATE articles SET author = NULL WHERE id = 'mill'",
        "UPDATE articles SET source = 'Heralt' WHERE id = 'mill'",
        "UPDATE articles SET published_at = '2022-01-18' WHERE id = 'mill'",
        "UPDATE articles SET published_from = '2022-01-18T00:00:00.000000' WHERE id = 'mill'",
        "UPDATE articles SET published_until = NULL WHERE id = 'mill'",
        "UPDATE articles SET headings = '[[0,1]]' WHERE id = 'mill'",
        "UPDATE articles SET headings = '[[0,1' WHERE id = 'mill'",
        "UPDATE articles SET checksum = '0' || substr(checksum, 2) || '0' WHERE id = 'mill'",
        "UPDATE tags SET tag = 'c' WHERE tag = 'a'",
        "UPDATE tags SET position = 7 WHERE tag = 'a'",
    ],
)
def test_a_damaged_article_is_named_and_mended_by_adding_it_again(
    collection: Indexer, folder: Path, reopen: Open, statement: str
) -> None:
    spoil(folder, statement)
    problems = reopen().verify()
    assert any("Article mill is not as it was stored" in problem for problem in problems)
    assert not any("ferry" in problem for problem in problems)
    collection.add([ARTICLE])
    assert reopen().verify() == ()
    article = collection.searcher().article("mill")
    assert article is not None
    assert (article.text, article.metadata.url) == (ARTICLE.text, ARTICLE.url)


@pytest.mark.usefixtures("collection")
def test_a_damaged_id_is_named(folder: Path, reopen: Open) -> None:
    spoil(folder, "UPDATE articles SET id = 'mihl' WHERE id = 'mill'")
    assert "Article mihl is not as it was stored; add it again." in reopen().verify()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE passages SET start = start + 1 WHERE key = 2",
        'UPDATE passages SET "end" = "end" - 1 WHERE key = 2',
        "UPDATE passages SET heading = 'x' WHERE key = 2",
        "UPDATE passages SET content_hash = x'00' WHERE key = 2",
        "UPDATE passages SET start = -1 WHERE key = 2",
    ],
)
def test_a_damaged_passage_is_named_and_mended_by_a_rebuild(
    collection: Indexer, folder: Path, reopen: Open, statement: str
) -> None:
    spoil(folder, statement)
    problems = reopen().verify()
    assert any("of article mill does not match its text" in problem for problem in problems)
    collection.rebuild()
    assert reopen().verify() == ()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE vectors SET vector = zeroblob(256) WHERE rowid = 1",
        "UPDATE vectors SET vector = substr(vector, 1, 8) WHERE rowid = 1",
        "UPDATE vectors SET checksum = checksum + 1 WHERE rowid = 1",
        "UPDATE vectors SET content_hash = x'00' WHERE rowid = 1",
        "UPDATE vectors SET fingerprint = 'x' WHERE rowid = 1",
        "DELETE FROM vectors WHERE rowid = 1",
    ],
)
def test_a_damaged_vector_is_named_never_used_and_mended_by_a_rebuild(
    collection: Indexer, folder: Path, reopen: Open, statement: str
) -> None:
    spoil(folder, statement)
    problems = reopen().verify()
    assert any("ector" in problem and "footnote rebuild" in problem for problem in problems)
    with pytest.raises(CollectionError, match="footnote rebuild"):
        reopen().searcher().search("ferry")
    collection.rebuild()
    assert reopen().verify() == ()
    assert reopen().searcher().search("ferry").hits[0].article.id == "ferry"


def test_a_flipped_bit_in_any_vector_is_found(folder: Path, collection: Indexer) -> None:
    assert collection.status().vectors > 3
    with sqlite3.connect(folder / "catalogue.sqlite") as connection:
        rows = connection.execute("SELECT rowid, vector FROM vectors").fetchall()
        for row, vector in rows:
            data = bytearray(vector)
            data[row * 31 % len(data)] ^= 1 << row % 8
            connection.execute("UPDATE vectors SET vector = ? WHERE rowid = ?", (bytes(data), row))
    connection.close()
    damaged = [problem for problem in collection.verify() if problem.startswith("Vector ")]
    assert len(damaged) == len(rows)


def test_a_flipped_bit_in_the_file_is_named_wherever_the_value_is_kept(
    collection: Indexer, folder: Path, reopen: Open
) -> None:
    """A URL is kept in its article and once more in the database's own index of URLs."""
    collection._catalogue.close()
    file = folder / "catalogue.sqlite"
    whole = file.read_bytes()
    url = str(ARTICLE.url).encode()
    places = [at for at in range(len(whole)) if whole.startswith(url, at)]
    assert len(places) >= 2
    for place in places:
        spoilt = bytearray(whole)
        spoilt[place + len(url) - 2] ^= 1
        file.write_bytes(spoilt)
        indexer = reopen()
        assert indexer.verify() != ()
        indexer._catalogue.close()
