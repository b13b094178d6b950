"""The whole way from a question to its answer; what every front end calls."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING

from index.searcher import Searcher, SearchResult, open_searcher
from qa.answer import Answer, Correction, Question, QuestionFilters, Timings
from qa.answerers.base import Answerer, Draft
from qa.answerers.extractive import DEFAULT_THRESHOLD, ExtractiveAnswerer
from qa.citing import answer_text, cited, nearest
from qa.conversation import Turn, standalone_candidates
from qa.corrections import notice_corrections
from qa.finding import Finder, Found, milliseconds, search_result
from qa.reader import Reading
from qa.reading import open_reader
from qa.settings import Settings
from qa.stages import stage
from qa.suggesting import follow_ups
from qa.verification import verify
from qa.watching import DeskWatch

if TYPE_CHECKING:
    from qa.records import Records
    from qa.reranking import Reranker

# A later reading of a follow-up must be this much surer than the one before it.
_SURER = 0.1
# Where the first reading of a follow-up is this sure, no other is tried.
_SURE = 0.6
_TURNS = 3
_NOBODY = DeskWatch()


class Desk:
    """Answers questions from one collection. Safe to share between threads.

    Raises `CollectionError` when the collection cannot answer (another embedding model, a
    damaged database), never for a question's text; and what a watcher of `qa.stages` raises.
    """

    def __init__(
        self,
        searcher: Searcher,
        finder: Finder,
        answerer: Answerer,
        records: Records,
        watch: DeskWatch = _NOBODY,
    ) -> None:
        self.searcher = searcher
        self.records = records
        self._finder = finder
        self._answerer = answerer
        self._watch = watch

    def search(self, query: str, filters: QuestionFilters, top_k: int) -> SearchResult:
        """The best passages for a query, reranked, without an answer."""
        with self._watch.during("search"):
            return search_result(self._finder.find(query, filters, top_k), top_k)

    def ask(
        self,
        question: Question,
        earlier: Sequence[Turn] | None = None,
        on_found: Callable[[SearchResult], None] = lambda _result: None,
        keep_if: Callable[[Answer], bool] = lambda _answer: True,
    ) -> Answer:
        """Searches, reads, verifies, keeps the answer and returns it.

        `earlier` are the turns before this one; None takes them from the kept conversation.
        `on_found` is told the passages as soon as they are known. An answer that `keep_if` does
        not want is nobody's turn: it is returned and forgotten.
        """
        with self._watch.question():
            answer = self._answered(question, earlier, on_found)
            if keep_if(answer):
                with stage("keep"):
                    self.records.keep(answer)
                self._watch.on_kept(answer)
            return answer

    def kept(self, answer_id: str) -> Answer | None:
        """A kept answer with what became of its articles since, or None."""
        notice_corrections(self.searcher, self.records)
        return self.records.answer(answer_id)

    def follow_up_questions(self, answer: Answer) -> tuple[str, ...]:
        """Up to three questions that the articles behind an answer answer too, with confidence.

        Takes as long as a few questions: ask for it when the answer is on its way already.
        """
        texts = self._texts({one.article_id for one in answer.citations if one.supports})

        def read(question: str) -> Reading:
            return self._finder.find(question, QuestionFilters(), 1).reading

        with self._watch.during("follow_ups"):
            return follow_ups(answer, texts, read)

    def kept_conversation(self, conversation_id: str) -> tuple[Answer, ...]:
        """The turns of a conversation, oldest first, with what became of their articles since."""
        notice_corrections(self.searcher, self.records)
        return self.records.corrected(self.records.conversation(conversation_id))

    def corrections(self, after: int) -> tuple[Correction, ...]:
        """The next corrections of kept answers, those of numbers above `after`."""
        notice_corrections(self.searcher, self.records)
        return self.records.corrections(after)

    def _answered(
        self,
        question: Question,
        earlier: Sequence[Turn] | None,
        on_found: Callable[[SearchResult], None],
    ) -> Answer:
        started = time.perf_counter()
        words = question.question.strip()
        turns = self._turns(question) if earlier is None else earlier
        found = self._found(words, turns, question)
        on_found(search_result(found, question.top_k))
        with stage("answer"):
            draft = self._answerer.answer(found.question, found.reading)
            quoted = {q.hit.article.id for sentence in draft.sentences for q in sentence.quotes}
            return _answer(question, found, verify(draft, self._texts(quoted)), started)

    def _turns(self, question: Question) -> list[Turn]:
        if question.conversation_id is None:
            return []
        kept = self.records.conversation(question.conversation_id, last=_TURNS)
        return [Turn(one.standalone_question, _said(one), _lit(one)) for one in kept]

    def _found(self, words: str, turns: Sequence[Turn], question: Question) -> Found:
        """What the surest reading of the question finds; the first one where none is surer."""
        best: Found | None = None
        for wording in standalone_candidates(words, turns):
            found = self._finder.find(wording, question.filters, question.top_k)
            sure = found.reading.answerability
            if best is None or sure > best.reading.answerability + _SURER:
                best = found
            if sure >= _SURE:
                break
        assert best is not None  # noqa: S101 - there is always one candidate
        return best

    def _texts(self, article_ids: Iterable[str]) -> dict[str, str]:
        """The stored texts of articles, as far as they are there."""
        stored = {article_id: self.searcher.article(article_id) for article_id in article_ids}
        return {article_id: article.text for article_id, article in stored.items() if article}


def _answer(question: Question, found: Found, draft: Draft, started: float) -> Answer:
    sentences, citations = cited(draft, (*found.reading.hits, *found.reprints))
    total = milliseconds(started, time.perf_counter())
    return Answer(
        id=uuid.uuid4().hex,
        conversation_id=question.conversation_id or uuid.uuid4().hex,
        question=question.question.strip(),
        standalone_question=found.question,
        status="answered" if sentences else "not_found",
        answer=answer_text(sentences),
        sentences=sentences,
        citations=citations if sentences else nearest(found.reading.hits),
        confidence=draft.confidence,
        follow_up_questions=(),
        generation=found.generation,
        answerer=draft.answerer,
        timings_ms=Timings(
            retrieve=found.retrieve,
            rerank=found.read,
            answer=round(max(total - found.retrieve - found.read, 0.0), 2),
            total=total,
        ),
    )


def _said(answer: Answer) -> str:
    return " ".join(sentence.text for sentence in answer.sentences)


def _lit(answer: Answer) -> tuple[str, ...]:
    """The decisive words of an answer, in its order."""
    return tuple(
        citation.quote[start:end]
        for citation in answer.citations
        if citation.supports
        for start, end in citation.highlights
    )


def open_desk(
    settings: Settings, searcher: Searcher | None = None, watch: DeskWatch = _NOBODY
) -> Desk:
    """The desk of a data folder; `searcher` shares what is open already, `watch` is told."""
    searcher = searcher or open_searcher(settings.index_options())
    # After the searcher, which imports the database's library while its model loads.
    from qa.records import open_records

    threshold = settings.answer_threshold
    return Desk(
        searcher,
        Finder(searcher, open_reader(), _reranker(settings)),
        ExtractiveAnswerer(DEFAULT_THRESHOLD if threshold is None else threshold),
        open_records(settings.data_dir),
        watch,
    )


def _reranker(settings: Settings) -> Reranker | None:
    if settings.reranking_model is None:
        return None
    from qa.reranking import Reranker

    return Reranker(settings.reranking_model)
