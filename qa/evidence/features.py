"""Numbers about each sentence that tell whether it answers a question."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from index.article import Span
from qa.evidence.candidates import candidates, names
from qa.evidence.matching import Grades, Matches, match
from qa.evidence.question import AskedQuestion, Kind, Term
from qa.evidence.units import Unit
from qa.evidence.vocabulary import Vocabulary
from qa.evidence.words import Word

Matrix = NDArray[np.float32]

_KINDS = tuple(Kind)
_LEANING = re.compile(
    r"(?:this|that|these|those|he|she|it|they|his|her|its|their|such|him|them|both)\b",
    re.IGNORECASE,
)
_MET = 0.5
_FAR = 30

LEXICAL_FEATURES: tuple[str, ...] = (
    *("exact", "soft", "exact_before", "soft_before", "soft_around", "exact_passage"),
    *("soft_passage", "exact_titled", "soft_titled", "names", "names_titled", "names_soft_titled"),
    *("numbers", "numbers_titled", "missing", "missing_before", "missing_titled"),
    *("missing_exact_titled", "count_missing", "rarest", "adjacent", "focus", "focus_titled"),
    *("terms", "weights", "name_terms", "number_terms", "candidates", "distance", "new_names"),
    *("words", "new_words", "leaning", "position", "asks", "rank"),
    *("soft_lead", "before_lead", "exact_lead"),
    *(f"kind_{kind.value}" for kind in _KINDS),
)
VECTOR_FEATURES: tuple[str, ...] = ("cosine", "cosine_before", "cosine_lead", "cosine_before_lead")
FEATURES = LEXICAL_FEATURES + VECTOR_FEATURES


@dataclass(frozen=True, slots=True)
class Lexical:
    """`table` (units, len(LEXICAL_FEATURES)); `candidates` and `matches` behind it."""

    table: Matrix
    candidates: list[list[Span]]
    matches: Matches


def lexical_features(
    asked: AskedQuestion, found: Sequence[Unit], vocabulary: Vocabulary
) -> Lexical:
    """All that words tell. Needs at least one term and one unit."""
    both = match((*asked.terms, *asked.focus), found, vocabulary)
    matches, focus = both.rows(0, len(asked.terms)), both.rows(len(asked.terms), None)
    stems = frozenset(term.stem for term in (*asked.terms, *asked.focus))
    spans = [candidates(asked.kind, u.text, u.words, stems, vocabulary) for u in found]
    columns: dict[str, Matrix | float] = {
        **_coverage(asked.terms, matches),
        **_of_question(asked),
        "focus": _mean(focus.soft) if asked.focus else 0.0,
        "focus_titled": _mean(focus.soft_titled) if asked.focus else 0.0,
        "adjacent": _rows(_adjacent(unit, stems) for unit in found),
        "candidates": _rows(min(len(own), 5) for own in spans),
        "distance": _rows(_distance(u, own, stems) for u, own in zip(found, spans, strict=True)),
        "new_names": _rows(
            sum(1 for _ in names(u.words, u.text, stems, vocabulary)) for u in found
        ),
        "words": _rows(len(unit.words) for unit in found),
        "new_words": _rows(_new_words(unit.words, stems) for unit in found),
        "leaning": _rows(bool(_LEANING.match(unit.text)) for unit in found),
        "position": _rows(unit.position for unit in found),
        "asks": _rows(unit.text.rstrip("\"'”’) ").endswith("?") for unit in found),
        "rank": _rows(unit.rank for unit in found),
    }
    for name in ("soft", "before", "exact"):
        own = columns["soft_before" if name == "before" else name]
        columns[f"{name}_lead"] = _lead(np.asarray(own, dtype=np.float32))
    ones = np.ones(len(found), dtype=np.float32)
    return Lexical(np.stack([columns[n] * ones for n in LEXICAL_FEATURES], axis=1), spans, matches)


def vector_features(cosines: Matrix, cosines_before: Matrix) -> Matrix:
    """The vector features, (units, len(VECTOR_FEATURES)).

    They come from the question's cosines with each sentence, and with it and the one before.
    """
    leads = (_lead(cosines), _lead(cosines_before))
    return np.stack([cosines, cosines_before, *leads], axis=1).astype(np.float32)


def _coverage(terms: Sequence[Term], matches: Matches) -> dict[str, Matrix]:
    weights = np.array([term.weight for term in terms], dtype=np.float32)
    named = np.array([term.name for term in terms], dtype=bool)
    numbered = np.array([term.number for term in terms], dtype=bool)
    missing = weights[:, None] * (1 - matches.soft_titled)
    return {
        "exact": _weighted(weights, matches.exact),
        "soft": _weighted(weights, matches.soft),
        "exact_before": _weighted(weights, matches.exact_before),
        "soft_before": _weighted(weights, matches.soft_before),
        "soft_around": _weighted(weights, matches.soft_around),
        "exact_passage": _weighted(weights, matches.exact_passage),
        "soft_passage": _weighted(weights, matches.soft_passage),
        "exact_titled": _weighted(weights, matches.exact_titled),
        "soft_titled": _weighted(weights, matches.soft_titled),
        "names": _share(named, matches.exact),
        "names_titled": _share(named, matches.exact_titled),
        "names_soft_titled": _share(named, matches.soft_titled),
        "numbers": _share(numbered, matches.exact),
        "numbers_titled": _share(numbered, matches.exact_titled),
        "missing": (weights[:, None] * (1 - matches.soft)).max(axis=0),
        "missing_before": (weights[:, None] * (1 - matches.soft_before)).max(axis=0),
        "missing_titled": missing.max(axis=0),
        "missing_exact_titled": (weights[:, None] * (1 - matches.exact_titled)).max(axis=0),
        "count_missing": (matches.soft_titled < _MET).sum(axis=0).astype(np.float32),
        "rarest": matches.soft_before[int(weights.argmax())],
    }


def _of_question(asked: AskedQuestion) -> dict[str, Matrix | float]:
    return {
        "terms": float(len(asked.terms)),
        "weights": sum(term.weight for term in asked.terms),
        "name_terms": float(sum(term.name for term in asked.terms)),
        "number_terms": float(sum(term.number for term in asked.terms)),
        **{f"kind_{kind.value}": float(asked.kind is kind) for kind in _KINDS},
    }


def _weighted(weights: Matrix, grades: Grades) -> Matrix:
    return np.asarray(weights @ grades / weights.sum(), dtype=np.float32)


def _share(chosen: NDArray[np.bool_], grades: Grades) -> Matrix:
    """The mean grade of the chosen terms; 1 where the question has none."""
    return _mean(grades[chosen]) if chosen.any() else np.ones(grades.shape[1], dtype=np.float32)


def _mean(grades: Grades) -> Matrix:
    return np.asarray(grades.mean(axis=0), dtype=np.float32)


def _lead(values: Matrix) -> Matrix:
    """How far each value is ahead of the best other one (negative: behind)."""
    if len(values) == 1:
        return np.zeros(1, dtype=np.float32)
    second, first = np.partition(values, -2)[-2:]
    lead: Matrix = np.where(values == first, first - second, values - first)
    return lead


def _rows(values: object) -> Matrix:
    return np.fromiter(values, dtype=np.float32)  # type: ignore[call-overload, no-any-return]


def _adjacent(unit: Unit, asked: frozenset[str]) -> float:
    """The longest run of question words that follow each other in the sentence."""
    best = run = 0
    for word in unit.words:
        if word.stem in asked:
            run += 1
            best = max(best, run)
        elif not word.function:
            run = 0
    return float(min(best, 6))


def _distance(unit: Unit, spans: Sequence[Span], asked: frozenset[str]) -> float:
    """Words between a candidate and the nearest question word."""
    met = [i for i, word in enumerate(unit.words) if word.stem in asked]
    own = [
        i
        for i, word in enumerate(unit.words)
        if any(span.start <= word.start < span.end for span in spans)
    ]
    pairs = (abs(a - b) for a in met for b in own)
    return float(min(min(pairs, default=_FAR), _FAR))


def _new_words(found: Sequence[Word], asked: frozenset[str]) -> float:
    content = [word for word in found if not word.function]
    new = sum(word.stem not in asked for word in content)
    return new / max(len(content), 1)
