"""Measuring retrieval and answers on a data set: `footnote eval`.

A data set is a folder with `corpus.jsonl` (articles), `queries.jsonl` and `evidence.jsonl`. Its
articles become a collection of their own in a temporary folder; nothing else is touched.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from index.errors import CollectionError
from index.indexer import open_indexer
from index.searcher import Hit
from qa.answer import Answer, Question, QuestionFilters
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
    for row in _lines(dataset / "evidence.jsonl"):
        found = Evidence(row.get("article_id"), row["quote"])
        evidence.setdefault(row["query_id"], []).append(found)
    for row in _lines(dataset / "queries.jsonl"):
        yield Query(
            id=row["id"],
            question=row["question"],
            answerable=bool(row["answerable"]),
            answers=tuple(row.get("answers") or ()),
            evidence=tuple(evidence.get(row["id"], ())),
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


def _lines(path: Path) -> Iterator[dict[str, str]]:
    try:
        with path.open(encoding="utf-8") as lines:
            for number, line in enumerate(lines, 1):
                if line.strip():
                    yield _object(path, number, line)
    except OSError as error:
        raise CollectionError(
            f"Cannot read {path} ({error.strerror}); a data set is a folder with corpus.jsonl, "
            "queries.jsonl and evidence.jsonl."
        ) from error


def _object(path: Path, number: int, line: str) -> dict[str, str]:
    try:
        value = json.loads(line)
    except json.JSONDecodeError as error:
        raise CollectionError(f"{path} line {number} is not valid JSON: {error}.") from error
    if not isinstance(value, dict):
        raise CollectionError(f"{path} line {number} is not a JSON object.")
    return value
