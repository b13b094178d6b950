"""Question and passages in, ranked passages and sentences that may answer out.

Any reader plugs in here. The trained one is in `qa.reading`.
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
    passage's). `probability` is the calibrated one, 0..1, that the sentence answers.
    """

    hit: Hit
    sentence: Span
    highlights: tuple[Span, ...]
    probability: float

    @property
    def text(self) -> str:
        """The sentence, verbatim."""
        start = self.hit.passage.start
        return self.hit.passage.text[self.sentence.start - start : self.sentence.end - start]

    @property
    def answer(self) -> str:
        """The decisive words, verbatim; the sentence where none stand out."""
        if not self.highlights:
            return self.text
        span, start = self.highlights[0], self.hit.passage.start
        return self.hit.passage.text[span.start - start : span.end - start]


@dataclass(frozen=True, slots=True)
class Reading:
    """What a reader made of a question and its passages.

    `hits` are the passages it was given, in its own order of relevance. `evidence` is best first.
    """

    hits: tuple[Hit, ...]
    evidence: tuple[Evidence, ...]

    @property
    def answerability(self) -> float:
        """The calibrated probability, 0..1, that the best sentence answers the question."""
        return self.evidence[0].probability if self.evidence else 0.0


class Reader(Protocol):
    """Reads a question against passages."""

    def read(self, question: str, hits: Sequence[Hit]) -> Reading:
        """Judges `hits` (best first, any number) for any `question`; never raises for its text."""
