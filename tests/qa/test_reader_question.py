"""What the evidence reader takes a question to ask for."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.evidence.question import Kind, take_apart
from qa.evidence.vocabulary import Vocabulary, load_vocabulary


@pytest.fixture(scope="module")
def vocabulary() -> Vocabulary:
    return load_vocabulary()


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("Who wrote the report?", Kind.PERSON),
        ("who is doug klain", Kind.DEFINITION),
        ("When did it begin?", Kind.TIME),
        ("In what year did the war end?", Kind.TIME),
        ("Where was the treaty signed?", Kind.PLACE),
        ("Which country sent troops?", Kind.PLACE),
        ("How many people came?", Kind.QUANTITY),
        ("What percentage of voters agreed?", Kind.QUANTITY),
        ("What is the population of Chile?", Kind.QUANTITY),
        ("WHY DOES CHINA BUY CORN", Kind.REASON),
        ("What started the protests?", Kind.REASON),
        ("How did the papers explain it?", Kind.MANNER),
        ("What did Putin say about China?", Kind.STATEMENT),
        ("Is it raining?", Kind.DECISION),
        ("corn ukraine", Kind.OTHER),
    ],
)
def test_the_kind_of_answer(question: str, kind: Kind, vocabulary: Vocabulary) -> None:
    assert take_apart(question, vocabulary).kind is kind


def test_a_word_that_names_the_kind_is_no_search_term(vocabulary: Vocabulary) -> None:
    asked = take_apart("Which organisation sent troops?", vocabulary)
    assert [term.form for term in asked.focus] == ["organisation"]
    assert {term.form for term in asked.terms} == {"sent", "troops"}


def test_names_are_known_without_capitals(vocabulary: Vocabulary) -> None:
    asked = take_apart("why does china buy corn", vocabulary)
    assert [term.form for term in asked.terms if term.name] == ["china"]


def test_a_question_without_content_has_no_terms(vocabulary: Vocabulary) -> None:
    assert take_apart("???", vocabulary).terms == ()


@given(question=st.text(max_size=2_000))
def test_any_text_can_be_taken_apart(question: str) -> None:
    asked = take_apart(question, _ALL)
    assert all(0 < term.weight <= 1 for term in (*asked.terms, *asked.focus))


_ALL = load_vocabulary()
