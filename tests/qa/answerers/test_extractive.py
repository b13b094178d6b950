"""The extractive answerer, given what a reader found."""

from __future__ import annotations

from index.article import Span
from index.searcher import Hit
from qa.answerers.base import Draft
from qa.answerers.extractive import MAX_SENTENCES, ExtractiveAnswerer
from qa.reader import Evidence
from qa.verification import verify
from tests.qa.evidence import evidence_in, hit_on, reading_of

RIVER = "Ana Lopez built the dam. It cost two million. The weather was fine. Fish came back."


def said(draft: Draft) -> list[str]:
    return [sentence.text for sentence in draft.sentences]


def answer(*evidence: Evidence, question: str = "Who did it?", hits: tuple[Hit, ...] = ()) -> Draft:
    reading = reading_of(*evidence, hits=hits)
    return ExtractiveAnswerer(0.5).answer(question, reading)


def test_the_best_sentence_answers_with_its_place_and_highlight() -> None:
    draft = answer(evidence_in(hit_on(RIVER), "Ana Lopez", 0.9))
    (sentence,) = draft.sentences
    (quote,) = sentence.quotes
    assert (sentence.text, RIVER[quote.start : quote.end]) == ("Ana Lopez built the dam.",) * 2
    assert quote.highlights == (Span(0, 9),)
    assert draft.confidence == 0.9


def test_what_is_drafted_is_borne_out_by_the_stored_text() -> None:
    draft = answer(evidence_in(hit_on(RIVER), "two million", 0.9))
    assert verify(draft, {"a": RIVER}) == draft


def test_below_the_threshold_the_draft_is_empty_and_keeps_its_confidence() -> None:
    draft = answer(evidence_in(hit_on(RIVER), "Ana Lopez", 0.4))
    assert (draft.sentences, draft.confidence) == ((), 0.4)


def test_nothing_read_gives_an_empty_draft() -> None:
    draft = answer()
    assert (draft.sentences, draft.confidence) == ((), 0.0)


def test_a_leading_pronoun_brings_the_sentence_it_points_to() -> None:
    draft = answer(evidence_in(hit_on(RIVER), "two million", 0.9))
    assert said(draft) == ["Ana Lopez built the dam.", "It cost two million."]


def test_the_sentence_pointed_to_may_stand_in_an_overlapping_passage() -> None:
    first, second = hit_on(RIVER, end=24), hit_on(RIVER, start=25)
    draft = answer(evidence_in(second, "two million", 0.9), hits=(second, first))
    assert said(draft) == ["Ana Lopez built the dam.", "It cost two million."]


def test_a_quotation_is_followed_to_its_end() -> None:
    text = "The mayor said “We will build.\n\nWe will not stop.”\n\nNobody replied."
    draft = answer(evidence_in(hit_on(text), "We will build", 0.9))
    assert said(draft)[:2] == ["The mayor said “We will build.", "We will not stop.”"]


def test_close_sentences_come_in_reading_order() -> None:
    hit = hit_on(RIVER)
    draft = answer(evidence_in(hit, "Fish", 0.9), evidence_in(hit, "Ana Lopez", 0.8))
    assert said(draft) == ["Ana Lopez built the dam.", "Fish came back."]


def test_an_answer_has_at_most_three_sentences() -> None:
    hit = hit_on(RIVER)
    found = [evidence_in(hit, words, 0.9) for words in ("two million", "fine", "Fish")]
    assert len(answer(*found).sentences) <= MAX_SENTENCES


def test_articles_that_disagree_are_both_shown_with_their_dates_the_newest_first() -> None:
    old = hit_on("The dam is 41 metres high.", "old", published_at="2019-03-01")
    new = hit_on("The dam is 44 metres high.", "new", published_at="2023-08-02T09:00:00Z")
    draft = answer(
        evidence_in(old, "41 metres", 0.9), evidence_in(new, "44 metres", 0.85), hits=(old, new)
    )
    assert [(one.text, one.published_at) for one in draft.sentences] == [
        ("The dam is 44 metres high.", "2023-08-02"),
        ("The dam is 41 metres high.", "2019-03-01"),
    ]


def test_articles_that_agree_are_quoted_once_and_undated() -> None:
    one = hit_on("The dam is 41 metres high.", "one", published_at="2019-03-01")
    two = hit_on("It rises 41 metres above the river.", "two", published_at="2021-03-01")
    draft = answer(
        evidence_in(one, "41 metres", 0.9), evidence_in(two, "41 metres", 0.85), hits=(one, two)
    )
    assert said(draft) == ["The dam is 41 metres high."]
    assert draft.sentences[0].published_at is None


def test_a_near_copy_in_another_article_is_said_once() -> None:
    one = hit_on(RIVER)
    copy = hit_on("Ana Lopez built the big dam. More.", "b")
    draft = answer(evidence_in(one, "Ana Lopez", 0.9), evidence_in(copy, "Ana Lopez", 0.9))
    assert said(draft) == ["Ana Lopez built the dam."]


def test_an_endless_sentence_is_quoted_in_part() -> None:
    text = "The list has " + ", ".join(f"item {number}" for number in range(400)) + "."
    draft = answer(evidence_in(hit_on(text), "item 7", 0.9))
    assert 0 < len(draft.sentences[0].text.split()) <= 60
