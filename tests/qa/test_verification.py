"""Nothing unverified leaves the house."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from index.article import ArticleMetadata, Passage, Span
from index.searcher import Hit
from qa.answerers.base import Draft, DraftSentence, Quote
from qa.verification import verify

TEXT = "Rain fell on Monday. The river did not rise. Farmers were glad of it."


def hit_for(text: str, article_id: str = "a", start: int = 0, end: int | None = None) -> Hit:
    stop = len(text) if end is None else end
    passage = Passage(article_id, start, stop, text[start:stop])
    return Hit(passage, ArticleMetadata(article_id, "Rain"), score=1.0, dense=0.9, lexical=3.0)


def sentence(start: int, end: int, text: str | None = None) -> DraftSentence:
    quote = Quote(hit_for(TEXT), start, end)
    return DraftSentence(TEXT[start:end] if text is None else text, (quote,))


def draft(*sentences: DraftSentence) -> Draft:
    return Draft(sentences, 0.9, "test")


def test_a_true_quote_passes_unchanged() -> None:
    true = draft(sentence(0, 20), sentence(21, 44))
    assert verify(true, {"a": TEXT}) == true


def test_a_quote_of_an_article_that_was_changed_since_is_dropped() -> None:
    changed = TEXT.replace("Monday", "Friday")
    kept = verify(draft(sentence(0, 20), sentence(21, 44)), {"a": changed})
    assert [s.text for s in kept.sentences] == ["The river did not rise."]


def test_a_quote_of_an_article_that_is_gone_is_dropped() -> None:
    assert verify(draft(sentence(0, 20)), {}).sentences == ()


def test_a_quote_put_to_the_wrong_article_is_dropped() -> None:
    other = {"a": "Something else entirely was written here, and it is long enough too."}
    assert verify(draft(sentence(0, 20)), other).sentences == ()


def test_a_quote_outside_its_passage_is_dropped() -> None:
    quote = Quote(hit_for(TEXT, start=0, end=20), 0, 44)
    assert verify(draft(DraftSentence(TEXT[:20], (quote,))), {"a": TEXT}).sentences == ()


def test_a_highlight_outside_its_quote_drops_the_quote() -> None:
    quote = replace(sentence(0, 20).quotes[0], highlights=(Span(15, 30),))
    assert verify(draft(DraftSentence(TEXT[:20], (quote,))), {"a": TEXT}).sentences == ()


def test_a_word_that_no_quote_has_drops_the_sentence() -> None:
    assert verify(draft(sentence(0, 20, "Heavy rain fell on Monday.")), {"a": TEXT}).sentences == ()


def test_leaving_out_a_word_inside_drops_the_sentence() -> None:
    assert verify(draft(sentence(21, 44, "The river did rise.")), {"a": TEXT}).sentences == ()


def test_white_space_may_be_folded() -> None:
    text = "Rain fell\n   on Monday."
    quote = Quote(hit_for(text), 0, len(text))
    folded = draft(DraftSentence("Rain fell on Monday.", (quote,)))
    assert verify(folded, {"a": text}) == folded


def test_nothing_left_means_no_confidence() -> None:
    assert verify(draft(sentence(0, 20, "Snow fell.")), {"a": TEXT}).confidence == 0.0


@given(
    stored=st.text(max_size=80),
    passage=st.text(min_size=1, max_size=80),
    start=st.integers(-5, 90),
    length=st.integers(-5, 90),
    said=st.text(max_size=80),
)
def test_whatever_is_kept_is_word_for_word_in_the_stored_text(
    stored: str, passage: str, start: int, length: int, said: str
) -> None:
    quote = Quote(hit_for(passage), start, start + length)
    kept = verify(draft(DraftSentence(said, (quote,))), {"a": stored})
    for one in kept.sentences:
        for own in one.quotes:
            assert stored[own.start : own.end] == own.text
            assert own.text
