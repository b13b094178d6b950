"""Fits how the reader's judgements become probabilities, on questions held aside from training.

    python -m training.reader.calibrate --data FOLDER --work FOLDER [--model FOLDER]

`--work` is the folder that `training.reader.train` filled: the training articles as a collection
are there. Every held-aside question is asked of it three ways: as it is; without its own article
(then nothing answers); and, for the adversarial ones, as people wrote them. Three logistic
regressions are fitted and written into the model's manifest: which passage holds the answer,
which span is it, and how sure to be of the best span.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import roc_auc_score

from index.options import IndexOptions
from index.searcher import Hit, Searcher, open_searcher
from qa.quotable import quotable_spans, sentence_of
from qa.reading.model import BUNDLED_READER, Judgement, ReaderModel
from qa.reading.weighing import KNOWN, Features, Logistic, features
from training.reader.fitting import Listed, fitted, fitted_order
from training.reader.samples import is_held_aside
from training.squad_files import TrainingQuestion, TrainingSet, load_training_set
from training.written import WRITTEN, with_written

# What a source's questions weigh together: encyclopaedia articles and what was written for this
# project are nearest to news.
_SHARES = {
    "new_wiki": 0.25,
    "squad2": 0.25,
    WRITTEN: 0.25,
    "reddit": 0.15,
    "amazon_reviews": 0.1,
}
_NEAREST_TO_NEWS = ("new_wiki", "squad2", WRITTEN)
_THRESHOLDS = (0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.5)
# Passages of a question; few that stand further down in the search hold the answer.
_READ = 20
# So many that enough are left without the question's own article.
_LOOKED_AT = _READ + 5


@dataclass(frozen=True, slots=True)
class Candidate:
    """One passage's best span, and whether passage and span hold the answer.

    `known` are its features at its rank in the search.
    """

    known: Features
    in_passage: bool
    is_answer: bool  # the sentence shown for the span holds it


@dataclass(frozen=True, slots=True)
class Case:
    """One way of asking a question: its candidates in the search's order.

    `kind` tells the ways apart: `own`, `without` its own article.
    """

    source: str
    kind: str
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
    data = with_written(load_training_set(arguments.data))
    searcher = open_searcher(IndexOptions(arguments.work / "collection"))
    model = ReaderModel(arguments.model)
    cases = list(_cases(data, searcher, model, arguments.every))
    answer = _fitted_answers(cases)
    best = [(case, _best(case, answer)) for case in cases if case.candidates]
    weighing = {
        "passage": _fitted_passages(cases),
        "answer": answer,
        "confidence": _fitted_confidence(best),
    }
    _write(arguments.model, weighing)
    sure = weighing["confidence"]
    figures = {**_figures(best, sure), "thresholds": _thresholds(best, sure)}
    print(json.dumps({"figures": figures, "weighing": _stated(weighing)}, indent=2))


def _cases(data: TrainingSet, searcher: Searcher, model: ReaderModel, every: int) -> Iterator[Case]:
    questions = [q for q in data.questions if is_held_aside(q.article_id)]
    for question in questions[::every]:
        hits = searcher.search(question.text, top_k=_LOOKED_AT).hits
        texts = [(data.articles[hit.article.id].title, hit.passage.text) for hit in hits]
        read = list(zip(hits, model.read(question.text, texts), strict=True))
        own = tuple(_candidates(data, question, read[:_READ]))
        yield Case(question.source, "own", bool(question.answers), own)
        if question.answers:
            without = [one for one in read if one[0].article.id != question.article_id]
            others = tuple(_candidates(data, question, without[:_READ]))
            yield Case(question.source, "without", answerable=False, candidates=others)


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
            features(question.text, hit, rank, judgement),
            in_passage=holds,
            is_answer=right or (own and any(said == answer.casefold() for answer in answers)),
        )


def _fitted_passages(cases: Sequence[Case]) -> Logistic:
    """Which passage of an answerable question holds the answer."""
    own = [case for case in cases if case.answerable and case.candidates]
    return fitted_order(KNOWN, _listed(own, [[c.in_passage for c in o.candidates] for o in own]))


def _fitted_answers(cases: Sequence[Case]) -> Logistic:
    """Which candidate is the answer."""
    asked = [case for case in cases if case.candidates]
    right = [[c.is_answer for c in case.candidates] for case in asked]
    return fitted_order(KNOWN, _listed(asked, right))


def _listed(cases: Sequence[Case], wanted: Sequence[Sequence[bool]]) -> list[Listed]:
    weights = _weights([case.source for case in cases])
    return [
        Listed([c.known for c in case.candidates], right, weight)
        for case, right, weight in zip(cases, wanted, weights.tolist(), strict=True)
    ]


def _fitted_confidence(best: Sequence[tuple[Case, Candidate]]) -> Logistic:
    """Whether the best candidate is the answer, as many cases answerable as not."""
    kinds = [f"{case.source}/{case.answerable}" for case, _ in best]
    right = [c.is_answer for _, c in best]
    return fitted(KNOWN, [c.known for _, c in best], right, _balanced(kinds))


def _weights(sources: Sequence[str]) -> NDArray[np.float64]:
    counts = {source: sources.count(source) for source in set(sources)}
    return np.array([_SHARES[s] / counts[s] for s in sources]) * len(sources)


def _balanced(kinds: Sequence[str]) -> NDArray[np.float64]:
    """By source, and within it answerable and not alike."""
    counts = {kind: kinds.count(kind) for kind in set(kinds)}
    return np.array([_SHARES[k.split("/")[0]] / counts[k] for k in kinds]) * len(kinds) / 2


def _best(case: Case, answer: Logistic) -> Candidate:
    return max(case.candidates, key=lambda c: answer.probability(c.known))


def _figures(best: Sequence[tuple[Case, Candidate]], sure: Logistic) -> dict[str, object]:
    """How it does on what it was fitted to, by source; `adversarial` leaves out `without`."""
    found: dict[str, object] = {}
    for source in _SHARES:
        own = [(case, c, sure.probability(c.known)) for case, c in best if case.source == source]
        asked = [(case.answerable, p) for case, _, p in own if case.kind == "own"]
        found[source] = {
            "cases": len(own),
            "right_of_answerable": round(
                float(np.mean([c.is_answer for case, c, _ in own if case.answerable])), 3
            ),
            "auc_right": _auc([(c.is_answer, p) for _, c, p in own]),
            "auc_answerable": _auc([(case.answerable, p) for case, _, p in own]),
            "auc_adversarial": _auc(asked),
        }
    return found


def _auc(pairs: Sequence[tuple[bool, float]]) -> float | None:
    wanted = [one for one, _ in pairs]
    if len(set(wanted)) < 2:
        return None
    return round(float(roc_auc_score(wanted, [p for _, p in pairs])), 3)


def _thresholds(
    best: Sequence[tuple[Case, Candidate]], sure: Logistic
) -> dict[str, tuple[float, ...]]:
    """By threshold, on the articles nearest to news.

    Right answers of the answerable; silences of the adversarial; silences of the others.
    """
    own = [(case, c) for case, c in best if case.source in _NEAREST_TO_NEWS]
    confidence = np.array([sure.probability(c.known) for _, c in own])
    right = np.array([c.is_answer for _, c in own])
    answerable = np.array([case.answerable for case, _ in own])
    without = np.array([case.kind == "without" for case, _ in own])
    adversarial = ~answerable & ~without
    return {
        f"{threshold:.2f}": (
            round(float((right & (confidence >= threshold))[answerable].mean()), 3),
            round(float((confidence < threshold)[adversarial].mean()), 3),
            round(float((confidence < threshold)[without].mean()), 3),
        )
        for threshold in _THRESHOLDS
    }


def _stated(weighing: Mapping[str, Logistic]) -> dict[str, object]:
    return {
        name: {"weights": dict(one.weights), "bias": one.bias} for name, one in weighing.items()
    }


def _write(folder: Path, weighing: Mapping[str, Logistic]) -> None:
    file = folder / "manifest.json"
    manifest = json.loads(file.read_text("utf-8"))
    manifest["calibration"] = _stated(weighing)
    file.write_text(json.dumps(manifest, indent=2) + "\n", "utf-8")


if __name__ == "__main__":
    main()
