"""Measuring retrieval and answers on a data set: `footnote eval`.

A data set is a folder with `corpus.jsonl` (articles), `queries.jsonl` and `evidence.jsonl`. Its
articles become a collection of their own in a temporary folder; nothing else is touched.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, Field, ValidationError

from index.errors import CollectionError
from index.indexer import open_indexer
from index.searcher import Hit
from qa.answer import MAX_QUESTION_CHARACTERS, Answer, Question, QuestionFilters
from qa.desk import open_desk
from qa.measures import Judged, answer_figures, folded, retrieval_figures
from qa.settings import Settings

# How far down the ranking recall and reciprocal rank look.
DEPTH = 10


@dataclass(frozen=True, slots=True)
class Query:
    """One question of a data set, and where the collection answers it."""

    id: str
    question: str
    answerable: bool
    answers: tuple[str, ...]
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True)
class Evidence:
    """A quote that answers, in one article or (None) in any."""

    article_id: str | None
    quote: str


@dataclass(frozen=True, slots=True)
class Report:
    """What was measured: counts, and figures by their standard names, 0..1 unless named ms."""

    dataset: str
    articles: int
    passages: int
    queries: int
    retrieval: Mapping[str, float]
    answers: Mapping[str, float]

    def as_dict(self) -> dict[str, object]:
        """The report as JSON values."""
        return {
            "dataset": self.dataset,
            "articles": self.articles,
            "passages": self.passages,
            "queries": self.queries,
            "retrieval": dict(self.retrieval),
            "answers": dict(self.answers),
        }


def evaluate(
    dataset: Path,
    settings: Settings,
    on_progress: Callable[[int, int], None] = lambda _done, _all: None,
) -> Report:
    """Measures the product as `settings` make it, on the data set's own articles.

    Raises `CollectionError` when a file of the data set is missing or a line is wrong.
    """
    queries = list(read_queries(dataset))
    with tempfile.TemporaryDirectory(prefix="footnote-eval-") as folder:
        own = settings.model_copy(update={"data_dir": Path(folder)})
        indexer = open_indexer(own.index_options())
        added = indexer.add_sources([str(dataset / "corpus.jsonl")])
        if added.refused:
            first = added.refused[0]
            raise CollectionError(f"{first.source_name} was refused: {first.reason}.")
        status = indexer.status()
        desk = open_desk(own)
        ranks, judged = [], []
        for done, query in enumerate(queries, 1):
            if query.evidence:
                hits = desk.search(query.question, QuestionFilters(), DEPTH).hits
                ranks.append(first_hit(hits, query.evidence))
            judged.append(_judged(query, desk.ask(Question(question=query.question))))
            on_progress(done, len(queries))
    return Report(
        dataset=dataset.name,
        articles=status.articles,
        passages=status.passages,
        queries=len(queries),
        retrieval=retrieval_figures(ranks),
        answers=answer_figures(judged),
    )


def read_queries(dataset: Path) -> Iterator[Query]:
    """The queries of a data set with their evidence."""
    evidence: dict[str, list[Evidence]] = {}
    for found in _lines(dataset / "evidence.jsonl", _EvidenceLine):
        quoted = Evidence(found.article_id, found.quote)
        evidence.setdefault(found.query_id, []).append(quoted)
    for asked in _lines(dataset / "queries.jsonl", _QueryLine):
        yield Query(
            id=asked.id,
            question=asked.question,
            answerable=asked.answerable,
            answers=asked.answers or (),
            evidence=tuple(evidence.get(asked.id, ())),
        )


def first_hit(hits: Sequence[Hit], evidence: Sequence[Evidence]) -> int:
    """The rank, from 1, of the first passage that holds a quote; 0 when none does."""
    for rank, hit in enumerate(hits, 1):
        text = folded(hit.passage.text)
        if any(
            one.article_id in (None, hit.article.id) and folded(one.quote) in text
            for one in evidence
        ):
            return rank
    return 0


def _judged(query: Query, answer: Answer) -> Judged:
    quotes = [
        (citation.article_id, folded(citation.quote))
        for citation in answer.citations
        if citation.supports
    ]
    holds_answer = any(folded(text) in quote for text in query.answers for _, quote in quotes)
    overlaps = any(
        one.article_id in (None, article_id)
        and (folded(one.quote) in quote or quote in folded(one.quote))
        for one in query.evidence
        for article_id, quote in quotes
    )
    return Judged(
        answerable=query.answerable,
        answered=answer.status == "answered",
        right=overlaps if query.evidence else holds_answer,
        confidence=answer.confidence,
        milliseconds=answer.timings_ms.total,
    )


class _QueryLine(BaseModel):
    id: str
    question: str = Field(max_length=MAX_QUESTION_CHARACTERS, pattern=r"\S")
    answerable: bool
    answers: tuple[str, ...] | None = None


class _EvidenceLine(BaseModel):
    query_id: str
    quote: str = Field(pattern=r"\S")
    article_id: str | None = None


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
