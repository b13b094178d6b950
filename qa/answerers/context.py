"""Which sentences cannot be understood without the one before them, and which one that is."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from index.article import Span
from index.searcher import Hit
from qa.quotable import quotable_spans

_POINTS_BACK = re.compile(
    r"[\"“‘'(\[]*(?:(?:but|and|so|still|yet|also|then|as|even|however|instead|moreover|"
    r"furthermore|therefore|meanwhile|though|although|while|when|if),?\s+)?"
    r"(?:this|that|that['’]s|these|those|he|she|it|it['’]s|they|his|her|its|their|such|"
    r"the (?:country|nation|company|firm|group|organi[sz]ation|agency|party|team|pair|two|"
    r"president|prime minister|minister|leader|government|city|region|state|"
    r"move|decision|deal|agreement|measure|plan|law|bill|policy|attack|incident|"
    r"former|latter|same|result|reason))\b",
    re.IGNORECASE,
)
# "It is/was … that", "That said": words that only look as if they pointed back.
_EMPTY_START = re.compile(r"(?:that said\b|this (?:week|month|year|morning|time)\b)", re.IGNORECASE)
_PERSONAL = re.compile(r"\b(?:he|she|they|his|her|their|him|them)\b", re.IGNORECASE)
_NAME = re.compile(r"(?<=[\w,;:] )[A-Z][\w’'-]+")
_FIRST_NAME = re.compile(r"[\"“‘'(\[]*[A-Z][\w’'-]+ (?:[A-Z]|[a-z]+(?:ed|s)\b)")
_MAX_GAP = 4


@dataclass(frozen=True, slots=True)
class Place:
    """A sentence at `span` of the article's text, inside the passage of `hit`."""

    hit: Hit
    span: Span

    @property
    def key(self) -> tuple[str, int]:
        """Tells places apart, whichever overlapping passage they were found in."""
        return self.hit.passage.article_id, self.span.start

    @property
    def text(self) -> str:
        """The sentence, verbatim."""
        first = self.hit.passage.start
        return self.hit.passage.text[self.span.start - first : self.span.end - first]


def points_back(sentence: str) -> bool:
    """Whether a sentence opens with a word that stands for something said before it."""
    if _EMPTY_START.match(sentence):
        return False
    if _POINTS_BACK.match(sentence):
        return True
    pronoun = _PERSONAL.search(sentence)
    if pronoun is None:
        return False
    before = sentence[: pronoun.start()]
    return not (_NAME.search(before) or _FIRST_NAME.match(before)) and len(before.split()) < 8


def opens_quotation(sentence: str) -> bool:
    """Whether a quotation begins in the sentence and goes on after it."""
    return sentence.count("“") > sentence.count("”") or sentence.count('"') % 2 == 1


class Surroundings:
    """The sentences around a place, as far as the hits hold them."""

    def __init__(self, hits: Sequence[Hit]) -> None:
        self._places: dict[str, list[Place]] = {}
        for hit in hits:
            first = hit.passage.start
            self._places.setdefault(hit.passage.article_id, []).extend(
                Place(hit, Span(first + span.start, first + span.end))
                for span in quotable_spans(hit.passage.text)
            )

    def before(self, place: Place) -> Place | None:
        """The sentence right before `place`, if a hit holds it."""
        return self._nearest(place, lambda other: place.span.start - other.span.end)

    def after(self, place: Place) -> Place | None:
        """The sentence right after `place`, if a hit holds it."""
        return self._nearest(place, lambda other: other.span.start - place.span.end)

    def _nearest(self, place: Place, gap: Callable[[Place], int]) -> Place | None:
        known = self._places.get(place.hit.passage.article_id, [])
        adjoining = [other for other in known if 0 <= gap(other) <= _MAX_GAP]
        return min(adjoining, key=gap, default=None)
