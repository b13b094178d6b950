"""Question and passages in, sentences that may answer out: where any reader plugs in.

The evidence reader (`qa.evidence.reader`) weighs words, names, numbers and sentence vectors. A
trained cross-encoder takes its place by giving the same `Reading`: for each sentence the span it
found, the sentence's relevance, and for the whole whether the passages answer at all.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from index.article import Span
from index.searcher import Hit


@dataclass(frozen=True, slots=True)
class Evidence:
    """One sentence that may answer.

    `sentence` and the `highlights` inside it are offsets in the article's text (not in the
    passage's). `relevance`, 0..1, compares sentences for one question. `fits` says that the
    sentence has something of the kind asked for: a cause for "why", a number for "how many".
    """

    hit: Hit
    sentence: Span
    highlights: tuple[Span, ...]
    relevance: float
    fits: bool = True

    @property
    def text(self) -> str:
        """The sentence, verbatim."""
        start = self.hit.passage.start
        return self.hit.passage.text[self.sentence.start - start : self.sentence.end - start]


@dataclass(frozen=True, slots=True)
class Reading:
    """What a reader made of a question and its passages.

    `evidence` is best first. `answerability` is the calibrated probability, 0..1, that the best
    sentence answers the question. `wants_reason` says that the question asks for causes, which
    often stand in more than one sentence.
    """

    evidence: tuple[Evidence, ...]
    answerability: float
    wants_reason: bool = False


NOTHING_READ = Reading((), 0.0)


class Reader(Protocol):
    """Reads a question against passages."""

    @property
    def name(self) -> str:
        """A short name, shown with the answer."""

    def read(self, question: str, hits: Sequence[Hit]) -> Reading:
        """Judges `hits` (best first, any number) for any `question`; never raises for its text."""
