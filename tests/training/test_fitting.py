"""What puts candidates in order is learned within each question."""

from __future__ import annotations

import numpy as np
import pytest

from training.reader.fitting import Listed, fitted, fitted_order

CHANCE = np.random.default_rng(5)


def a_question(matter: float) -> Listed:
    """Ten candidates of one question, all of the same `matter`; the wanted one is nearest."""
    nearness = CHANCE.random(10).tolist()
    known = [{"nearness": near, "matter": matter} for near in nearness]
    return Listed(known, [near == max(nearness) for near in nearness], weight=1.0)


def test_the_wanted_candidate_comes_first() -> None:
    order = fitted_order(("nearness", "matter"), [a_question(CHANCE.random()) for _ in range(200)])
    for question in [a_question(CHANCE.random()) for _ in range(20)]:
        likely = [order.probability(known) for known in question.known]
        assert question.wanted[likely.index(max(likely))]


def test_what_is_alike_for_all_candidates_of_a_question_puts_none_first() -> None:
    order = fitted_order(("nearness", "matter"), [a_question(CHANCE.random()) for _ in range(200)])
    assert order.weights["matter"] == pytest.approx(0, abs=1e-4)


def test_an_order_is_a_probability() -> None:
    questions = [a_question(0) for _ in range(500)]
    order = fitted_order(("nearness", "matter"), questions)
    likely = [order.probability(known) for question in questions for known in question.known]
    assert np.mean(likely) == pytest.approx(0.1, abs=0.01)


def test_a_question_without_a_wanted_candidate_tells_how_likely_one_is() -> None:
    nothing = Listed([{"nearness": 0.99, "matter": 0}] * 10, [False] * 10, weight=1.0)
    questions = [a_question(0) for _ in range(200)]
    alone = fitted_order(("nearness", "matter"), questions)
    beside = fitted_order(("nearness", "matter"), [*questions, *[nothing] * 50])
    near = {"nearness": 0.99, "matter": 0}
    assert beside.probability(near) < alone.probability(near)


def test_a_candidate_that_weighs_nothing_is_not_learned_from() -> None:
    known = [{"nearness": 0.0}, {"nearness": 1.0}, {"nearness": 0.0}]
    weights = np.array([1.0, 1.0, 0.0])
    plain = fitted(("nearness",), known[:2], [False, True], weights[:2])
    beside = fitted(("nearness",), known, [False, True, True], weights)
    assert plain.probability({"nearness": 1.0}) > plain.probability({"nearness": 0.0})
    assert beside.probability({"nearness": 0.0}) < 0.5
