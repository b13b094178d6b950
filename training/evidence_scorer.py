"""Trains the evidence reader's three models and writes `qa/evidence/scorer.npz`.

    python -m training.evidence_scorer --data FOLDER_WITH_TRAINING_SETS

One fifth of the articles is held aside for the printed figures. The answerability model learns
from relevance that the ranking model gives to articles it has not seen (four folds). It takes
about a quarter of an hour on two quiet cores, most of it for 23,000 sentence vectors.
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from index.embedding import load_embedder
from qa.evidence.reader import Embed
from qa.evidence.scoring import MODEL_FILE, SHORTLIST
from qa.evidence.trees import Trees
from qa.evidence.vocabulary import load_vocabulary
from training.boosting import SEED, fit, write
from training.evidence_cases import Collection, make_cases
from training.evidence_figures import print_figures
from training.evidence_reads import (
    FOLDS,
    UNCLEAR,
    Read,
    add_vectors,
    read_lexical,
    texts_to_embed,
)
from training.squad_files import TrainingQuestion, load_training_set

TARGET = Path(__file__).parent.parent / "qa" / "evidence" / MODEL_FILE
# Reviews and comments are unlike articles: a few keep the models from leaning on one style.
SHARE_OF_INFORMAL = 0.15
SHARE_OF_QUESTIONS = {"squad2": 1.0, "new_wiki": 0.4, "reddit": 0.3, "amazon_reviews": 0.3}


def main() -> None:
    """Command line entry."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    arguments = parser.parse_args()
    reads = read_all(arguments.data)
    models = train(reads, load_embedder(None).embed_passages)
    write(models, TARGET)
    print_figures([read for read in reads if read.fold == 0], models["answerability"])


def read_all(folder: Path) -> list[Read]:
    """Cases of all kinds, with lexical features."""
    data = load_training_set(folder, SHARE_OF_INFORMAL)
    vocabulary = load_vocabulary()
    cases = make_cases(data, Collection(data), sampled(data.questions), SEED)
    return [read for case in cases if (read := read_lexical(case, vocabulary)) is not None]


def sampled(questions: Sequence[TrainingQuestion]) -> list[TrainingQuestion]:
    """The share of each source that is trained on, always the same."""
    chance = random.Random(SEED)  # noqa: S311 - repeatable choice, no secret
    return [q for q in questions if chance.random() < SHARE_OF_QUESTIONS[q.source]]


def train(reads: Sequence[Read], embed: Embed) -> dict[str, Trees]:
    """Fits the three models on all folds but the first; leaves every read with relevance."""
    learnt = [read for read in reads if read.fold != 0]
    shortlist = _fit_shortlist(learnt)
    for read in reads:
        order = np.argsort(-shortlist.probabilities(read.lexical), kind="stable")
        read.chosen = order[:SHORTLIST]
    texts = texts_to_embed(reads)
    place = {text: row for row, text in enumerate(texts)}
    vectors = embed(texts)
    for read in reads:
        add_vectors(read, lambda own: vectors[[place[text] for text in own]])
    ranking = _fit_ranking(learnt)
    for read in reads:
        read.relevance = ranking.probabilities(read.rows)
    answerability = fit_answerability(learnt)
    return {"shortlist": shortlist, "ranking": ranking, "answerability": answerability}


def _fit_shortlist(reads: Sequence[Read]) -> Trees:
    rows = np.concatenate([read.lexical for read in reads])
    labels = np.concatenate([read.labels for read in reads])
    some = np.random.default_rng(SEED).random(len(labels)) < 0.35
    kept = (labels != UNCLEAR) & ((labels == 1) | some)
    return fit(rows[kept], labels[kept], trees=80, leaves=16)


def _fit_ranking(reads: Sequence[Read]) -> Trees:
    rows = np.concatenate([read.rows for read in reads])
    labels = np.concatenate([read.labels[read.chosen] for read in reads])
    return fit(rows[labels != UNCLEAR], labels[labels != UNCLEAR], trees=150, leaves=16)


def fit_answerability(learnt: Sequence[Read]) -> Trees:
    """Fits on relevance that a ranking without the read's own fold gives."""
    for fold in range(1, FOLDS):
        ranking = _fit_ranking([read for read in learnt if read.fold != fold])
        for read in learnt:
            if read.fold == fold:
                read.relevance = ranking.probabilities(read.rows)
    clear = [read for read in learnt if read.verdict != UNCLEAR]
    rows = np.concatenate([read.answer_features() for read in clear])
    labels = np.array([read.verdict for read in clear], dtype=np.int8)
    return fit(rows, labels, trees=90, leaves=8)


if __name__ == "__main__":
    main()
