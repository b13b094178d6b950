"""Other ways to put a question, for a reader that takes words more literally than people do."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import takewhile

from qa.conversation.mentions import is_function

_WHY = re.compile(r"^\s*(?:and |but |so )?why\b(?! not\b)", re.IGNORECASE)
_ADJECTIVE = re.compile(
    r"\b(?P<adjective>[A-Z][a-z]{2,}(?:ian|an|ish|ese|ch|i)) "
    r"(?P<noun>[a-z]{3,})(?P<next>\s+\w+|\W*$)"
)
_NAME = re.compile(r"\b[A-Z][a-z]{3,}\b")
_LEAST_ALIKE = 4
_MOST_LEFT = 3


def other_wordings(question: str, passages: Iterable[str]) -> tuple[str, ...]:
    """The question with "for what reason" for "why", "corn from Ukraine" for "Ukrainian corn".

    An adjective gives way to the country only where the passages name it: no list of countries
    is needed. Empty when there is nothing to put otherwise.
    """
    wording = _with_countries(question, passages)
    wording = _WHY.sub("For what reason", wording)
    return () if wording == question else (wording,)


def _with_countries(question: str, passages: Iterable[str]) -> str:
    names: set[str] | None = None
    for found in _ADJECTIVE.finditer(question):
        following = found["next"].strip()
        if following.isalpha() and not is_function(following):
            continue  # "Russian state media": the noun is still to come
        if names is None:
            names = {name for text in passages for name in _NAME.findall(text)}
        country = _named_by(found["adjective"], names)
        if country is not None:
            old = f"{found['adjective']} {found['noun']}"
            question = question.replace(old, f"{found['noun']} from {country}", 1)
    return question


def _named_by(adjective: str, names: Iterable[str]) -> str | None:
    """The name that an adjective is made from: most alike at the beginning, little else left."""
    alike = {
        name: _alike(name, adjective)
        for name in names
        if name != adjective and not _ADJECTIVE.match(f"{name} xxx")
    }
    fitting = [
        name
        for name, count in alike.items()
        if count >= _LEAST_ALIKE and len(name) - count <= _MOST_LEFT
    ]
    return max(fitting, key=lambda name: (alike[name], -len(name), name), default=None)


def _alike(one: str, other: str) -> int:
    """How many letters two words begin with alike."""
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))
