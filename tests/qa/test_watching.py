"""Whoever watches a desk is told of every question once, and of its stages."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from index.indexer import open_indexer
from index.searcher import Searcher
from qa.answer import Question, QuestionFilters
from qa.desk import Desk, open_desk
from qa.settings import Settings
from qa.stages import AbandonedError, watched_by
from qa.watching import DeskWatch

PIER = {"id": "pier", "title": "The pier", "text": "The pier of Nordby is 508 metres long."}
HOW_LONG = Question(question="How long is the pier of Nordby?")


class Notes:
    """What a desk tells, in order."""

    def __init__(self, settings: Settings, searcher: Searcher) -> None:
        self.ends: list[str] = []
        self.spans: list[str] = []
        self.gives_up_before = ""
        self.desk: Desk = open_desk(
            settings,
            searcher,
            DeskWatch(self.span, lambda answer: self.ends.append(answer.status), self.ends.append),
        )

    @contextmanager
    def span(self, name: str) -> Iterator[None]:
        self.spans.append(name)
        yield

    @contextmanager
    def giving_up(self, name: str) -> Iterator[None]:
        if name == self.gives_up_before:
            raise AbandonedError
        yield


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return Settings(data_dir=tmp_path_factory.mktemp("watched"), answer_threshold=0)


@pytest.fixture(scope="module")
def searcher(settings: Settings) -> Searcher:
    indexer = open_indexer(settings.index_options())
    assert not indexer.add_fields([PIER]).refused
    return indexer.searcher()


@pytest.fixture
def notes(settings: Settings, searcher: Searcher) -> Notes:
    return Notes(settings, searcher)


def test_an_answer_that_is_kept_is_told_with_the_stages_that_it_went_through(notes: Notes) -> None:
    notes.desk.ask(HOW_LONG)
    assert notes.ends == ["answered"]
    assert list(dict.fromkeys(notes.spans)) == [
        "ask", "retrieve", "embed", "rerank", "answer", "keep",
    ]  # fmt: skip


def test_an_answer_that_nobody_wants_kept_is_not_told(notes: Notes) -> None:
    notes.desk.ask(HOW_LONG, keep_if=lambda _answer: False)
    assert notes.ends == []


def test_searching_and_further_questions_are_no_questions_of_anybody(notes: Notes) -> None:
    answer = notes.desk.ask(HOW_LONG)
    notes.desk.search("pier", QuestionFilters(), 1)
    notes.desk.follow_up_questions(answer)
    assert notes.ends == ["answered"]
    assert [one for one in notes.spans if one in ("ask", "search", "follow_ups")] == [
        "ask", "search", "follow_ups",
    ]  # fmt: skip


@pytest.mark.parametrize("stage", ["retrieve", "embed", "rerank", "answer", "keep"])
def test_a_question_that_is_given_up_is_told_as_abandoned(notes: Notes, stage: str) -> None:
    notes.gives_up_before = stage
    with watched_by(notes.giving_up), pytest.raises(AbandonedError):
        notes.desk.ask(HOW_LONG)
    assert notes.ends == ["abandoned"]
    assert stage not in notes.spans


def test_a_question_that_fails_is_told_as_failed(notes: Notes) -> None:
    def break_off(_found: object) -> None:
        raise ValueError("the line broke")

    with pytest.raises(ValueError, match="the line broke"):
        notes.desk.ask(HOW_LONG, on_found=break_off)
    assert notes.ends == ["failed"]
