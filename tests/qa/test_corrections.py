"""Kept answers learn when what they quote is no longer in the article."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path

import pytest

from index.indexer import Indexer, open_indexer
from qa.answer import Question
from qa.desk import Desk, open_desk
from qa.records import open_records
from qa.settings import Settings
from tests.qa.older_records import older_records

BRIDGE = "The Marten Bridge was opened in 1931 by Mayor Ida Holm. It is 212 metres long."
ASKED = Question(question="Who opened the Marten Bridge?")


@pytest.fixture
def indexer(tmp_path: Path) -> Indexer:
    found = open_indexer(Settings(data_dir=tmp_path).index_options())
    write(found, BRIDGE)
    return found


@pytest.fixture
def desk(indexer: Indexer, tmp_path: Path) -> Desk:
    return open_desk(Settings(data_dir=tmp_path, answer_threshold=0), indexer.searcher())


def write(indexer: Indexer, text: str) -> None:
    indexer.add_fields([{"id": "bridge", "title": "The Marten Bridge", "text": text}])


def noticed(desk: Desk, answer_id: str) -> list[tuple[str, str, str]]:
    answer = desk.kept(answer_id)
    assert answer is not None
    return [(one.article_id, one.title, one.change) for one in answer.corrections]


def test_an_answer_whose_quote_was_corrected_says_so(desk: Desk, indexer: Indexer) -> None:
    answer = desk.ask(ASKED)
    assert answer.citations
    assert noticed(desk, answer.id) == []
    write(indexer, BRIDGE.replace("Ida Holm", "Eva Lund"))
    assert noticed(desk, answer.id) == [("bridge", "The Marten Bridge", "corrected")]


def test_an_answer_whose_article_was_withdrawn_says_so(desk: Desk, indexer: Indexer) -> None:
    answer = desk.ask(ASKED)
    indexer.remove(["bridge"])
    assert noticed(desk, answer.id) == [("bridge", "The Marten Bridge", "withdrawn")]


def test_an_answer_that_is_kept_after_the_correction_was_noticed_says_so(
    desk: Desk, indexer: Indexer
) -> None:
    answer = desk.ask(ASKED)
    write(indexer, BRIDGE.replace("Ida Holm", "Eva Lund"))
    desk.corrections(after=0)
    desk.records.keep(answer.model_copy(update={"id": "late"}))
    assert noticed(desk, "late") == [("bridge", "The Marten Bridge", "corrected")]


def test_a_correction_elsewhere_in_the_article_leaves_the_answer_alone(
    desk: Desk, indexer: Indexer
) -> None:
    answer = desk.ask(ASKED)
    (quote,) = {one.quote for one in answer.citations if "Ida Holm" in one.quote}
    write(indexer, f"Corrected on Tuesday. {quote} It is 221 metres long.")
    gone = [one for one in answer.citations if "212" in one.quote]
    assert (noticed(desk, answer.id) == []) == (not gone)


def test_each_correction_is_told_once_in_order(desk: Desk, indexer: Indexer) -> None:
    answers = [desk.ask(ASKED), desk.ask(ASKED)]
    indexer.remove(["bridge"])
    first = desk.corrections(after=0)
    assert [one.answer_id for one in first] == [answer.id for answer in answers]
    assert desk.corrections(after=0) == first
    assert desk.corrections(after=first[-1].number) == ()
    indexer.add_fields([{"id": "other", "title": "Other", "text": "Another text."}])
    assert desk.corrections(after=0) == first


def test_answers_kept_by_an_older_version_are_followed_too(desk: Desk, tmp_path: Path) -> None:
    answer = desk.ask(ASKED)
    desk.records._database.close()
    newer = (tmp_path / "records.sqlite").rename(tmp_path / "newer.sqlite")
    with sqlite3.connect(older_records(tmp_path, "0001")) as database:
        database.execute("ATTACH DATABASE ? AS newer", (str(newer),))
        body = json.loads(database.execute("SELECT body FROM newer.answers").fetchone()[0])
        del body["corrections"]
        database.execute("UPDATE newer.answers SET body = ?", (json.dumps(body),))
        database.execute("INSERT INTO answers SELECT * FROM newer.answers")
    records = open_records(tmp_path)
    with records.quotes() as quotes:
        assert quotes.articles() == {"bridge"}
    assert records.answer(answer.id) == answer
