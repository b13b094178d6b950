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
from qa.reading.weighing import Features, Weighing, features, of_span

# So many passages are read at a time; where they settle the question the rest is not read.
_STAGES = (4, 10, 20, 30)
# How sure is enough, before each of the later stages: passages that search ranks low seldom answer
# better than one that already answers this surely.
_ENOUGH = (0.9, 0.5, 0.3)


@dataclass(frozen=True, slots=True)
class ReadPassage:
    """A passage, what the model says of it, and what is known of its best span."""

    hit: Hit
    judgement: Judgement
    known: Features


class TrainedReader:
    """Reranks passages and finds the sentences that answer. Threads may share it."""

    def __init__(self, model: ReaderModel, weighing: Weighing) -> None:
        self._model = model
        self._weighing = weighing

    def read(self, question: str, hits: Sequence[Hit]) -> Reading:
        """Reads the first passages; the next ones only when those leave the answer open."""
        read: list[ReadPassage] = []
        evidence: list[Evidence] = []
        for end, enough in zip(_STAGES, (0.0, *_ENOUGH), strict=True):
            surest = evidence[0].probability if evidence else 0.0
            if read and (len(read) == len(hits) or surest >= enough):
                break
            read += self._judged(question, hits, len(read), end)
            evidence = self._evidence(read)
        return Reading(self._ranked(read, hits[len(read) :]), tuple(evidence))

    def _judged(
        self, question: str, hits: Sequence[Hit], start: int, end: int
    ) -> list[ReadPassage]:
        chosen = list(enumerate(hits[start:end], start + 1))
        texts = [(hit.article.title, hit.passage.text) for _, hit in chosen]
        judgements = self._model.read(question, texts)
        return [
            ReadPassage(hit, judgement, features(question, hit, rank, judgement))
            for (rank, hit), judgement in zip(chosen, judgements, strict=True)
        ]

    def _ranked(self, read: Sequence[ReadPassage], unread: Sequence[Hit]) -> tuple[Hit, ...]:
        """Read passages by the reader's score; the others behind them, as they came."""
        ranked = sorted(
            (replace(one.hit, score=self._weighing.passage.probability(one.known)) for one in read),
            key=lambda hit: -hit.score,
        )
        least = ranked[-1].score if ranked else 1.0
        return (*ranked, *(replace(hit, score=least * hit.score) for hit in unread))

    def _evidence(self, read: Sequence[ReadPassage]) -> list[Evidence]:
        """Each sentence once, with its best span, the likeliest first.

        How sure to be of the best one is a judgement of its own; the others share in it as they
        are likely beside it.
        """
        best: dict[tuple[str, int], tuple[Evidence, Features]] = {}
        for one in read:
            sentences = quotable_spans(one.hit.passage.text)
            for found in one.judgement.spans:
                known = of_span(one.known, found.margin)
                likely = self._weighing.answer.probability(known)
                evidence = _evidence(one.hit, found, sentences, likely)
                key = evidence.hit.passage.article_id, evidence.sentence.start
                if key not in best or best[key][0].probability < likely:
                    best[key] = evidence, known
        ordered = sorted(best.values(), key=lambda pair: -pair[0].probability)
        if not ordered:
            return []
        first, known = ordered[0]
        share = self._weighing.confidence.probability(known) / first.probability
        return [replace(one, probability=one.probability * share) for one, _ in ordered]


def _evidence(
    hit: Hit, found: FoundSpan, sentences: Sequence[Span], probability: float
) -> Evidence:
    sentence = sentence_of(sentences, found.span)
    first = hit.passage.start
    lit = Span(max(found.span.start, sentence.start), min(found.span.end, sentence.end))
    return Evidence(
        hit=hit,
        sentence=Span(first + sentence.start, first + sentence.end),
        highlights=(Span(first + lit.start, first + lit.end),) if lit.start < lit.end else (),
        probability=probability,
    )
