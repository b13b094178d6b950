"""What was answered stays: answers, conversations, jobs and verdicts in a real database."""

from __future__ import annotations

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from uuid import uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.errors import CollectionError
from qa.answer import Answer, Citation, Sentence, Timings
from qa.records import Records, open_records
from qa.records.records import FILE_NAME


def answer_of(answer_id: str, conversation_id: str = "talk", question: str = "Why?") -> Answer:
    citation = Citation(
        number=1,
        article_id="rain",
        title="Rain",
        url=None,
        source=None,
        author=None,
        published_at=None,
        passage_id="rain:0-20",
        start=0,
        end=20,
        quote="Rain fell on Monday.",
        highlights=((0, 4),),
        score=0.5,
    )
    return Answer(
        id=answer_id,
        conversation_id=conversation_id,
        question=question,
        standalone_question=question,
        status="answered",
        answer="Rain fell on Monday. [1]",
        sentences=(Sentence(text="Rain fell on Monday.", citations=(1,)),),
        citations=(citation,),
        confidence=0.8,
        follow_up_questions=(),
        generation=1,
        answerer="test",
        timings_ms=Timings(retrieve=1.5, rerank=0, answer=2.5, total=4),
    )


def rows(folder: Path, query: str) -> list[tuple[object, ...]]:
    """What another program sees in the file."""
    with closing(sqlite3.connect(folder / FILE_NAME)) as connection:
        return connection.execute(query).fetchall()


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Records:
    """Records that tests share; each uses ids of its own."""
    return open_records(tmp_path_factory.mktemp("records"))


@settings(max_examples=25)
@given(question=st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=50))
def test_an_answer_comes_back_as_it_was_given(shared: Records, question: str) -> None:
    given_answer = answer_of(uuid4().hex, question=question)
    shared.keep(given_answer)
    assert shared.answer(given_answer.id) == given_answer


def test_an_unknown_answer_is_none(shared: Records) -> None:
    assert shared.answer("nobody") is None


def test_a_conversation_is_its_own_turns_oldest_first(shared: Records) -> None:
    for answer_id, talk in [("z", "mine"), ("y", "theirs"), ("x", "mine"), ("a", "mine")]:
        shared.keep(answer_of(answer_id, talk))
    assert [turn.id for turn in shared.conversation("mine")] == ["z", "x", "a"]


def test_an_unknown_conversation_is_empty(shared: Records) -> None:
    assert shared.conversation("nobody's") == ()


def test_an_id_is_kept_once_and_the_first_answer_stays(shared: Records) -> None:
    first = answer_of("twice", "once")
    shared.keep(first)
    with pytest.raises(CollectionError):
        shared.keep(answer_of("twice", "once", question="Another?"))
    assert shared.conversation("once") == (first,)


def test_records_outlive_whoever_opened_them(tmp_path: Path) -> None:
    open_records(tmp_path).keep(answer_of("kept"))
    assert open_records(tmp_path).answer("kept") == answer_of("kept")


def test_opening_makes_the_folder(tmp_path: Path) -> None:
    open_records(tmp_path / "not" / "there")
    assert (tmp_path / "not" / "there" / FILE_NAME).is_file()


def test_a_verdict_is_kept_with_its_comment(tmp_path: Path) -> None:
    records = open_records(tmp_path)
    records.keep(answer_of("judged"))
    assert records.judge("judged", helpful=False, comment="wrong year")
    assert rows(tmp_path, "SELECT answer_id, helpful, comment FROM feedback") == [
        ("judged", 0, "wrong year")
    ]


def test_a_second_verdict_does_not_erase_the_first(tmp_path: Path) -> None:
    records = open_records(tmp_path)
    records.keep(answer_of("judged"))
    records.judge("judged", helpful=True, comment=None)
    records.judge("judged", helpful=False, comment=None)
    assert rows(tmp_path, "SELECT helpful FROM feedback ORDER BY key") == [(1,), (0,)]


def test_a_verdict_on_no_answer_is_not_kept(tmp_path: Path) -> None:
    assert open_records(tmp_path).judge("nobody", helpful=True, comment=None) is False
    assert rows(tmp_path, "SELECT * FROM feedback") == []


def test_threads_that_keep_answers_at_once_lose_none(tmp_path: Path) -> None:
    records = open_records(tmp_path)
    answers = [answer_of(str(number)) for number in range(24)]
    with ThreadPoolExecutor(4) as threads:
        list(threads.map(records.keep, answers))
    assert {turn.id for turn in records.conversation("talk")} == {one.id for one in answers}


def test_a_file_that_is_no_database_is_named(tmp_path: Path) -> None:
    (tmp_path / FILE_NAME).write_bytes(b"shopping list\n" * 500)
    with pytest.raises(CollectionError, match=FILE_NAME):
        open_records(tmp_path)


def test_records_of_a_newer_version_are_refused_and_left_alone(tmp_path: Path) -> None:
    open_records(tmp_path).keep(answer_of("kept"))
    with closing(sqlite3.connect(tmp_path / FILE_NAME)) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(CollectionError, match="newer version"):
        open_records(tmp_path)
    assert rows(tmp_path, "SELECT id FROM answers") == [("kept",)]
