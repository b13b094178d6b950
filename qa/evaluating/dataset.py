"""Reads a data set: a folder with `corpus.jsonl`, `queries.jsonl` and `evidence.jsonl`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, Field, ValidationError

from index.errors import CollectionError
from qa.answer import MAX_QUESTION_CHARACTERS
from qa.conversation import Turn


@dataclass(frozen=True, slots=True)
class Evidence:
    """A quote that answers, in one article or (None) in any."""

    article_id: str | None
    quote: str


@dataclass(frozen=True, slots=True)
class Query:
    """One question of a data set, the turns before it, and where the collection answers it."""

    id: str
    question: str
    answerable: bool
    answers: tuple[str, ...]
    evidence: tuple[Evidence, ...]
    earlier: tuple[Turn, ...]


def read_queries(dataset: Path) -> list[Query]:
    """The queries with their evidence, in the file's order.

    Raises `CollectionError` when a file is missing or a line is wrong.
    """
    evidence: dict[str, list[Evidence]] = {}
    for found in _lines(dataset / "evidence.jsonl", _EvidenceLine):
        quoted = Evidence(found.article_id, found.quote)
        evidence.setdefault(found.query_id, []).append(quoted)
    return [
        Query(
            id=asked.id,
            question=asked.question,
            answerable=asked.answerable,
            answers=asked.answers or (),
            evidence=tuple(evidence.get(asked.id, ())),
            earlier=tuple(_turn(entry) for entry in asked.history or ()),
        )
        for asked in _lines(dataset / "queries.jsonl", _QueryLine)
    ]


def spread(queries: list[Query], limit: int | None) -> list[Query]:
    """`limit` of the queries, evenly spread over the file, the same ones every time."""
    if limit is None or limit >= len(queries):
        return queries
    return [queries[place * len(queries) // limit] for place in range(limit)]


class _TurnLine(BaseModel):
    question: str
    answer: str | None = None


class _QueryLine(BaseModel):
    id: str
    question: str = Field(max_length=MAX_QUESTION_CHARACTERS, pattern=r"\S")
    answerable: bool
    answers: tuple[str, ...] | None = None
    history: tuple[str | tuple[str, str] | _TurnLine, ...] | None = None


class _EvidenceLine(BaseModel):
    query_id: str
    quote: str = Field(pattern=r"\S")
    article_id: str | None = None


def _turn(entry: str | tuple[str, str] | _TurnLine) -> Turn:
    if isinstance(entry, str):
        return Turn(entry)
    if isinstance(entry, tuple):
        return Turn(*entry)
    return Turn(entry.question, entry.answer or "")


_Line = TypeVar("_Line", bound=BaseModel)


def _lines(path: Path, kind: type[_Line]) -> Iterator[_Line]:
    try:
        with path.open("rb") as lines:
            for number, line in enumerate(lines, 1):
                if line.strip():
                    yield _parsed(path, number, line, kind)
    except OSError as error:
        raise CollectionError(
            f"Cannot read {path} ({error.strerror}); a data set is a folder with corpus.jsonl, "
            "queries.jsonl and evidence.jsonl."
        ) from error


def _parsed(path: Path, number: int, line: bytes, kind: type[_Line]) -> _Line:
    try:
        return kind.model_validate_json(line)
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(str(part) for part in first["loc"])
        where = f"{path} line {number}" + (f", {field}" if field else "")
        raise CollectionError(f"{where}: {first['msg']}.") from error
