"""The shapes that leave the house: a question in, an answer with its citations out."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator

from index.dates import moments

MAX_QUESTION_CHARACTERS = 2_000
MAX_TOP_K = 50


class Shape(BaseModel):
    """A strict, immutable JSON shape: unknown fields are refused by name."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class QuestionFilters(Shape):
    """Which articles may answer. Empty lists and nulls let everything through.

    `published_after` and `published_before` are RFC 3339 dates or date-times, both inclusive.
    """

    article_ids: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    published_after: str | None = None
    published_before: str | None = None

    @field_validator("published_after", "published_before")
    @classmethod
    def _is_a_date(cls, value: str | None) -> str | None:
        if value is not None:
            moments(value)
        return value


class Question(Shape):
    """One turn in."""

    question: str = Field(min_length=1, max_length=MAX_QUESTION_CHARACTERS)
    conversation_id: str | None = Field(default=None, max_length=200)
    filters: QuestionFilters = QuestionFilters()
    top_k: int = Field(default=8, ge=1, le=MAX_TOP_K)
    stream: bool = False

    @field_validator("question")
    @classmethod
    def _says_something(cls, value: str) -> str:
        if not value.strip():
            raise ValueError("the question is empty; ask something")
        return value


class Sentence(Shape):
    """One sentence of the answer and the numbers of the citations that support it.

    `published_at` is set where articles disagree: the day of the one that says so.
    """

    text: str
    citations: tuple[int, ...]
    published_at: str | None = None


class Citation(Shape):
    """A numbered pointer to a verbatim quote: `article.text[start:end] == quote`.

    `highlights` are `(start, end)` offsets into `quote`. `supports` is false for the nearest
    passages shown with a `not_found` answer. `also_in` are other found articles with the same
    words, or all but a few of them, as when two of them print one agency's story.
    """

    number: int
    article_id: str
    title: str
    url: str | None
    source: str | None
    author: str | None
    published_at: str | None
    passage_id: str
    start: int
    end: int
    quote: str
    highlights: tuple[tuple[int, int], ...]
    score: float
    supports: bool = True
    also_in: tuple[str, ...] = ()


class Timings(Shape):
    """Milliseconds spent in each stage."""

    retrieve: float
    rerank: float
    answer: float
    total: float


class Correction(Shape):
    """What became of an article after an answer quoted it: the quote is no longer in it.

    `number` only grows, so that a program can ask for what is new to it.
    """

    number: int
    answer_id: str
    article_id: str
    title: str
    change: Literal["corrected", "withdrawn"]
    noticed_at: str


class Answer(Shape):
    """One turn out. `corrections` is filled when a kept answer is read again."""

    id: str
    conversation_id: str
    question: str
    standalone_question: str
    status: Literal["answered", "not_found"]
    answer: str
    sentences: tuple[Sentence, ...]
    citations: tuple[Citation, ...]
    confidence: float
    follow_up_questions: tuple[str, ...]
    generation: int
    answerer: str
    timings_ms: Timings
    corrections: tuple[Correction, ...] = ()
