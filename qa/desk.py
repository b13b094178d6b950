"""The whole way from a question to its answer; what every front end calls."""

from __future__ import annotations

import time
import uuid
from typing import TYPE_CHECKING

from index.searcher import Filters, Searcher, SearchResult, open_searcher
from qa.answer import Answer, Question, QuestionFilters, Timings
from qa.answerers.base import Answerer, Draft
from qa.answerers.extractive import DEFAULT_THRESHOLD, ExtractiveAnswerer
from qa.citing import NOT_FOUND, cited, nearest
from qa.evidence.reader import EvidenceReader
from qa.evidence.scoring import load_scorer
from qa.evidence.vocabulary import load_vocabulary
from qa.settings import Settings
from qa.verification import verify

if TYPE_CHECKING:
    from qa.records import Records


class Desk:
    """Answers questions from one collection. Safe to share between threads.

    Raises `CollectionError` when the collection cannot answer (another embedding model, a
    damaged database), never for a question's text.
    """

    def __init__(self, searcher: Searcher, answerer: Answerer, records: Records) -> None:
        self.searcher = searcher
        self.records = records
        self._answerer = answerer

    def search(self, query: str, filters: QuestionFilters, top_k: int) -> SearchResult:
        """The best passages for a query, without an answer."""
        chosen = Filters(
            article_ids=filters.article_ids,
            sources=filters.sources,
            tags=filters.tags,
            published_after=filters.published_after,
            published_before=filters.published_before,
        )
        return self.searcher.search(query, top_k=top_k, filters=chosen)

    def ask(self, question: Question) -> Answer:
        """Searches, reads, verifies, keeps the answer and returns it."""
        started = time.perf_counter()
        words = question.question.strip()
        found = self.search(words, question.filters, question.top_k)
        retrieved = time.perf_counter()
        draft = self._verified(self._answerer.answer(words, found.hits))
        return self._answer(question, words, found, draft, started, retrieved)

    def _verified(self, draft: Draft) -> Draft:
        cited_ids = {
            quote.hit.article.id for sentence in draft.sentences for quote in sentence.quotes
        }
        stored = {article_id: self.searcher.article(article_id) for article_id in cited_ids}
        texts = {article_id: article.text for article_id, article in stored.items() if article}
        return verify(draft, texts)

    def _answer(
        self,
        question: Question,
        words: str,
        found: SearchResult,
        draft: Draft,
        started: float,
        retrieved: float,
    ) -> Answer:
        sentences, citations = cited(draft)
        finished = time.perf_counter()
        answer = Answer(
            id=uuid.uuid4().hex,
            conversation_id=question.conversation_id or uuid.uuid4().hex,
            question=words,
            standalone_question=words,
            status="answered" if sentences else "not_found",
            answer=" ".join(
                f"{sentence.text} {' '.join(f'[{number}]' for number in sentence.citations)}"
                for sentence in sentences
            )
            or NOT_FOUND,
            sentences=sentences,
            citations=citations if sentences else nearest(found.hits),
            confidence=draft.confidence,
            follow_up_questions=(),
            generation=found.generation,
            answerer=draft.answerer,
            timings_ms=Timings(
                retrieve=_milliseconds(started, retrieved),
                rerank=0.0,
                answer=_milliseconds(retrieved, finished),
                total=_milliseconds(started, finished),
            ),
        )
        self.records.keep(answer)
        return answer


def open_desk(settings: Settings, searcher: Searcher | None = None) -> Desk:
    """The desk of a data folder; `searcher` shares what is open already."""
    searcher = searcher or open_searcher(settings.index_options())
    # After the searcher, which imports the database's library while its model loads.
    from qa.records import open_records

    reader = EvidenceReader(searcher.embed, load_scorer(), load_vocabulary())
    threshold = settings.answer_threshold
    answerer = ExtractiveAnswerer(reader, DEFAULT_THRESHOLD if threshold is None else threshold)
    return Desk(searcher, answerer, open_records(settings.data_dir))


def _milliseconds(start: float, end: float) -> float:
    return round((end - start) * 1000, 2)
