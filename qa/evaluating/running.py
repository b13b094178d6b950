"""Asks every query of a data set and judges what comes back."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path

from index.errors import CollectionError
from index.indexer import open_indexer
from index.searcher import Hit, Searcher
from qa.answer import Answer, Question
from qa.answerers.extractive import DEFAULT_THRESHOLD
from qa.desk import Desk, open_desk
from qa.evaluating.bootstrap import interval, resamples
from qa.evaluating.dataset import Query, read_queries, spread
from qa.evaluating.figures import all_figures, values_of
from qa.evaluating.judging import DEPTH, Outcome, first_hit, judge
from qa.evaluating.report import Report, Value
from qa.settings import Settings


def evaluate(
    dataset: Path,
    settings: Settings,
    limit: int | None = None,
    on_progress: Callable[[int, int], None] = lambda _done, _all: None,
) -> Report:
    """Measures the product as `settings` make it, on the data set's own articles.

    They become a collection of their own in a temporary folder; nothing else is touched.
    Raises `CollectionError` when a file of the data set is missing or a line is wrong.
    """
    queries = spread(read_queries(dataset), limit)
    chosen = settings.answer_threshold
    threshold = DEFAULT_THRESHOLD if chosen is None else chosen
    with tempfile.TemporaryDirectory(prefix="footnote-eval-") as folder:
        # Every answer is made, however unsure, so that all thresholds can be judged.
        own = settings.model_copy(update={"data_dir": Path(folder), "answer_threshold": 0.0})
        indexer = open_indexer(own.index_options())
        added = indexer.add_sources([str(dataset / "corpus.jsonl")])
        if added.refused:
            first = added.refused[0]
            raise CollectionError(f"{first.source_name} was refused: {first.reason}.")
        status = indexer.status()
        desk = open_desk(own)
        outcomes = []
        for done, query in enumerate(queries, 1):
            outcomes.append(_outcome(desk, query, threshold))
            on_progress(done, len(queries))
    return Report(
        dataset=dataset.name,
        articles=status.articles,
        passages=status.passages,
        queries=len(queries),
        threshold=threshold,
        figures=_figures(outcomes),
        outcomes=tuple(outcomes),
    )


def _outcome(desk: Desk, query: Query, threshold: float) -> Outcome:
    hits: list[Hit] = []
    answer = desk.ask(
        Question(question=query.question, top_k=DEPTH),
        earlier=query.earlier,
        on_found=lambda result: hits.extend(result.hits),
    )
    rank = first_hit(hits, query.evidence) if query.evidence else None
    return judge(query, answer, _cited_texts(desk.searcher, answer), rank, threshold)


def _cited_texts(searcher: Searcher, answer: Answer) -> dict[str, str]:
    cited = {citation.article_id for citation in answer.citations}
    found = {article_id: searcher.article(article_id) for article_id in cited}
    return {article_id: article.text for article_id, article in found.items() if article}


def _figures(outcomes: list[Outcome]) -> dict[str, dict[str, Value]]:
    if not outcomes:
        return {}
    figures = all_figures(outcomes)
    draws = resamples(len(outcomes))
    found: dict[str, dict[str, Value]] = {}
    for group, named in values_of(figures, len(outcomes)).items():
        found[group] = {}
        for name, value in named.items():
            low, high = interval(figures[group][name], draws)
            found[group][name] = Value(value=value, low=low, high=high)
    return found
