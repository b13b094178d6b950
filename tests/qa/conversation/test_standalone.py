"""What follow-up questions become."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.conversation import Turn, standalone_candidates
from qa.conversation.standalone import MOST

CORN = Turn(
    "Why does China buy Ukrainian corn?",
    "China buys Ukrainian corn to depend less on the United States.",
)
KEEPER = Turn(
    "Who kept the lighthouse of Karvel Point?", "The keeper was Jonas Ek, a retired sailor."
)


@pytest.mark.parametrize(
    ("turns", "question", "expected"),
    [
        ([CORN], "How much of it?", "How much of Ukrainian corn?"),
        ([KEEPER], "When did he die?", "When did Jonas Ek die?"),
        ([KEEPER], "What was his salary?", "What was Jonas Ek's salary?"),
        ([KEEPER], "How tall is it?", "How tall is the lighthouse of Karvel Point?"),
        (
            [Turn("Who ruled Denmark in 1200?", "Canute VI ruled Denmark.")],
            "And in 1300?",
            "Who ruled Denmark in 1300?",
        ),
        (
            [Turn("What is the capital of France?", "Paris.")],
            "What about Germany?",
            "What is the capital of Germany?",
        ),
        ([Turn("When did the mill close?", "In 1911.")], "Why?", "Why did the mill close?"),
    ],
)
def test_what_a_follow_up_lacks_comes_from_the_turns_before(
    turns: list[Turn], question: str, expected: str
) -> None:
    assert expected in standalone_candidates(question, turns)


@pytest.mark.parametrize(
    "question",
    [
        "What is the capital of Mongolia?",
        "Is it true that Mongolia exports coal to South Korea?",
        "How long does it take to bake rye bread in a falling oven?",
        "Did the prime minister of Japan resign this week?",
        "When did Angela Merkel announce that she would retire?",
    ],
)
def test_a_question_that_stands_alone_is_left_alone(question: str) -> None:
    assert standalone_candidates(question, [CORN, KEEPER]) == (question,)


def test_the_first_question_of_a_conversation_is_left_as_it_is() -> None:
    assert standalone_candidates("And how much  of it?", []) == ("And how much  of it?",)


def test_what_was_spoken_of_stays_known_over_turns() -> None:
    turns = [KEEPER, Turn("When did he die?", "He died in 1931.")]
    assert "Where was Jonas Ek born?" in standalone_candidates("Where was he born?", turns)


def test_a_new_topic_is_first_taken_as_it_is() -> None:
    turn = Turn("Who was the Norse leader of the Normans?", "Rollo.")
    question = "When was the lighthouse built?"
    assert standalone_candidates(question, [turn])[0] == question


def test_a_question_of_one_word_leans_on_the_turn_before() -> None:
    assert (
        standalone_candidates("How many died?", [Turn("When did the mill burn?", "In 1911.")])[0]
        == "How many died (mill burn)?"
    )


def test_the_decisive_words_of_an_answer_are_what_a_pronoun_stands_for_first() -> None:
    answer = "Roger II founded a kingdom. Duke William the Conqueror won the battle of Hastings."
    turn = Turn("Who led the Normans at Hastings?", answer, ("William the Conqueror",))
    assert standalone_candidates("When did he die?", [turn])[0] == (
        "When did William the Conqueror die?"
    )


def test_a_thing_is_no_person_only_for_being_written_with_capitals() -> None:
    turn = Turn("When was Warsaw's Old Town listed by UNESCO?", "In 1980.")
    assert standalone_candidates("What river is it on?", [turn])[0] == (
        "What river is Warsaw's Old Town on?"
    )


def test_an_opening_word_that_only_links_is_dropped() -> None:
    candidates = standalone_candidates("And how did Jonas Ek die?", [KEEPER])
    assert "How did Jonas Ek die?" in candidates


TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=300)


@given(TEXTS, st.lists(st.builds(Turn, TEXTS, TEXTS), max_size=4))
def test_any_conversation_gives_one_to_three_different_wordings(
    question: str, turns: list[Turn]
) -> None:
    candidates = standalone_candidates(question, turns)
    assert 1 <= len(candidates) <= MOST
    assert len(set(candidates)) == len(candidates)
