"""From logits to pieces of a text."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from numpy.typing import NDArray

from index.article import Span
from qa.reading.spans import MAX_TOKENS, FoundSpan, best_spans

TEXT = "Ana built it in 1874."
# "no answer", two tokens of the question, then the words of the text
PLACES = np.array([[0, 0], [0, 3], [4, 9], [0, 3], [4, 9], [10, 12], [13, 15], [16, 20], [20, 21]])
READABLE = np.array([False] * 3 + [True] * 6)


def spans(logits: NDArray[np.float32], count: int = 1) -> list[FoundSpan]:
    return best_spans(logits, PLACES, READABLE, TEXT, count)


def logits(*at: tuple[int, int, float]) -> NDArray[np.float32]:
    made = np.zeros((len(PLACES), 2), np.float32)
    for token, column, value in at:
        made[token, column] = value
    return made


def test_the_best_beginning_and_end_make_the_span() -> None:
    (best,) = spans(logits((6, 0, 5.0), (7, 1, 4.0)))
    assert TEXT[best.span.start : best.span.end] == "in 1874"


def test_the_margin_is_the_distance_to_no_answer() -> None:
    (best,) = spans(logits((0, 0, 2.0), (0, 1, 1.0), (7, 0, 5.0), (7, 1, 4.0)))
    assert best.margin == 6.0


def test_an_end_before_its_beginning_is_no_span() -> None:
    (best,) = spans(logits((7, 0, 5.0), (4, 1, 5.0), (7, 1, 1.0)))
    assert best.span == Span(16, 20)


def test_the_question_itself_is_never_the_answer() -> None:
    (best,) = spans(logits((1, 0, 9.0), (2, 1, 9.0), (3, 0, 1.0), (3, 1, 1.0)))
    assert best.span == Span(0, 3)


def test_further_spans_do_not_overlap_the_ones_before() -> None:
    found = spans(logits((3, 0, 5.0), (4, 1, 5.0), (3, 1, 4.9), (7, 0, 2.0), (7, 1, 2.0)), count=2)
    assert [TEXT[one.span.start : one.span.end] for one in found] == ["Ana built", "1874"]


def test_half_a_word_grows_to_the_whole_word() -> None:
    places = np.array([[0, 0], [0, 2], [2, 5]])
    made = np.array([[0, 0], [0, 0], [3, 3]], np.float32)
    (best,) = best_spans(made, places, np.array([False, True, True]), "corns", 1)
    assert best.span == Span(0, 5)


def test_a_text_without_tokens_has_no_span() -> None:
    assert best_spans(logits(), PLACES, np.zeros(len(PLACES), bool), TEXT, 3) == []


@given(arrays.arrays(np.float32, (9, 2), elements=st.floats(-20, 20, width=32)))
def test_spans_lie_in_the_text_apart_and_best_first(made: NDArray[np.float32]) -> None:
    found = spans(made, count=4)
    assert found
    margins = [one.margin for one in found]
    assert margins == sorted(margins, reverse=True)
    ordered = sorted(found, key=lambda one: one.span.start)
    assert all(a.span.end <= b.span.start for a, b in pairwise(ordered))
    assert all(0 <= one.span.start < one.span.end <= len(TEXT) for one in found)


def test_no_span_is_longer_than_an_answer_is() -> None:
    words = MAX_TOKENS + 10
    text = " ".join("w" for _ in range(words))
    places = np.array([[2 * n, 2 * n + 1] for n in range(words)])
    made = np.zeros((words, 2), np.float32)
    made[0, 0], made[-1, 1] = 9, 9
    (best,) = best_spans(made, places, np.ones(words, bool), text, 1)
    assert len(text[best.span.start : best.span.end].split()) <= MAX_TOKENS
