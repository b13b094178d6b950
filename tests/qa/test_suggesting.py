"""Questions to go on with: made from sentences, kept only where the reader finds their answer."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.article import Span
from index.indexer import open_indexer
from qa.answer import Question
from qa.desk import Desk, open_desk
from qa.sentence_questions import question_from
from qa.settings import Settings
from qa.suggesting import MOST

TITLE = "The lighthouse of Karvel Point"
TEXT = (
    "The lighthouse of Karvel Point was built in 1874 by the engineer Ada Lindqvist. It stands 41 "
    "metres above the sea. The harbour of Karvel Point was dredged in 1987. Olga Brandt, the "
    "mayor of Karvel Point, opened the new pier."
)


OTHER = "Olga Brandt, the pianist of Velden, played on Sunday. Rye bread bakes for 90 minutes."


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    folder = tmp_path_factory.mktemp("suggesting")
    articles = [
        {"id": "lighthouse", "title": TITLE, "text": TEXT},
        {"id": "other", "title": "News of Velden", "text": OTHER},
    ]
    settings = Settings(data_dir=folder)
    indexer = open_indexer(settings.index_options())
    indexer.add_fields(articles)
    return open_desk(settings, indexer.searcher())


@pytest.mark.parametrize(
    ("sentence", "question", "told"),
    [
        (
            "The harbour of Karvel Point was dredged in 1987.",
            "When was the harbour of Karvel Point dredged?",
            "1987",
        ),
        (
            "In June 1560, Fort Caroline was destroyed by fire.",
            "When was Fort Caroline destroyed by fire?",
            "June 1560",
        ),
        ("Hamlet House was written by Ada Lind.", "Who wrote Hamlet House?", "Ada Lind"),
        ("Ada Lind designed the tower of Velden.", "Who designed the tower of Velden?", "Ada Lind"),
        ("Ada Lind was born in Karvel Point.", "Where was Ada Lind born?", "Karvel Point"),
        (
            "Karvel Point was poor because no ship could land there.",
            "Why was Karvel Point poor?",
            "no ship could land there",
        ),
        ("Karvel Point has 412 houses.", "How many houses does Karvel Point have?", "412"),
        (
            "On Sunday Olga Brandt, the mayor of Velden, spoke.",
            "Who is Olga Brandt?",
            "the mayor of Velden",
        ),
    ],
)
def test_a_sentence_of_a_plain_shape_is_asked_for(sentence: str, question: str, told: str) -> None:
    made = question_from("Karvel Point", sentence, Span(0, len(sentence)))
    assert made is not None
    assert (made[0], sentence[made[1].start : made[1].end]) == (question, told)


@pytest.mark.parametrize(
    "sentence",
    [
        "It was built in 1874.",
        "The fort was destroyed in 1560.",  # which one?
        "However this was written by Ada Lind.",
        "Many were born in Velden.",
        "The tram runs every ten minutes.",
        "",
    ],
)
def test_a_sentence_that_cannot_be_asked_for_is_left(sentence: str) -> None:
    assert question_from("Velden", sentence, Span(0, len(sentence))) is None


@given(st.text(max_size=300))
def test_any_text_gives_a_question_or_none(text: str) -> None:
    made = question_from("A title", text, Span(0, len(text)))
    assert made is None or made[0].endswith("?")


def suggested(desk: Desk, question: str) -> tuple[str, ...]:
    answer = desk.ask(Question(question=question))
    assert answer.status == "answered"
    return desk.follow_up_questions(answer)


def test_what_stands_near_the_quote_is_suggested_and_answered(desk: Desk) -> None:
    asked = suggested(desk, "Who built the lighthouse of Karvel Point?")
    assert "When was the harbour of Karvel Point dredged?" in asked
    assert len(asked) <= MOST
    for question in asked:
        answer = desk.ask(Question(question=question))
        assert (answer.status, answer.citations[0].article_id) == ("answered", "lighthouse")


def test_what_is_shown_or_was_asked_is_not_suggested(desk: Desk) -> None:
    asked = suggested(desk, "When was the harbour of Karvel Point dredged?")
    assert not any("dredged" in one for one in asked)


def test_after_no_answer_nothing_is_suggested(desk: Desk) -> None:
    answer = desk.ask(Question(question="What is the boiling point of tungsten?"))
    assert desk.follow_up_questions(answer) == ()


def test_an_article_that_is_gone_suggests_nothing(desk: Desk) -> None:
    answer = desk.ask(Question(question="Who built the lighthouse of Karvel Point?"))
    gone = tuple(one.model_copy(update={"article_id": "gone"}) for one in answer.citations)
    assert desk.follow_up_questions(answer.model_copy(update={"citations": gone})) == ()
