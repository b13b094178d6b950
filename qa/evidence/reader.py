"""The reader that needs no trained cross-encoder."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from index.article import Span
from index.searcher import Hit
from qa.evidence.features import Lexical, lexical_features, vector_features
from qa.evidence.highlights import highlights
from qa.evidence.question import AskedQuestion, Kind, take_apart
from qa.evidence.scoring import Scorer, answer_features, load_scorer
from qa.evidence.units import Unit, units
from qa.evidence.vocabulary import Vocabulary, load_vocabulary
from qa.reader import NOTHING_READ, Evidence, Reading

# Beyond these the models were never tried, and the time a question may take is spent.
MAX_HITS = 10
Embed = Callable[[Sequence[str]], NDArray[np.float32]]


class EvidenceReader:
    """Weighs words, names, numbers and sentence vectors with small trained models.

    `embed` gives unit-length vectors, (n, d) float32, of the bundled sentence model; the
    models were fitted to its cosines, so another model's would be misread.
    """

    def __init__(self, embed: Embed, scorer: Scorer, vocabulary: Vocabulary) -> None:
        self._embed = embed
        self._scorer = scorer
        self._vocabulary = vocabulary

    @property
    def name(self) -> str:
        """`evidence`."""
        return "evidence"

    def read(self, question: str, hits: Sequence[Hit]) -> Reading:
        """Judges the sentences of `hits`; nothing is read for a question without content."""
        asked = take_apart(question, self._vocabulary)
        found = units(hits[:MAX_HITS])
        if not asked.terms or not found:
            return NOTHING_READ
        lexical = lexical_features(asked, found, self._vocabulary)
        chosen = self._scorer.worth_a_vector(lexical.table)
        vectors = sentence_vectors(self._embed, question, found, chosen)
        rows = np.hstack([lexical.table[chosen], vectors])
        relevance = self._scorer.ranking.probabilities(rows)
        whole = answer_features(asked, lexical.matches, rows, relevance)
        return Reading(
            evidence=_evidence(asked, found, lexical, chosen, relevance),
            answerability=float(self._scorer.answerability.probabilities(whole)[0]),
            wants_reason=asked.kind is Kind.REASON,
        )


def sentence_vectors(
    embed: Embed, question: str, found: Sequence[Unit], chosen: NDArray[np.intp]
) -> NDArray[np.float32]:
    """(len(chosen), len(VECTOR_FEATURES)): the chosen sentences against the question.

    A sentence with the one before it, which often names what it speaks of, has the mean of
    the two vectors: one batch, each text embedded once.
    """
    before = [found[index].previous for index in chosen]
    wanted = dict.fromkeys([*map(int, chosen), *(index for index in before if index is not None)])
    place = {index: row for row, index in enumerate(wanted, start=1)}
    vectors = embed([question, *(found[index].text for index in wanted)])
    own = vectors[[place[int(index)] for index in chosen]]
    earlier = vectors[
        [place[int(index) if b is None else b] for index, b in zip(chosen, before, strict=True)]
    ]
    both = own + earlier
    both /= np.maximum(np.linalg.norm(both, axis=1, keepdims=True), 1e-6)
    return vector_features(own @ vectors[0], both @ vectors[0])


def load_evidence_reader(embed: Embed) -> EvidenceReader:
    """The reader with its shipped models and word table."""
    return EvidenceReader(embed, load_scorer(), load_vocabulary())


def _evidence(
    asked: AskedQuestion,
    found: Sequence[Unit],
    lexical: Lexical,
    chosen: NDArray[np.intp],
    relevance: NDArray[np.float32],
) -> tuple[Evidence, ...]:
    met = frozenset(term.stem for term in (*asked.terms, *asked.focus))
    order = np.argsort(-relevance, kind="stable")
    return tuple(
        Evidence(
            hit=found[chosen[i]].hit,
            sentence=Span(found[chosen[i]].start, found[chosen[i]].end),
            highlights=highlights(asked.kind, found[chosen[i]], lexical.candidates[chosen[i]], met),
            relevance=float(relevance[i]),
            fits=bool(lexical.candidates[chosen[i]]),
        )
        for i in order
    )
