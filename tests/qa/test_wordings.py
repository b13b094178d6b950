"""What a question becomes in other words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.wordings import other_wordings

PASSAGES = ["Beijing bought food from Ukraine, and gas from Russia.", "China and Poland disagree."]


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("Why did the mill close?", "For what reason did the mill close?"),
        (
            "Why does China buy Ukrainian corn?",
            "For what reason does China buy corn from Ukraine?",
        ),
        ("Who buys Russian gas in winter?", "Who buys gas from Russia in winter?"),
        ("How much Chinese steel was sold?", "How much steel from China was sold?"),
    ],
)
def test_a_question_is_put_otherwise(question: str, expected: str) -> None:
    assert other_wordings(question, PASSAGES) == (expected,)


@pytest.mark.parametrize(
    "question",
    [
        "When did the mill close?",
        "What did Russian state media say?",  # the noun is still to come
        "Who exports Brazilian coffee?",  # no passage names the country
        "Why not close the mill?",
        "",
    ],
)
def test_what_cannot_be_put_better_stays(question: str) -> None:
    assert other_wordings(question, PASSAGES) == ()


@given(st.text(), st.lists(st.text(), max_size=3))
def test_any_text_is_taken(question: str, passages: list[str]) -> None:
    assert all(wording != question for wording in other_wordings(question, passages))
