"""What the reader learns from is what it is said to be."""

from __future__ import annotations

import random

from hypothesis import given
from hypothesis import strategies as st

from training.reader.samples import (
    adversarial_samples,
    altered_samples,
    answered_samples,
    removed_samples,
    whole_samples,
)
from training.squad_files import TrainingArticle, TrainingQuestion, TrainingSet

PIER = (
    "The old pier of Brightsea was opened in 1866 by the engineer Eugenius Birch, who had built "
    "five others along the coast before it. It carried a theatre, a reading room and, from 1893, "
    "a steam organ whose pipes could be heard in the harbour. A storm in the winter of 1975 tore "
    "away its middle, and nobody has walked to its end since that night. The town of Brightsea "
    "bought what is left for one pound and means to keep it as it stands."
)
LAMP = "The lamp was lit by gas until 1912. Then the harbour master, Ada Quill, had it wired."
ARTICLE = TrainingArticle("pier", "Brightsea Pier", f"{PIER}\n\n{LAMP}")
BIRCH, STORM = "Eugenius Birch", "A storm in the winter of 1975"

seeds = st.integers(0, 10_000).map(random.Random)


def question(text: str, answer: str | None) -> TrainingQuestion:
    start = 0 if answer is None else PIER.index(answer)
    answers = () if answer is None else ((start, start + len(answer)),)
    return TrainingQuestion("new_wiki", text, "pier", (0, len(PIER)), answers)


DATA = TrainingSet(
    {"pier": ARTICLE},
    [
        question("Who opened the old pier of Brightsea in 1866?", BIRCH),
        question("What tore away the middle of the pier?", STORM),
        question("Who tore down the theatre of Brightsea?", None),
    ],
)
ANSWERS = {one.text: PIER[slice(*one.answers[0])] for one in DATA.questions if one.answers}


@given(seeds)
def test_an_answered_sample_marks_the_annotators_words_wherever_it_is_cut(
    chance: random.Random,
) -> None:
    found = list(answered_samples(DATA, chance))
    assert [one.question for one in found] == list(ANSWERS)
    for one in found:
        assert [one.passage[start:end] for start, end in one.spans] == [ANSWERS[one.question]]
        assert one.passage in PIER


@given(seeds)
def test_a_passage_with_the_answer_taken_out_does_not_hold_it(chance: random.Random) -> None:
    found = list(removed_samples(DATA, chance))
    assert {one.question for one in found} == ANSWERS.keys()
    for one in found:
        assert ANSWERS[one.question] not in one.passage
        assert one.spans == ()


def test_an_altered_question_is_another_question_without_an_answer() -> None:
    chance = random.Random(0)  # noqa: S311 - repeatable choice, no secret
    found = [one for _ in range(20) for one in altered_samples(DATA, chance)]
    assert found
    for one in found:
        assert one.question not in ANSWERS
        assert one.spans == ()


@given(seeds)
def test_questions_written_to_look_answerable_come_with_their_whole_paragraph(
    chance: random.Random,
) -> None:
    (found,) = adversarial_samples(DATA, chance)
    assert (found.question, found.passage, found.spans) == (DATA.questions[2].text, PIER, ())


def test_for_measuring_every_question_stands_on_its_paragraph_with_its_title() -> None:
    found = list(whole_samples(DATA))
    assert [one.kind for one in found] == ["answered", "answered", "adversarial"]
    assert {(one.title, one.passage) for one in found} == {("Brightsea Pier", PIER)}
