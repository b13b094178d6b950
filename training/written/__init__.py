"""Questions and news-like passages written for this project, beside the published sets."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from training.squad_files import TrainingArticle, TrainingQuestion, TrainingSet

WRITTEN = "written"
_FOLDER = Path(__file__).parent


def with_written(data: TrainingSet, folder: Path = _FOLDER) -> TrainingSet:
    """`data`, then the passages and questions in `folder`; the numbers of the first stay.

    `passages.jsonl` holds articles, `questions.jsonl` a question a line: its article (of either),
    the span of the paragraph and of the answer in that article's text; no answer is null.
    """
    passages = [TrainingArticle(**row) for row in _rows(folder / "passages.jsonl")]
    articles = data.articles | {article.id: article for article in passages}
    questions = [_question(row) for row in _rows(folder / "questions.jsonl")]
    return TrainingSet(articles, data.questions + questions)


def _question(row: dict[str, Any]) -> TrainingQuestion:
    start, end = row["paragraph"]
    answers = ((row["answer"][0], row["answer"][1]),) if row["answer"] else ()
    return TrainingQuestion(WRITTEN, row["question"], row["article"], (start, end), answers)


def _rows(file: Path) -> Iterator[dict[str, Any]]:
    with file.open(encoding="utf-8") as lines:
        yield from map(json.loads, lines)
