"""What every answerer gives: a draft whose every sentence points at verbatim quotes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from index.article import Span
from index.searcher import Hit
from qa.reader import Reading


@dataclass(frozen=True, slots=True)
class Quote:
    """A verbatim piece of an article, inside the hit's passage.

    `start`, `end` and the `highlights` are offsets in the article's text.
    """

    hit: Hit
    start: int
    end: int
    highlights: tuple[Span, ...] = ()

    @property
    def text(self) -> str:
        """The quoted text, as the passage has it."""
        first = self.hit.passage.start
        return self.hit.passage.text[self.start - first : self.end - first]


@dataclass(frozen=True, slots=True)
class DraftSentence:
    """One sentence of the answer and the quotes that its words come from.

    `published_at` is set where articles disagree, so that the reader sees which one is newer.
    """

    text: str
    quotes: tuple[Quote, ...]
    published_at: str | None = None


@dataclass(frozen=True, slots=True)
class Draft:
    """An answer before it is verified. No sentences: the articles do not say.

    `confidence`, 0..1, is the probability that the articles answer the question with it.
    """

    sentences: tuple[DraftSentence, ...]
    confidence: float
    answerer: str


class Answerer(Protocol):
    """Makes a draft from what the reader found."""

    @property
    def name(self) -> str:
        """A short name, shown with the answer."""

    def answer(self, question: str, reading: Reading) -> Draft:
        """Drafts an answer; an empty draft where the passages do not answer.

        Never raises for the question's text.
        """
