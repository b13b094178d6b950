"""Which words of a question a passage lacks."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from qa.reading.matching import unmatched

CORN = "In 2018-19, China reportedly purchased nearly 80 percent of its corn imports from Ukraine."


def test_a_question_in_the_passages_words_lacks_nothing() -> None:
    assert unmatched("How much corn did China import from Ukraine?", CORN) == (0.0, 0.0)


def test_a_name_that_the_passage_does_not_have_is_counted() -> None:
    words, names = unmatched("How much corn did Japan import from Ukraine?", CORN)
    assert (words, names) == (0.25, 1.0)


def test_another_year_counts_as_a_name() -> None:
    assert unmatched("Who purchased corn in 1995?", CORN)[1] == 1.0


def test_words_of_one_stem_are_alike() -> None:
    assert unmatched("What did China purchase and import?", CORN)[0] == 0.0


@given(st.text(max_size=200), st.text(max_size=200))
def test_any_texts_can_be_compared(question: str, text: str) -> None:
    words, names = unmatched(question, text)
    assert 0 <= words <= 1
    assert 0 <= names <= 3
