"""The figures, against examples worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qa.evaluating.figures import (
    all_figures,
    area_under_curve,
    area_under_risk,
    calibration_error,
    reliability,
    risk_coverage,
    values_of,
)
from qa.evaluating.judging import Outcome
from qa.evaluating.span_measures import exact_match, token_f1
from tests.qa.evaluating.outcomes import outcome

RIGHT = outcome()
WRONG = outcome(right=False)
MISSED = outcome(answered=False, right=False)
SILENT = outcome(answerable=False, answered=False, right=False, confidence=0.1, rank=None)
INVENTED = outcome(answerable=False, right=False, rank=None)
shares = st.lists(st.tuples(st.booleans(), st.floats(0, 1)), min_size=1, max_size=40)


def figures(*outcomes: Outcome) -> dict[str, dict[str, float]]:
    return values_of(all_figures(outcomes), len(outcomes))


def ranked(*ranks: int) -> dict[str, float]:
    return figures(*(outcome(str(n), rank=rank) for n, rank in enumerate(ranks)))["retrieval"]


def test_recall_counts_the_queries_found_down_to_each_depth() -> None:
    found = ranked(1, 2, 6, 0)
    assert [found[f"recall@{k}"] for k in (1, 5, 10)] == [0.25, 0.5, 0.75]


def test_reciprocal_rank_is_averaged_over_all_queries() -> None:
    assert ranked(1, 2, 4, 0)["MRR@10"] == pytest.approx((1 + 1 / 2 + 1 / 4) / 4)


def test_cumulative_gain_falls_with_the_logarithm_of_the_rank() -> None:
    assert ranked(3)["nDCG@10"] == pytest.approx(1 / np.log2(4))


def test_queries_without_evidence_have_no_retrieval_figures() -> None:
    assert figures(SILENT)["retrieval"] == {}


def test_answers_are_shares_of_what_could_be_answered() -> None:
    answers = figures(RIGHT, RIGHT, WRONG, MISSED, SILENT)["answers"]
    assert answers["answered rightly (of answerable)"] == 0.5
    assert answers["answered (of answerable)"] == 0.75


def test_silence_is_a_share_of_what_could_not_be_answered() -> None:
    answers = figures(RIGHT, SILENT, SILENT, SILENT, INVENTED)["answers"]
    assert answers["declined (of unanswerable)"] == 0.75


def test_a_figure_about_nothing_is_left_out() -> None:
    assert "declined (of unanswerable)" not in figures(RIGHT)["answers"]
    assert "AUC answerable" not in figures(RIGHT)["abstention"]


def test_times_are_percentiles() -> None:
    timed = [
        outcome(milliseconds={"total": ms, "retrieve": 0, "rerank": 0, "answer": 0})
        for ms in range(101)
    ]
    latency = figures(*timed)["latency"]
    assert (latency["total ms p50"], latency["total ms p95"]) == (50, 95)


def test_the_area_is_the_share_of_pairs_in_the_right_order() -> None:
    wanted = np.array([True, True, False, False])
    assert area_under_curve(wanted, np.array([0.9, 0.4, 0.5, 0.1])) == 0.75


def test_risk_is_the_share_of_wrong_ones_among_the_surest() -> None:
    curve = risk_coverage(np.array([True, False, True, True]), np.array([0.9, 0.8, 0.7, 0.1]))
    assert curve.x == (0.25, 0.5, 0.75, 1.0)
    assert curve.y == pytest.approx((0, 1 / 2, 1 / 3, 1 / 4))


def test_confidence_that_comes_true_has_no_calibration_error() -> None:
    right = np.array([True, False, True, False])
    assert calibration_error(right, np.array([1.0, 0.0, 0.5, 0.5])) == 0


def test_calibration_error_weighs_each_bin_by_its_answers() -> None:
    right = np.array([True, True, False, False])
    assert calibration_error(right, np.array([1.0, 1.0, 1.0, 0.0])) == pytest.approx(0.25)


@settings(max_examples=50)
@given(shares)
def test_shares_lie_between_nought_and_one(judged: list[tuple[bool, float]]) -> None:
    right = np.array([one for one, _ in judged])
    confidence = np.array([one for _, one in judged])
    assert 0 <= area_under_risk(right, confidence) <= 1
    assert 0 <= calibration_error(right, confidence) <= 1 + 1e-9
    assert sum(count for _, _, count in reliability(right, confidence)) == len(judged)


@settings(max_examples=30)
@given(st.lists(st.integers(0, 10), min_size=1, max_size=30))
def test_retrieval_figures_are_shares_that_grow_with_depth(ranks: list[int]) -> None:
    found = ranked(*ranks)
    first, fifth, tenth = (found[f"recall@{k}"] for k in (1, 5, 10))
    assert 0 <= first <= fifth <= tenth <= 1
    assert first - 1e-9 <= found["MRR@10"] <= found["nDCG@10"] + 1e-9 <= tenth + 2e-9


@pytest.mark.parametrize(
    ("said", "references", "exact", "f1"),
    [
        ("The Eiffel Tower!", ["eiffel tower"], 1.0, 1.0),
        ("in 1874", ["1874"], 0.0, 2 / 3),
        ("1932", ["1874"], 0.0, 0.0),
        ("1874", ["the year 1874", "1874"], 1.0, 1.0),
        ("", ["1874"], 0.0, 0.0),
    ],
)
def test_spans_compare_as_squads_own_evaluation_does(
    said: str, references: list[str], exact: float, f1: float
) -> None:
    assert exact_match(said, references) == exact
    assert token_f1(said, references) == pytest.approx(f1)
