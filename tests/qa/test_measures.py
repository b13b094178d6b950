"""The figures, against examples worked out by hand."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qa.measures import (
    Judged,
    answer_figures,
    area_under_curve,
    calibration_error,
    folded,
    retrieval_figures,
)

RIGHT = Judged(answerable=True, answered=True, right=True, confidence=1.0, milliseconds=10)
WRONG = replace(RIGHT, right=False)
MISSED = replace(RIGHT, answered=False, right=False)
SILENT = replace(MISSED, answerable=False, confidence=0.0)
INVENTED = replace(WRONG, answerable=False)

scores = st.floats(0, 1)
verdicts = st.builds(
    Judged,
    answerable=st.booleans(),
    answered=st.booleans(),
    right=st.booleans(),
    confidence=scores,
    milliseconds=st.floats(0, 10_000),
)


def test_recall_counts_the_queries_found_down_to_each_depth() -> None:
    figures = retrieval_figures([1, 2, 6, 0])
    assert [figures[f"recall@{k}"] for k in (1, 5, 10)] == [0.25, 0.5, 0.75]


def test_reciprocal_rank_is_averaged_over_all_queries() -> None:
    assert retrieval_figures([1, 2, 4, 0])["MRR@10"] == pytest.approx((1 + 1 / 2 + 1 / 4) / 4)


def test_a_hit_below_the_tenth_place_counts_for_nothing() -> None:
    assert set(retrieval_figures([11]).values()) == {0.0}


def test_no_queries_have_no_retrieval_figures() -> None:
    assert retrieval_figures([]) == {}


@settings(max_examples=60)
@given(st.lists(st.integers(0, 30), min_size=1))
def test_retrieval_figures_are_shares_that_grow_with_depth(ranks: list[int]) -> None:
    figures = retrieval_figures(ranks)
    first, fifth, tenth = (figures[f"recall@{k}"] for k in (1, 5, 10))
    assert 0 <= first <= fifth <= tenth <= 1
    assert first <= figures["MRR@10"] + 1e-9
    assert figures["MRR@10"] <= tenth + 1e-9


def test_answers_are_shares_of_what_could_be_answered() -> None:
    figures = answer_figures([RIGHT, RIGHT, WRONG, MISSED, SILENT])
    assert figures["answered rightly (of answerable)"] == 0.5
    assert figures["answered (of answerable)"] == 0.75


def test_silence_is_a_share_of_what_could_not_be_answered() -> None:
    figures = answer_figures([RIGHT, SILENT, SILENT, SILENT, INVENTED])
    assert figures["declined (of unanswerable)"] == 0.75


def test_an_answer_to_an_unanswerable_question_is_never_right() -> None:
    invented = replace(INVENTED, right=True)
    assert answer_figures([RIGHT, invented])["right (of answered)"] == 0.5


def test_a_figure_about_nothing_is_left_out() -> None:
    figures = answer_figures([RIGHT])
    assert not {"declined (of unanswerable)", "AUC answerable", "ms p95"} & figures.keys()
    assert answer_figures([]) == {}


def test_times_are_the_median_and_the_ninety_fifth_percentile() -> None:
    figures = answer_figures([replace(RIGHT, milliseconds=ms) for ms in range(101)])
    assert (figures["ms p50"], figures["ms p95"]) == (50, 95)


@settings(max_examples=60)
@given(st.lists(verdicts, min_size=2))
def test_all_shares_lie_between_nought_and_one(judged: list[Judged]) -> None:
    figures = answer_figures(judged)
    shares = [value for name, value in figures.items() if not name.startswith("ms ")]
    assert all(-1e-9 <= share <= 1 + 1e-9 for share in shares)


@settings(max_examples=60)
@given(st.lists(verdicts, min_size=2))
def test_no_percentile_is_slower_than_the_slowest_answer(judged: list[Judged]) -> None:
    figures = answer_figures(judged)
    slowest = max(one.milliseconds for one in judged)
    assert figures["ms p50"] <= slowest * (1 + 1e-9)
    assert figures["ms p95"] <= slowest * (1 + 1e-9)


def test_the_area_is_the_share_of_pairs_in_the_right_order() -> None:
    assert area_under_curve([0.9, 0.4], [0.5, 0.1]) == 0.75


def test_a_tie_is_half_a_pair_in_the_right_order() -> None:
    assert area_under_curve([0.5, 0.9], [0.5]) == 0.75


def test_there_is_no_area_without_both_sides() -> None:
    assert area_under_curve([], [0.1]) is None
    assert area_under_curve([0.1], []) is None


@settings(max_examples=60)
@given(st.lists(scores, min_size=1, max_size=20), st.lists(scores, min_size=1, max_size=20))
def test_the_area_agrees_with_counting_pairs(yes: list[float], no: list[float]) -> None:
    pairs = [(y > n) + (y == n) / 2 for y in yes for n in no]
    assert area_under_curve(yes, no) == pytest.approx(sum(pairs) / len(pairs))


def test_confidence_that_comes_true_has_no_calibration_error() -> None:
    half = [replace(RIGHT, confidence=0.5), replace(WRONG, confidence=0.5)]
    assert calibration_error([RIGHT, SILENT, *half]) == 0


def test_calibration_error_weighs_each_bin_by_its_answers() -> None:
    # Three of four answers are sure and one of them wrong: 3/4 * |2/3 - 1|; the rest is exact.
    assert calibration_error([RIGHT, RIGHT, WRONG, SILENT]) == pytest.approx(0.25)


def test_nothing_judged_has_no_calibration_error() -> None:
    assert calibration_error([]) is None


def test_quotes_compare_whatever_their_white_space_and_case() -> None:
    assert folded("  The\n\u00a0RIVER\trose ") == folded("the river rose") == "the river rose"
