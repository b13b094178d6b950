"""Turns the training sets into reading cases: a question, the passages found for it, its answer.

Every case mimics what the running system sees. Settings of a case:

- `found`: the best passages of the whole collection;
- `own`: the best passages of the question's own article (small collections);
- `absent`: as `found`, with the gold paragraph left out, so that the collection does not say;
- `absent_own`: as `own`, with the gold paragraph left out;
- `swapped`: as `found`, but a name or number of the question is exchanged for another.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csc_matrix

from index.article import ArticleMetadata, Passage
from index.chunking import chunk
from index.searcher import Hit
from qa.evidence.words import words
from training.squad_files import TrainingQuestion, TrainingSet

TOP_K = 8


@dataclass(frozen=True, slots=True)
class Case:
    """One question with its hits.

    `answers` are spans in the article `article_id`; empty when the hits should not answer.
    `group` keeps an article's cases on one side of any split.
    """

    setting: str
    source: str
    group: str
    question: str
    article_id: str
    answers: tuple[tuple[int, int], ...]
    answer_texts: tuple[str, ...]
    hits: tuple[Hit, ...]


class Collection:
    """The passages of the training articles, searched by BM25 (k1 1.2, b 0.75).

    It is the stronger half of the running system's hybrid, without an hour of embedding.
    """

    def __init__(self, data: TrainingSet) -> None:
        self.passages: list[Passage] = []
        self.articles = {
            a.id: ArticleMetadata(id=a.id, title=a.title) for a in data.articles.values()
        }
        for article in data.articles.values():
            for span in chunk(article.text):
                text = article.text[span.start : span.end]
                self.passages.append(Passage(article.id, span.start, span.end, text))
        titled = [f"{self.articles[p.article_id].title}\n{p.text}" for p in self.passages]
        self._columns: dict[str, int] = {}
        self._weights = self._bm25(titled)
        self._of_article: dict[str, NDArray[np.intp]] = {}
        for number, passage in enumerate(self.passages):
            own = self._of_article.get(passage.article_id, np.array([], dtype=np.intp))
            self._of_article[passage.article_id] = np.append(own, number)

    def _bm25(self, texts: Sequence[str]) -> csc_matrix:
        rows, columns, counts, lengths = [], [], [], []
        for row, text in enumerate(texts):
            stems = [word.stem for word in words(text) if not word.function]
            lengths.append(len(stems))
            for stem in set(stems):
                rows.append(row)
                columns.append(self._columns.setdefault(stem, len(self._columns)))
                counts.append(stems.count(stem))
        tf = np.array(counts, dtype=np.float32)
        frequency = np.bincount(columns)
        idf = np.log(1 + (len(texts) - frequency + 0.5) / (frequency + 0.5))
        length = np.array(lengths)[rows] / np.mean(lengths)
        weights = idf[columns] * tf * 2.2 / (tf + 1.2 * (0.25 + 0.75 * length))
        return csc_matrix((weights, (rows, columns)), shape=(len(texts), len(self._columns)))

    def search(
        self,
        question: str,
        article_id: str | None,
        left_out: tuple[str, int, int] | None,
    ) -> tuple[Hit, ...]:
        """The `TOP_K` best passages, in one article or all, none touching `left_out`."""
        stems = {word.stem for word in words(question) if not word.function}
        asked = [self._columns[stem] for stem in stems if stem in self._columns]
        scores = np.asarray(self._weights[:, sorted(asked)].sum(axis=1)).ravel()
        chosen = np.arange(len(scores)) if article_id is None else self._of_article[article_id]
        best = chosen[np.argsort(-scores[chosen])[: TOP_K + 12]]
        hits = [
            Hit(
                self.passages[i],
                self.articles[self.passages[i].article_id],
                score=0.0,
                dense=0.0,
                lexical=float(scores[i]),
            )
            for i in best
            if not (left_out and _touches(self.passages[i], left_out))
        ]
        return tuple(hits[:TOP_K])


def _touches(passage: Passage, place: tuple[str, int, int]) -> bool:
    article_id, start, end = place
    return passage.article_id == article_id and passage.start < end and start < passage.end


def make_cases(
    data: TrainingSet, collection: Collection, questions: Sequence[TrainingQuestion], seed: int
) -> Iterator[Case]:
    """Two or three cases a question, in the question's order."""
    chance = random.Random(seed)  # noqa: S311 - repeatable choice, no secret
    names = _swappable([q.text for q in questions])
    for question in questions:
        encyclopaedic = question.source in {"new_wiki", "squad2"}
        settings = ["own" if encyclopaedic and chance.random() < 0.4 else "found"]
        if question.answers:
            own = encyclopaedic and chance.random() < 0.4
            settings.append("absent_own" if own else "absent")
        for setting in settings:
            yield _case(data, collection, question, question.text, setting)
        if question.answers and encyclopaedic and chance.random() < 0.5:
            changed = _swap(question.text, names, chance)
            if changed:
                yield _case(data, collection, question, changed, "swapped")


def _case(
    data: TrainingSet,
    collection: Collection,
    question: TrainingQuestion,
    text: str,
    setting: str,
) -> Case:
    place = (question.article_id, *question.paragraph)
    hits = collection.search(
        text,
        question.article_id if setting.endswith("own") else None,
        place if setting.startswith("absent") else None,
    )
    article = data.articles[question.article_id].text
    answered = setting in {"found", "own"}
    return Case(
        setting,
        question.source,
        question.article_id,
        text,
        question.article_id,
        question.answers if answered else (),
        tuple({article[a:b] for a, b in question.answers}),
        hits,
    )


_NUMBER = re.compile(r"\b\d{2,4}\b")
_NAME = re.compile(r"(?<=[a-z] )[A-Z][a-z]{3,}(?: [A-Z][a-z]{3,})*\b")


def _swappable(texts: Sequence[str]) -> list[str]:
    return sorted({name for text in texts for name in _NAME.findall(text)})


def _swap(text: str, names: Sequence[str], chance: random.Random) -> str | None:
    """Another question that nothing in the collection was written for."""
    number = _NUMBER.search(text)
    if number:
        other = str(int(number.group()) + chance.choice([-21, -7, -3, 4, 9, 33]))
        return text[: number.start()] + other + text[number.end() :]
    found = list(_NAME.finditer(text))
    if not found:
        return None
    name = chance.choice(found)
    other = chance.choice(names)
    return None if other in text else text[: name.start()] + other + text[name.end() :]
