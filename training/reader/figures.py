"""Measures a reader alone: every question with its own paragraph given.

    python -m training.reader.figures DATASET [--model FOLDER]

`DATASET` is a folder with `reader.jsonl` and `corpus.jsonl`. Exact match and token F1 are the
official ones of SQuAD (Rajpurkar et al., 2016) on answerable questions; the area under the curve
tells answerable from unanswerable ones.
"""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from sklearn.metrics import roc_auc_score

from qa.evaluating.span_measures import exact_match, token_f1
from qa.reading.model import BUNDLED_READER, Judgement, ReaderModel
from training.json_lines import json_lines


@dataclass(frozen=True, slots=True)
class ReaderFigures:
    """On `answerable` and `unanswerable` questions; shares 0..1."""

    answerable: int
    unanswerable: int
    exact_match: float
    f1: float
    auc_margin: float
    auc_answerable: float
    auc_both: float


def main() -> None:
    """Reads the command line and prints the figures as JSON."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("dataset", type=Path)
    parser.add_argument("--model", type=Path, default=BUNDLED_READER)
    parser.add_argument("--every", type=int, default=1, help="only every n-th question")
    arguments = parser.parse_args()
    model = ReaderModel(arguments.model)
    print(json.dumps(asdict(measured(model, arguments.dataset, arguments.every)), indent=2))


def measured(model: ReaderModel, dataset: Path, every: int = 1) -> ReaderFigures:
    """Reads every `every`-th question of the data set."""
    articles = {row["id"]: row for row in json_lines(dataset / "corpus.jsonl")}
    rows = list(json_lines(dataset / "reader.jsonl"))[::every]
    exact, f1 = [], []
    judgements: list[Judgement] = []
    for row in rows:
        article = articles[row["passage_id"]]
        (judgement,) = model.read(row["question"], [(article["title"], article["text"])])
        judgements.append(judgement)
        if row["answerable"]:
            span = judgement.spans[0].span
            said = article["text"][span.start : span.end]
            exact.append(exact_match(said, row["answers"]))
            f1.append(token_f1(said, row["answers"]))
    wanted = np.array([row["answerable"] for row in rows])
    margins = np.array([judgement.margin for judgement in judgements])
    answerable = np.array([judgement.answerable for judgement in judgements])
    return ReaderFigures(
        answerable=int(wanted.sum()),
        unanswerable=int((~wanted).sum()),
        exact_match=float(np.mean(exact)),
        f1=float(np.mean(f1)),
        auc_margin=float(roc_auc_score(wanted, margins)),
        auc_answerable=float(roc_auc_score(wanted, answerable)),
        auc_both=float(roc_auc_score(wanted, margins / 2 + answerable)),
    )


if __name__ == "__main__":
    main()
