"""Reading cases as tables: each sentence's features, and whether it answers."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from qa.evidence.features import lexical_features
from qa.evidence.matching import Matches
from qa.evidence.question import AskedQuestion, take_apart
from qa.evidence.reader import Embed, sentence_vectors
from qa.evidence.scoring import answer_features
from qa.evidence.units import Unit, units
from qa.evidence.vocabulary import Vocabulary
from training.evidence_cases import Case

FOLDS = 5
ANSWERS, ANSWERS_NOT, UNCLEAR = 1, 0, -1


@dataclass(slots=True)
class Read:
    """A case with its sentences (rows of `lexical`) and their `labels`.

    `chosen` are the shortlisted ones, `rows` their full features, `relevance` what the ranking
    gave them.
    """

    case: Case
    asked: AskedQuestion
    found: list[Unit]
    matches: Matches
    lexical: NDArray[np.float32]
    labels: NDArray[np.int8]
    chosen: NDArray[np.intp] = field(default_factory=lambda: np.zeros(0, dtype=np.intp))
    rows: NDArray[np.float32] = field(default_factory=lambda: np.zeros((0, 0), dtype=np.float32))
    relevance: NDArray[np.float32] = field(default_factory=lambda: np.zeros(0, dtype=np.float32))

    @property
    def fold(self) -> int:
        """Stable over runs; all cases of one article share it. Fold 0 is held aside."""
        return zlib.crc32(self.case.group.encode()) % FOLDS

    @property
    def answerable(self) -> bool:
        """Whether the collection of this case says the answer."""
        return bool(self.case.answers)

    @property
    def verdict(self) -> int:
        """Whether the best sentence answers.

        `UNCLEAR` where it holds the answer's words but the gold place was left out; with the gold
        place in, the words are enough.
        """
        label = int(self.labels[self.chosen[int(np.argmax(self.relevance))]])
        return ANSWERS if label == UNCLEAR and self.answerable else label

    def answer_features(self) -> NDArray[np.float32]:
        """(1, n): what the answerability model sees."""
        return answer_features(self.asked, self.matches, self.rows, self.relevance)


def read_lexical(case: Case, vocabulary: Vocabulary) -> Read | None:
    """Lexical features and labels; None where the question has no content words."""
    asked = take_apart(case.question, vocabulary)
    found = units(case.hits)
    if not asked.terms or not found:
        return None
    lexical = lexical_features(asked, found, vocabulary)
    return Read(case, asked, found, lexical.matches, lexical.table, _labels(case, found))


def add_vectors(read: Read, embed: Embed) -> None:
    """Fills `rows`, the shortlisted sentences' full features."""
    vectors = sentence_vectors(embed, read.case.question, read.found, read.chosen)
    read.rows = np.hstack([read.lexical[read.chosen], vectors])


def texts_to_embed(reads: Sequence[Read]) -> list[str]:
    """Each question, shortlisted sentence and sentence before one, once."""
    texts: dict[str, None] = {}
    for read in reads:
        texts[read.case.question] = None
        for index in read.chosen:
            unit = read.found[index]
            texts[unit.text] = None
            if unit.previous is not None:
                texts[read.found[unit.previous].text] = None
    return list(texts)


def _labels(case: Case, found: Sequence[Unit]) -> NDArray[np.int8]:
    texts = [text.casefold() for text in case.answer_texts if len(text) > 3]
    return np.array([_label(case, unit, texts) for unit in found], dtype=np.int8)


def _label(case: Case, unit: Unit, texts: Sequence[str]) -> int:
    if unit.hit.passage.article_id == case.article_id and any(
        start < unit.end and unit.start < end for start, end in case.answers
    ):
        return ANSWERS
    if case.setting == "swapped":
        return ANSWERS_NOT
    own = unit.text.casefold()
    return UNCLEAR if any(text in own for text in texts) else ANSWERS_NOT
