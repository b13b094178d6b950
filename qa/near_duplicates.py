"""Passages of two articles that say nearly the same, as when both print one agency's story.

Texts are compared by their runs of three words (Broder, "On the resemblance and containment of
documents", 1997). A few passages at a time are compared, so the runs themselves are, not a sketch
of them. Texts that differ in a number or a name are not the same, however alike they are: that one
word may be the correction.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from index.searcher import Hit

_RUN = 3
_NEARLY = 0.8
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class _Words:
    """What of a text is compared: its runs of words, and its numbers and names."""

    runs: frozenset[tuple[str, ...]]
    telling: frozenset[str]


def told_apart(hits: Sequence[Hit]) -> tuple[tuple[Hit, ...], tuple[Hit, ...]]:
    """The first of those that say nearly the same, and the others, each in the order of `hits`.

    Passages of one article are never taken for the same.
    """
    first: list[tuple[Hit, _Words]] = []
    others: list[Hit] = []
    for hit in hits:
        words = _words(hit.passage.text)
        if any(_is_reprint(hit, words, *one) for one in first):
            others.append(hit)
        else:
            first.append((hit, words))
    return tuple(hit for hit, _ in first), tuple(others)


def says_nearly(text: str, words: str) -> bool:
    """Whether `text` has `words` in it: the very same, or all but a few of them."""
    if _folded(words) in _folded(text):
        return True
    whole, part = _words(text), _words(words)
    if not part.telling <= whole.telling:
        return False
    return len(part.runs & whole.runs) >= _NEARLY * len(part.runs)


def _is_reprint(hit: Hit, words: _Words, other: Hit, theirs: _Words) -> bool:
    if hit.article.id == other.article.id or words.telling != theirs.telling:
        return False
    return len(words.runs & theirs.runs) >= _NEARLY * max(len(words.runs), len(theirs.runs))


def _folded(text: str) -> str:
    return " ".join(text.casefold().split())


def _words(text: str) -> _Words:
    words = _WORD.findall(text)
    folded = [word.casefold() for word in words]
    runs = {tuple(folded[place : place + _RUN]) for place in range(max(len(folded) - _RUN + 1, 1))}
    telling = {word.casefold() for word in words if word[0].isupper() or word[0].isdigit()}
    return _Words(frozenset(runs), frozenset(telling))
