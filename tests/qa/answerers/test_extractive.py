"""The extractive answerer, given a reader whose judgement the test decides."""

from __future__ import annotations

from collections.abc import Sequence

from index.article import ArticleMetadata, Passage, Span
from index.searcher import Hit
from qa.answerers.base import Draft
from qa.answerers.extractive import MAX_SENTENCES, ExtractiveAnswerer
from qa.quotable import quotable_spans
from qa.reader import Evidence, Reading
from qa.verification import verify


class DecidedReader:
    """Gives the sentences that start as named the relevance named, in that order."""

    name = "decided"

    def __init__(
        self,
        relevance: dict[str, float],
        answerability: float = 0.9,
        *,
        wants_reason: bool = False,
        fitting: str = "",
    ) -> None:
        self._fitting = fitting
        self._relevance = relevance
        self._answerability = answerability
        self._wants_reason = wants_reason

    def read(self, question: str, hits: Sequence[Hit]) -> Reading:
        assert question
        evidence = [
            Evidence(
                hit,
                span,
                (Span(span.start, span.start + 3),),
                relevance,
                fits=opening == self._fitting,
            )
            for opening, relevance in self._relevance.items()
            for hit in hits
            for span in sentences_of(hit)
            if text_at(hit, span).startswith(opening)
        ]
        return Reading(tuple(evidence), self._answerability, self._wants_reason)


def sentences_of(hit: Hit) -> list[Span]:
    first = hit.passage.start
    return [Span(first + s.start, first + s.end) for s in quotable_spans(hit.passage.text)]


def text_at(hit: Hit, span: Span) -> str:
    return hit.passage.text[span.start - hit.passage.start : span.end - hit.passage.start]


def hit_on(text: str, article_id: str = "a", start: int = 0, end: int | None = None) -> Hit:
    stop = len(text) if end is None else end
    passage = Passage(article_id, start, stop, text[start:stop])
    return Hit(passage, ArticleMetadata(article_id, "A title"), 1.0, 0.9, 3.0)


def said(draft: Draft) -> list[str]:
    return [sentence.text for sentence in draft.sentences]


def answer(reader: DecidedReader, *hits: Hit, threshold: float = 0.5) -> Draft:
    draft = ExtractiveAnswerer(reader, threshold).answer("Who did it?", hits)
    texts = {hit.passage.article_id: " " * hit.passage.start + hit.passage.text for hit in hits}
    return verify(draft, texts) if len(texts) == len(hits) else draft


RIVER = "Ana Lopez built the dam. It cost two million. The weather was fine. Fish came back."


def test_the_best_sentence_answers_with_its_place_and_highlight() -> None:
    draft = answer(DecidedReader({"Ana Lopez": 0.9}), hit_on(RIVER))
    (sentence,) = draft.sentences
    (quote,) = sentence.quotes
    assert (sentence.text, RIVER[quote.start : quote.end]) == ("Ana Lopez built the dam.",) * 2
    assert quote.highlights == (Span(0, 3),)
    assert draft.confidence == 0.9


def test_below_the_threshold_the_draft_is_empty_and_keeps_its_confidence() -> None:
    draft = answer(DecidedReader({"Ana Lopez": 0.9}, answerability=0.4), hit_on(RIVER))
    assert (draft.sentences, draft.confidence) == ((), 0.4)


def test_nothing_read_gives_an_empty_draft() -> None:
    assert answer(DecidedReader({}), hit_on(RIVER)).sentences == ()


def test_a_leading_pronoun_brings_the_sentence_it_points_to() -> None:
    draft = answer(DecidedReader({"It cost": 0.9}), hit_on(RIVER))
    assert said(draft) == ["Ana Lopez built the dam.", "It cost two million."]


def test_the_sentence_pointed_to_may_stand_in_an_overlapping_passage() -> None:
    first, second = hit_on(RIVER, end=24), hit_on(RIVER, start=25)
    draft = answer(DecidedReader({"It cost": 0.9}), second, first)
    assert said(draft) == ["Ana Lopez built the dam.", "It cost two million."]


def test_a_quotation_is_followed_to_its_end() -> None:
    text = "The mayor said “We will build.\n\nWe will not stop.”\n\nNobody replied."
    draft = answer(DecidedReader({"The mayor": 0.9}), hit_on(text))
    assert said(draft)[:2] == ["The mayor said “We will build.", "We will not stop.”"]


def test_a_sentence_far_behind_the_best_stays_out() -> None:
    draft = answer(DecidedReader({"Ana Lopez": 0.9, "Fish": 0.2}), hit_on(RIVER))
    assert said(draft) == ["Ana Lopez built the dam."]


def test_close_sentences_come_in_reading_order() -> None:
    draft = answer(DecidedReader({"Fish": 0.9, "Ana Lopez": 0.8}), hit_on(RIVER))
    assert said(draft) == ["Ana Lopez built the dam.", "Fish came back."]


def test_a_reason_is_added_where_the_best_sentence_names_none() -> None:
    relevance = {"Ana Lopez": 0.9, "Fish": 0.3}
    reader = DecidedReader(relevance, wants_reason=True, fitting="Fish")
    assert said(answer(reader, hit_on(RIVER))) == ["Ana Lopez built the dam.", "Fish came back."]


def test_a_best_sentence_that_names_the_reason_stands_alone() -> None:
    relevance = {"Ana Lopez": 0.9, "Fish": 0.3}
    reader = DecidedReader(relevance, wants_reason=True, fitting="Ana Lopez")
    assert said(answer(reader, hit_on(RIVER))) == ["Ana Lopez built the dam."]


def test_one_sentence_in_two_overlapping_passages_is_said_once() -> None:
    hits = hit_on(RIVER), hit_on(RIVER, end=45)
    assert said(answer(DecidedReader({"Ana Lopez": 0.9}), *hits)) == ["Ana Lopez built the dam."]


def test_a_near_copy_in_another_article_is_said_once() -> None:
    copy = hit_on("Ana Lopez built the big dam. More.", article_id="b")
    draft = answer(DecidedReader({"Ana Lopez": 0.9}), hit_on(RIVER), copy)
    assert said(draft) == ["Ana Lopez built the dam."]


def test_an_answer_has_at_most_three_sentences() -> None:
    draft = answer(DecidedReader(dict.fromkeys(("It cost", "Fish", "The w"), 0.9)), hit_on(RIVER))
    assert len(draft.sentences) <= MAX_SENTENCES


def test_an_endless_sentence_is_quoted_in_part() -> None:
    text = "The list has " + ", ".join(f"item {number}" for number in range(400)) + "."
    draft = answer(DecidedReader({"The list": 0.9}), hit_on(text))
    assert 0 < len(draft.sentences[0].text.split()) <= 60
