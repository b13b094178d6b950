"""Finds passages that search ranks high for a question and that do not hold its answer."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

from index.article import Document
from index.indexer import open_indexer
from index.options import IndexOptions
from index.searcher import Hit, Searcher, open_searcher
from training.json_lines import json_lines
from training.reader.samples import MinedPassage
from training.squad_files import TrainingQuestion, TrainingSet

_LOOKED_AT = 12
_KEPT = 3


def mine(data: TrainingSet, folder: Path, every: int) -> list[MinedPassage]:
    """For one question in `every`, up to three of the first twelve passages found.

    The collection and the passages are kept under `folder`, and found there again.
    """
    kept = folder / "mined.jsonl"
    if not kept.exists():
        found = list(_mined(data, _collection(data, folder / "collection"), every))
        unfinished = kept.with_suffix(".part")
        unfinished.write_text("".join(json.dumps(asdict(f)) + "\n" for f in found), "utf-8")
        unfinished.rename(kept)
    return [MinedPassage(**row) for row in json_lines(kept)]


def _collection(data: TrainingSet, folder: Path) -> Searcher:
    options = IndexOptions(folder)
    open_indexer(options).add(
        Document(source_name=a.id, title=a.title or "Untitled", text=a.text, given_id=a.id)
        for a in data.articles.values()
    )
    return open_searcher(options)


def _mined(data: TrainingSet, searcher: Searcher, every: int) -> Iterator[MinedPassage]:
    for number, question in enumerate(data.questions):
        if number % every == 0 and question.answers:
            hits = searcher.search(question.text, top_k=_LOOKED_AT).hits
            wrong = [hit for hit in hits if not _holds_answer(data, question, hit)]
            for hit in wrong[:_KEPT]:
                title = data.articles[hit.article.id].title
                yield MinedPassage(number, title, hit.passage.text)


def _holds_answer(data: TrainingSet, question: TrainingQuestion, hit: Hit) -> bool:
    """Whether the passage touches the question's paragraph or has an annotator's very words."""
    start, end = question.paragraph
    passage = hit.passage
    if hit.article.id == question.article_id and passage.start < end and start < passage.end:
        return True
    text = data.articles[question.article_id].text
    return any(text[a:b].casefold() in passage.text.casefold() for a, b in question.answers)
