"""How well each question term is met by each sentence, its neighbours, its passage and title."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from difflib import SequenceMatcher

import numpy as np
from numpy.typing import NDArray

from qa.evidence.question import Term
from qa.evidence.units import Unit
from qa.evidence.vocabulary import Vocabulary
from qa.evidence.words import Word, acronyms, words

Grades = NDArray[np.float32]
_LEAST_TYPO_RATIO = 0.8
_DEMONYM = 0.9


@dataclass(frozen=True, slots=True)
class Matches:
    """Grades in 0..1, each array (terms, units): how well a term is met.

    By the sentence itself, by it and the one before, by it and both neighbours, by its passage,
    and by passage and title.
    `exact` arrays count equal stems and abbreviations, `soft` arrays also similar meanings.
    """

    exact: Grades
    soft: Grades
    exact_before: Grades
    soft_before: Grades
    soft_around: Grades
    exact_passage: Grades
    soft_passage: Grades
    exact_titled: Grades
    soft_titled: Grades

    def rows(self, first: int, after: int | None) -> Matches:
        """The same for some of the terms."""
        return Matches(**{f.name: getattr(self, f.name)[first:after] for f in fields(self)})


class WordTable:
    """The distinct words of all units and titles, numbered."""

    def __init__(self) -> None:
        self.forms: list[str] = []
        self.stems: list[str] = []
        self._numbers: dict[tuple[str, str], int] = {}

    def number(self, found: Sequence[Word], text: str) -> NDArray[np.intp]:
        """The numbers of the content words in `text`, abbreviations of its names included."""
        kept = {self._add(word.form, word.stem) for word in found if not word.function}
        kept |= {self._add(letters, letters) for letters, _, _ in acronyms(found, text)}
        return np.array(sorted(kept), dtype=np.intp)

    def _add(self, form: str, stem: str) -> int:
        number = self._numbers.setdefault((form, stem), len(self.forms))
        if number == len(self.forms):
            self.forms.append(form)
            self.stems.append(stem)
        return number


def match(terms: Sequence[Term], found: Sequence[Unit], vocabulary: Vocabulary) -> Matches:
    """Grades every term against every unit."""
    table = WordTable()
    unit_words = [table.number(unit.words, unit.text) for unit in found]
    title_words = {
        title: table.number(words(title), title) for title in {u.hit.article.title for u in found}
    }
    exact = _exact_grades(terms, table)
    soft = np.maximum(exact, _soft_grades(terms, table, vocabulary))
    by_exact = _per_unit(exact, unit_words)
    by_soft = _per_unit(soft, unit_words)
    titles = [title_words[unit.hit.article.title] for unit in found]
    exact_passage, soft_passage = _by_passage(by_exact, found), _by_passage(by_soft, found)
    before = [unit.previous for unit in found]
    after = [unit.following for unit in found]
    soft_before = _with(by_soft, before)
    return Matches(
        exact=by_exact,
        soft=by_soft,
        exact_before=_with(by_exact, before),
        soft_before=soft_before,
        soft_around=np.maximum(soft_before, _with(by_soft, after)),
        exact_passage=exact_passage,
        soft_passage=soft_passage,
        exact_titled=np.maximum(exact_passage, _per_unit(exact, titles)),
        soft_titled=np.maximum(soft_passage, _per_unit(soft, titles)),
    )


def _exact_grades(terms: Sequence[Term], table: WordTable) -> Grades:
    grades = np.zeros((len(terms), len(table.forms)), dtype=np.float32)
    for row, term in enumerate(terms):
        for column, (form, stem) in enumerate(zip(table.forms, table.stems, strict=True)):
            if stem == term.stem or (term.initials and form == term.initials):
                grades[row, column] = 1.0
    return grades


def _soft_grades(terms: Sequence[Term], table: WordTable, vocabulary: Vocabulary) -> Grades:
    grades = vocabulary.similarity([term.form for term in terms], table.forms)
    for row, term in enumerate(terms):
        if term.number:
            grades[row] = 0.0
        elif not vocabulary.known(term.form) and len(term.form) >= 5:
            grades[row] = _typo_grades(term.form, table.forms)
        if term.name:
            grades[row] = np.maximum(grades[row], _demonym_grades(term.form, table.forms))
    return grades.astype(np.float32)


def _demonym_grades(form: str, others: Iterable[str]) -> Grades:
    """Kazakhstan and Kazakh, Ukraine and Ukrainian: names that share all but a short ending."""
    kept = form[: max(5, len(form) - 4)]
    return np.array(
        [
            _DEMONYM
            if len(other) >= 5 and (other.startswith(kept) or form.startswith(other))
            else 0
            for other in others
        ],
        dtype=np.float32,
    )


def _typo_grades(form: str, others: Iterable[str]) -> Grades:
    """Likeness of spelling for a word that the vocabulary does not know, perhaps mistyped."""
    matcher = SequenceMatcher(autojunk=False)
    matcher.set_seq2(form)
    grades = []
    for other in others:
        close = other[:1] == form[:1] and abs(len(other) - len(form)) <= 2
        ratio = 0.0
        if close:
            matcher.set_seq1(other)
            ratio = matcher.ratio()
        grades.append(ratio if ratio >= _LEAST_TYPO_RATIO else 0.0)
    return np.array(grades, dtype=np.float32)


def _per_unit(grades: Grades, numbers: Sequence[NDArray[np.intp]]) -> Grades:
    result = np.zeros((grades.shape[0], len(numbers)), dtype=np.float32)
    for column, own in enumerate(numbers):
        if len(own):
            result[:, column] = grades[:, own].max(axis=1)
    return result


def _with(grades: Grades, neighbours: Sequence[int | None]) -> Grades:
    """The better of a unit's own grade and its neighbour's."""
    index = np.array([here if n is None else n for here, n in enumerate(neighbours)], dtype=np.intp)
    return np.maximum(grades, grades[:, index])


def _by_passage(grades: Grades, found: Sequence[Unit]) -> Grades:
    result = np.empty_like(grades)
    for rank in {unit.rank for unit in found}:
        columns = [i for i, unit in enumerate(found) if unit.rank == rank]
        # The passage's first sentences may stand under an overlapping, better hit.
        reach = {i for c in columns for i in (c, found[c].previous, found[c].following)}
        best = grades[:, sorted(i for i in reach if i is not None)].max(axis=1)
        result[:, columns] = best[:, None]
    return result
