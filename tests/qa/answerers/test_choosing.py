"""Which of the sentences that may answer are said."""

from __future__ import annotations

from qa.answerers.choosing import MOST, chosen_evidence
from qa.reader import Evidence
from tests.qa.evidence import evidence_in, hit_on

DAM = (
    "The dam was built because the river had flooded twice. Farmers wanted water in summer. "
    "The valley below was poor. Ana Lopez drew the plans."
)


def found(*likely: tuple[str, float]) -> list[Evidence]:
    hit = hit_on(DAM)
    return [evidence_in(hit, answer, probability) for answer, probability in likely]


def answers(question: str, evidence: list[Evidence]) -> list[str]:
    return [one.answer for one in chosen_evidence(question, evidence).evidence]


def test_a_question_for_one_thing_gets_one_sentence() -> None:
    evidence = found(("Ana Lopez", 0.9), ("Farmers", 0.5))
    assert answers("Who drew the plans?", evidence) == ["Ana Lopez"]


def test_a_question_why_gets_a_second_reason() -> None:
    evidence = found(("the river had flooded twice", 0.9), ("Farmers wanted water", 0.5))
    assert len(answers("Why was the dam built?", evidence)) == 2


def test_a_sentence_far_less_likely_than_the_best_stays_out() -> None:
    evidence = found(("the river had flooded twice", 0.9), ("Farmers wanted water", 0.2))
    assert len(answers("Why was the dam built?", evidence)) == 1


def test_there_are_never_more_than_three() -> None:
    evidence = found(("flooded", 0.9), ("Farmers", 0.9), ("poor", 0.9), ("Ana Lopez", 0.9))
    assert len(answers("Why?", evidence)) == MOST


def test_different_short_answers_in_two_articles_disagree() -> None:
    one = evidence_in(hit_on("It cost 40 million.", "a"), "40 million", 0.9)
    two = evidence_in(hit_on("It cost 55 million.", "b"), "55 million", 0.8)
    choice = chosen_evidence("What did it cost?", [one, two])
    assert (choice.evidence, choice.disagree) == ((one, two), True)


def test_two_places_of_one_article_do_not_disagree() -> None:
    choice = chosen_evidence("Why?", found(("flooded twice", 0.9), ("water in summer", 0.8)))
    assert choice.disagree is False
