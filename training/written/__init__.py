"""Questions and news-like passages written for this project, beside the published sets."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from training.json_lines import json_lines
from training.squad_files import TrainingArticle, TrainingQuestion, TrainingSet

WRITTEN = "written"
_FOLDER = Path(__file__).parent


def with_written(data: TrainingSet, folder: Path = _FOLDER) -> TrainingSet:
    """`data`, then the passages and questions in `folder`; the numbers of the first stay.

    `passages.jsonl` holds articles, `questions.jsonl` a question a line: its article (of either),
    its paragraph's span in that article's text, and the answer with where it begins; no answer is
    null. Raises ValueError where an article of another edition has something else there.
    """
    passages = [TrainingArticle(**row) for row in json_lines(folder / "passages.jsonl")]
    articles = data.articles | {article.id: article for article in passages}
    questions = [_question(row, articles) for row in json_lines(folder / "questions.jsonl")]
    return TrainingSet(articles, data.questions + questions)


def _question(row: dict[str, Any], articles: dict[str, TrainingArticle]) -> TrainingQuestion:
    id_, answer = row["article"], row["answer"]
    answers: tuple[tuple[int, int], ...] = ()
    if answer:
        start, end = answer["start"], answer["start"] + len(answer["text"])
        if id_ in articles and articles[id_].text[start:end] != answer["text"]:
            raise ValueError(
                f"article {id_} has no {answer['text']!r} at {start}: take the edition of the "
                "training sets that the model card names"
            )
        answers = ((start, end),)
    first, last = row["paragraph"]
    return TrainingQuestion(WRITTEN, row["question"], id_, (first, last), answers)
