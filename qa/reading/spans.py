"""From logits over tokens to pieces of a text."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from index.article import Span

# Answers longer than this are parts of sentences rather than answers.
MAX_TOKENS = 40


@dataclass(frozen=True, slots=True)
class FoundSpan:
    """A piece of the text that may be the answer.

    `margin` is its logit less that of "no answer" (Devlin et al., 2019, section 4.3).
    """

    span: Span
    margin: float


def best_spans(
    logits: NDArray[np.float32],
    places: NDArray[np.int64],
    readable: NDArray[np.bool_],
    text: str,
    count: int,
) -> list[FoundSpan]:
    """The `count` best spans of `text` that do not overlap, best first.

    `logits` (tokens, 2): first and last token, "no answer" on token 0. `places` (tokens, 2) are
    the tokens' offsets in `text`; only tokens that are `readable` (tokens,) may be in an answer.
    """
    tokens = np.flatnonzero(readable)
    if len(tokens) == 0:
        return []
    starts, ends = logits[tokens, 0], logits[tokens, 1]
    scores = starts[:, None] + ends[None, :]
    reach = np.arange(len(tokens))
    length = reach[None, :] - reach[:, None]
    scores[(length < 0) | (length >= MAX_TOKENS)] = -np.inf
    nothing = float(logits[0].sum())
    found: list[FoundSpan] = []
    for _ in range(count):
        first, last = np.unravel_index(int(scores.argmax()), scores.shape)
        if scores[first, last] == -np.inf:
            break
        span = _whole_words(text, int(places[tokens[first], 0]), int(places[tokens[last], 1]))
        found.append(FoundSpan(span, float(scores[first, last]) - nothing))
        scores[: last + 1, first:] = -np.inf  # whatever overlaps: begins before its end, ends after
    return found


def _whole_words(text: str, start: int, end: int) -> Span:
    """A token may be a part of a word; nobody wants to see half of one."""
    while start > 0 and text[start - 1].isalnum() and text[start].isalnum():
        start -= 1
    while end < len(text) and text[end].isalnum() and text[end - 1].isalnum():
        end += 1
    return Span(start, end)
