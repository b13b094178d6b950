"""Fits how the reader's judgements become probabilities, on questions held aside from training.

    python -m training.reader.calibrate --data FOLDER --work FOLDER [--model FOLDER]

`--work` is the folder that `training.reader.train` filled: the training articles as a collection
are there. Every held-aside question is asked of it three ways: as it is; without its own article
(then nothing answers); and, for the adversarial ones, as people wrote them. Two logistic
regressions are fitted and written into the model's manifest: whether a passage holds the answer,
and whether the best span is it.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from index.options import IndexOptions
from index.searcher import Hit, Searcher, open_searcher
from qa.quotable import quotable_spans, sentence_of
from qa.reading.model import BUNDLED_READER, Judgement, ReaderModel
from qa.reading.reader import MAX_READ
from qa.reading.weighing import FEATURES, features
from training.reader.samples import is_held_aside
from training.squad_files import TrainingQuestion, TrainingSet, load_training_set

# What a source's questions weigh together: encyclopaedia articles are nearest to news.
_SHARES = {"new_wiki": 0.35, "squad2": 0.35, "reddit": 0.15, "amazon_reviews": 0.15}
_NEAREST_TO_NEWS = ("new_wiki", "squad2")
_THRESHOLDS = (0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.5)
# So many that enough are left without the question's own article.
_LOOKED_AT = 15


@dataclass(frozen=True, slots=True)
class Candidate:
    """One passage's best span, and whether passage and span hold the answer.

    `values` are its features at its rank in the search.
    """

    values: tuple[float, ...]
    in_passage: bool
    is_answer: bool  # the sentence shown for the span holds it


@dataclass(frozen=True, slots=True)
class Case:
    """One way of asking a question: its candidates in the search's order."""

    source: str
    answerable: bool
    candidates: tuple[Candidate, ...]


def main() -> None:
    """Reads the command line, fits, and writes the manifest."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--model", type=Path, default=BUNDLED_READER)
    parser.add_argument("--every", type=int, default=1, help="only every n-th question")
    arguments = parser.parse_args()
    data = load_training_set(arguments.data)
    searcher = open_searcher(IndexOptions(arguments.work / "collection"))
    model = ReaderModel(arguments.model)
    cases = list(_cases(data, searcher, model, arguments.every))
    passage = _fitted_passages(cases)
    answer = _fitted_answers(cases)
    _write(arguments.model, passage, answer)
    figures = {**_figures(cases, answer), "thresholds": _thresholds(cases, answer)}
    print(json.dumps({"passage": passage, "answer": answer, **figures}, indent=2))


def _cases(data: TrainingSet, searcher: Searcher, model: ReaderModel, every: int) -> Iterator[Case]:
    questions = [q for q in data.questions if is_held_aside(q.article_id)]
    for question in questions[::every]:
        hits = searcher.search(question.text, top_k=_LOOKED_AT).hits
        texts = [(data.articles[hit.article.id].title, hit.passage.text) for hit in hits]
        read = list(zip(hits, model.read(question.text, texts), strict=True))
        own = tuple(_candidates(data, question, read[:MAX_READ]))
        yield Case(question.source, bool(question.answers), own)
        if question.answers:
            without = [one for one in read if one[0].article.id != question.article_id]
            others = tuple(_candidates(data, question, without[:MAX_READ]))
            yield Case(question.source, answerable=False, candidates=others)


def _candidates(
    data: TrainingSet, question: TrainingQuestion, read: Sequence[tuple[Hit, Judgement]]
) -> Iterator[Candidate]:
    answers = [data.articles[question.article_id].text[a:b] for a, b in question.answers]
    for rank, (hit, judgement) in enumerate(read, 1):
        own = hit.article.id == question.article_id
        first = hit.passage.start
        holds = own and any(first <= a and b <= hit.passage.end for a, b in question.answers)
        span = judgement.spans[0].span
        # Readers are shown the whole sentence, so that is what has to hold the answer.
        shown = sentence_of(quotable_spans(hit.passage.text), span)
        right = holds and any(
            first + shown.start < b and a < first + shown.end for a, b in question.answers
        )
        said = hit.passage.text[span.start : span.end].casefold()
        yield Candidate(
            features(hit, rank, judgement, judgement.margin),
            in_passage=holds,
            is_answer=right or (own and any(said == answer.casefold() for answer in answers)),
        )


def _fitted_passages(cases: Sequence[Case]) -> dict[str, object]:
    """Which passage of an answerable question holds the answer."""
    rows = [(case, c) for case in cases if case.answerable for c in case.candidates]
    weights = _weights([case.source for case, _ in rows])
    return _fitted([c.values for _, c in rows], [c.in_passage for _, c in rows], weights)


def _fitted_answers(cases: Sequence[Case]) -> dict[str, object]:
    """Whether a candidate is the answer; then, on the best candidate alone, how sure to be."""
    rows = [(case, c) for case in cases for c in case.candidates]
    weights = _weights([case.source for case, _ in rows])
    first = _fitted([c.values for _, c in rows], [c.is_answer for _, c in rows], weights)
    best = [(case, _best(case, first)) for case in cases if case.candidates]
    logits = np.array([_logit(first, c.values) for _, c in best])
    kinds = [f"{case.source}/{case.answerable}" for case, _ in best]
    scaling = LogisticRegression(C=1e6).fit(
        logits[:, None], [c.is_answer for _, c in best], _balanced(kinds)
    )
    slope, offset = float(scaling.coef_[0, 0]), float(scaling.intercept_[0])
    return {
        "weights": [round(slope * w, 5) for w in first["weights"]],  # type: ignore[attr-defined]
        "bias": round(slope * float(first["bias"]) + offset, 5),  # type: ignore[arg-type]
    }


def _fitted(
    values: Sequence[tuple[float, ...]], wanted: Sequence[bool], weights: NDArray[np.float64]
) -> dict[str, object]:
    table = np.array(values)
    spread = table.std(axis=0) + 1e-9
    model = LogisticRegression(C=1.0).fit(table / spread, wanted, weights)
    return {
        "weights": [round(float(w), 5) for w in model.coef_[0] / spread],
        "bias": round(float(model.intercept_[0]), 5),
    }


def _weights(sources: Sequence[str]) -> NDArray[np.float64]:
    counts = {source: sources.count(source) for source in set(sources)}
    return np.array([_SHARES[s] / counts[s] for s in sources]) * len(sources)


def _balanced(kinds: Sequence[str]) -> NDArray[np.float64]:
    """By source, and within it answerable and not alike."""
    counts = {kind: kinds.count(kind) for kind in set(kinds)}
    return np.array([_SHARES[k.split("/")[0]] / counts[k] for k in kinds]) * len(kinds) / 2


def _logit(model: dict[str, object], values: tuple[float, ...]) -> float:
    return float(np.dot(model["weights"], values) + model["bias"])  # type: ignore[call-overload]


def _best(case: Case, model: dict[str, object]) -> Candidate:
    return max(case.candidates, key=lambda c: _logit(model, c.values))


def _figures(cases: Sequence[Case], answer: dict[str, object]) -> dict[str, object]:
    """How it does on what it was fitted to, by source."""
    found: dict[str, object] = {}
    for source in _SHARES:
        own = [case for case in cases if case.source == source and case.candidates]
        best = [_best(case, answer) for case in own]
        logits = [_logit(answer, c.values) for c in best]
        yes = [c.is_answer for case, c in zip(own, best, strict=True) if case.answerable]
        found[source] = {
            "cases": len(own),
            "right_of_answerable": round(float(np.mean(yes)), 3),
            "auc_right": round(roc_auc_score([c.is_answer for c in best], logits), 3),
            "auc_answerable": round(roc_auc_score([c.answerable for c in own], logits), 3),
        }
    return found


def _thresholds(cases: Sequence[Case], answer: dict[str, object]) -> dict[str, tuple[float, float]]:
    """By threshold, on the articles nearest to news: right answers of the answerable, silences."""
    own = [case for case in cases if case.source in _NEAREST_TO_NEWS and case.candidates]
    best = [_best(case, answer) for case in own]
    sure = 1 / (1 + np.exp([-_logit(answer, c.values) for c in best]))
    right = np.array([c.is_answer for c in best])
    answerable = np.array([case.answerable for case in own])
    return {
        f"{threshold:.2f}": (
            round(float((right & (sure >= threshold))[answerable].mean()), 3),
            round(float((sure < threshold)[~answerable].mean()), 3),
        )
        for threshold in _THRESHOLDS
    }


def _write(folder: Path, passage: dict[str, object], answer: dict[str, object]) -> None:
    file = folder / "manifest.json"
    manifest = json.loads(file.read_text("utf-8"))
    manifest["calibration"] = {"features": list(FEATURES), "passage": passage, "answer": answer}
    file.write_text(json.dumps(manifest, indent=2) + "\n", "utf-8")


if __name__ == "__main__":
    main()
