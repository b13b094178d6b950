"""Exact match and token F1 of a span, as SQuAD's own evaluation computes them."""

from __future__ import annotations

import re
import string
from collections import Counter
from collections.abc import Sequence

_ARTICLES = re.compile(r"\b(a|an|the)\b")
_NO_PUNCTUATION = str.maketrans("", "", string.punctuation)


def normalised(text: str) -> str:
    """Lower case, without punctuation, articles and needless white space."""
    return " ".join(_ARTICLES.sub(" ", text.lower().translate(_NO_PUNCTUATION)).split())


def exact_match(said: str, references: Sequence[str]) -> float:
    """1.0 when `said` is one of the references."""
    return float(any(normalised(said) == normalised(reference) for reference in references))


def token_f1(said: str, references: Sequence[str]) -> float:
    """The best overlap with a reference, in words."""
    return max(
        (_f1(normalised(said).split(), normalised(r).split()) for r in references), default=0.0
    )


def _f1(said: list[str], wanted: list[str]) -> float:
    shared = sum((Counter(said) & Counter(wanted)).values())
    return 2 * shared / (len(said) + len(wanted)) if shared else 0.0
