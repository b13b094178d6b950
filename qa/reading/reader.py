"""The trained reader at work on the passages of a question."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from index.article import Span
from index.searcher import Hit
from qa.quotable import quotable_spans, sentence_of
from qa.reader import Evidence, Reading
from qa.reading.model import Judgement, ReaderModel
from qa.reading.spans import FoundSpan
from qa.reading.weighing import Weighing, features

# Passages beyond these seldom hold an answer that those before them lack.
MAX_READ = 10
# Passages read first; where they settle the question the rest is not read.
_FIRST_READ = 4
_SETTLED = 0.9


@dataclass(frozen=True, slots=True)
class ReadPassage:
    """A passage with its rank in the search, from 1, and what the model says of it."""

    hit: Hit
    rank: int
    judgement: Judgement


class TrainedReader:
    """Reranks passages and finds the sentences that answer. Threads may share it."""

    def __init__(self, model: ReaderModel, weighing: Weighing) -> None:
        self._model = model
        self._weighing = weighing

    def read(self, question: str, hits: Sequence[Hit]) -> Reading:
        """Reads the first passages; the next ones only when those leave the answer open."""
        read = self._judged(question, hits, 0, _FIRST_READ)
        evidence = self._evidence(read)
        if not evidence or evidence[0].probability < _SETTLED:
            read += self._judged(question, hits, _FIRST_READ, MAX_READ)
            evidence = self._evidence(read)
        return Reading(self._ranked(read, hits[len(read) :]), tuple(evidence))

    def _judged(
        self, question: str, hits: Sequence[Hit], start: int, end: int
    ) -> list[ReadPassage]:
        texts = [(hit.article.title, hit.passage.text) for hit in hits[start:end]]
        judgements = self._model.read(question, texts)
        return [
            ReadPassage(hit, rank, one)
            for rank, (hit, one) in enumerate(
                zip(hits[start:end], judgements, strict=True), start + 1
            )
        ]

    def _ranked(self, read: Sequence[ReadPassage], unread: Sequence[Hit]) -> tuple[Hit, ...]:
        """Read passages by the reader's score; the others behind them, as they came."""
        ranked = sorted(
            (replace(one.hit, score=self._relevance(one)) for one in read),
            key=lambda hit: -hit.score,
        )
        least = ranked[-1].score if ranked else 1.0
        return (*ranked, *(replace(hit, score=least * hit.score) for hit in unread))

    def _relevance(self, one: ReadPassage) -> float:
        values = features(one.hit, one.rank, one.judgement, one.judgement.margin)
        return self._weighing.passage.probability(values)

    def _evidence(self, read: Sequence[ReadPassage]) -> list[Evidence]:
        """Each sentence once, with its best span, the likeliest first."""
        best: dict[tuple[str, int], Evidence] = {}
        for one in read:
            sentences = quotable_spans(one.hit.passage.text)
            for found in one.judgement.spans:
                evidence = self._weighed(one, found, sentences)
                key = evidence.hit.passage.article_id, evidence.sentence.start
                if key not in best or best[key].probability < evidence.probability:
                    best[key] = evidence
        return sorted(best.values(), key=lambda evidence: -evidence.probability)

    def _weighed(self, one: ReadPassage, found: FoundSpan, sentences: Sequence[Span]) -> Evidence:
        values = features(one.hit, one.rank, one.judgement, found.margin)
        sentence = sentence_of(sentences, found.span)
        first = one.hit.passage.start
        lit = Span(max(found.span.start, sentence.start), min(found.span.end, sentence.end))
        return Evidence(
            hit=one.hit,
            sentence=Span(first + sentence.start, first + sentence.end),
            highlights=(Span(first + lit.start, first + lit.end),) if lit.start < lit.end else (),
            probability=self._weighing.answer.probability(values),
        )
