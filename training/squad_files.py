"""Reads the training sets into articles and questions with gold spans."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote


@dataclass(frozen=True, slots=True)
class TrainingArticle:
    """`paragraphs` joined by blank lines are the article's text."""

    id: str
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class TrainingQuestion:
    """`answers` are `(start, end)` in the article's text; empty when it does not say.

    `paragraph` is the span of the paragraph the question was written for.
    """

    source: str
    text: str
    article_id: str
    paragraph: tuple[int, int]
    answers: tuple[tuple[int, int], ...]


@dataclass(slots=True)
class TrainingSet:
    """Articles by id, and the questions on them."""

    articles: dict[str, TrainingArticle]
    questions: list[TrainingQuestion]

    @property
    def paragraph_count(self) -> int:
        """Paragraphs of all articles together."""
        return sum(article.text.count("\n\n") + 1 for article in self.articles.values())


def load_training_set(folder: Path, share: float = 1.0) -> TrainingSet:
    """SQuADShifts and the SQuAD 2 part in `folder`; of its reviews and comments only `share`."""
    found = TrainingSet({}, [])
    for name in ("new_wiki", "reddit", "amazon_reviews"):
        path = folder / f"squadshifts-{name}-v1.0.json.gz"
        with gzip.open(path, "rt", encoding="utf-8") as file:
            data = json.load(file)["data"]
        if name != "new_wiki":
            # Only the encyclopaedia's entries are articles of several paragraphs.
            paragraphs = [{"title": "", "paragraphs": [p]} for d in data for p in d["paragraphs"]]
            data = paragraphs[: int(share * len(paragraphs))]
        _take_squad_shifts(name, data, found)
    with gzip.open(folder / "squad2-part.jsonl.gz", "rt", encoding="utf-8") as file:
        _take_squad2([json.loads(line) for line in file], found)
    return found


def _take_squad_shifts(name: str, data: list[dict], found: TrainingSet) -> None:  # type: ignore[type-arg]
    for number, entry in enumerate(data):
        article_id = f"{name}-{number}"
        title = unquote(entry["title"]).replace("_", " ")
        texts = [paragraph["context"] for paragraph in entry["paragraphs"]]
        starts = _add_article(article_id, title, texts, found)
        for start, paragraph in zip(starts, entry["paragraphs"], strict=True):
            _take_questions(name, article_id, start, paragraph, found)


def _take_questions(
    name: str,
    article_id: str,
    start: int,
    paragraph: dict[str, Any],
    found: TrainingSet,
) -> None:
    span = (start, start + len(paragraph["context"]))
    for question in paragraph["qas"]:
        answers = tuple(
            (start + a["answer_start"], start + a["answer_start"] + len(a["text"]))
            for a in question["answers"]
        )
        if question["question"].strip():
            found.questions.append(
                TrainingQuestion(name, question["question"].strip(), article_id, span, answers)
            )


def _take_squad2(rows: list[dict], found: TrainingSet) -> None:  # type: ignore[type-arg]
    titles = list(dict.fromkeys(row["title"] for row in rows))
    for title in titles:
        own = [row for row in rows if row["title"] == title]
        paragraphs = list(dict.fromkeys(row["passage"] for row in own))
        article_id = f"squad2-{title}"
        offsets = _add_article(article_id, title, paragraphs, found)
        starts = dict(zip(paragraphs, offsets, strict=True))
        for row in own:
            start = starts[row["passage"]]
            found.questions.append(
                TrainingQuestion(
                    "squad2",
                    row["question"].strip(),
                    article_id,
                    (start, start + len(row["passage"])),
                    tuple(_occurrences(row["passage"], row["answers"], start)),
                )
            )


def _occurrences(text: str, answers: list[str], start: int) -> Iterator[tuple[int, int]]:
    """The first place of each answer; the file gives texts without offsets."""
    for answer in answers:
        place = text.find(answer)
        if place >= 0:
            yield start + place, start + place + len(answer)


def _add_article(
    article_id: str, title: str, paragraphs: list[str], found: TrainingSet
) -> list[int]:
    starts, text = [], ""
    for paragraph in paragraphs:
        text += "\n\n" if text else ""
        starts.append(len(text))
        text += paragraph
    found.articles[article_id] = TrainingArticle(article_id, title, text)
    return starts
