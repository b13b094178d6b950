"""Which sentences need the one before them."""

from __future__ import annotations

import pytest

from qa.answerers.context import opens_quotation, points_back


@pytest.mark.parametrize(
    "sentence",
    [
        "This is a boon to the economy.",
        "He resigned on Friday.",
        "It rained.",
        "That’s par for the course.",
        "But they did not agree.",
        "The country has straddled the divide.",
        "“It was my fault,” the driver said.",
        "In return, he promised to leave.",
    ],
)
def test_a_sentence_that_opens_with_a_stand_in_points_back(sentence: str) -> None:
    assert points_back(sentence)


@pytest.mark.parametrize(
    "sentence",
    [
        "China bought corn.",
        "In 2019, Putin said he was glad.",
        "Items were sold quickly.",
        "Thistles grow here.",
        "The Russia-China relationship is one-sided.",
        "This week the minister resigned.",
        "",
    ],
)
def test_a_sentence_that_names_its_subject_stands_alone(sentence: str) -> None:
    assert not points_back(sentence)


def test_an_open_quotation_is_noticed() -> None:
    assert opens_quotation("He said “We will stay.")
    assert opens_quotation('He said "We will stay.')
    assert not opens_quotation("He said “We will stay.”")
