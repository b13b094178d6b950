"""Two rankings into one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.engines.fusion import DENSE_WEIGHT, fused

SCORES = st.dictionaries(st.integers(0, 30), st.floats(-1, 1, width=32), max_size=20)


@given(dense=SCORES, words=SCORES, limit=st.integers(0, 30))
def test_scores_are_between_0_and_1_best_first(
    dense: dict[int, float], words: dict[int, float], limit: int
) -> None:
    lexical = {key: abs(score) * 20 for key, score in words.items() if key in dense}
    found = fused(dense, lexical, limit)
    assert len(found) == min(limit, len(dense))
    assert all(0 <= match.score <= 1 for match in found)
    assert [match.score for match in found] == sorted((m.score for m in found), reverse=True)


def test_the_best_in_both_scores_1_and_the_worst_in_both_0() -> None:
    found = fused({1: 0.9, 2: 0.5, 3: 0.1}, {1: 12.0, 2: 3.0}, 3)
    assert [match.key for match in found] == [1, 2, 3]
    assert (found[0].score, found[-1].score) == pytest.approx((1, 0))


def test_where_no_word_matched_words_add_nothing() -> None:
    found = fused({1: 0.9, 2: 0.5}, {}, 2)
    assert [match.score for match in found] == pytest.approx([DENSE_WEIGHT, 0])


def test_equal_scores_keep_the_order_of_keys() -> None:
    assert [match.key for match in fused({3: 0.5, 1: 0.5, 2: 0.5}, {}, 3)] == [1, 2, 3]
