"""Numbers and places of the citations under an answer."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from index.article import ArticleMetadata, Passage, Span
from index.searcher import Hit
from qa.answerers.base import Draft, DraftSentence, Quote
from qa.citing import cited, nearest

TEXT = "Rain fell on Monday. Der Fluß 🌧️ stieg nicht. Farmers were glad of it."


def hit(article_id: str = "a", start: int = 0, end: int = len(TEXT), score: float = 0.5) -> Hit:
    metadata = ArticleMetadata(
        article_id, "Rain", "https://example.org/rain", "Gazette", "A. Writer", "2022-01-19"
    )
    passage = Passage(article_id, start, end, TEXT[start:end])
    return Hit(passage, metadata, score=score, dense=0.9, lexical=3.0)


def draft(*quotes: tuple[Quote, ...]) -> Draft:
    return Draft(tuple(DraftSentence("A sentence.", group) for group in quotes), 0.9, "test")


@st.composite
def spans(draw: st.DrawFn, start: int, end: int) -> Span:
    first = draw(st.integers(start, end - 1))
    return Span(first, draw(st.integers(first + 1, end)))


@st.composite
def quotes(draw: st.DrawFn) -> Quote:
    """Any quote inside any passage of one of two articles, with highlights inside the quote."""
    passage = draw(spans(0, len(TEXT)))
    quote = draw(spans(passage.start, passage.end))
    lit = draw(st.lists(spans(quote.start, quote.end), max_size=3))
    where = hit(draw(st.sampled_from("ab")), passage.start, passage.end)
    return Quote(where, quote.start, quote.end, tuple(lit))


drafts = st.lists(st.lists(quotes(), min_size=1, max_size=3).map(tuple), max_size=4).map(
    lambda groups: draft(*groups)
)


@settings(max_examples=60)
@given(drafts)
def test_numbers_run_from_one_in_order_of_first_use(any_draft: Draft) -> None:
    sentences, citations = cited(any_draft)
    used = [number for sentence in sentences for number in sentence.citations]
    assert list(dict.fromkeys(used)) == list(range(1, len(citations) + 1))
    assert [citation.number for citation in citations] == list(range(1, len(citations) + 1))


@settings(max_examples=60)
@given(drafts)
def test_a_citation_is_the_articles_text_at_its_offsets(any_draft: Draft) -> None:
    for citation in cited(any_draft)[1]:
        assert TEXT[citation.start : citation.end] == citation.quote != ""


@settings(max_examples=60)
@given(quotes())
def test_highlights_mark_the_same_words_inside_the_quote(quote: Quote) -> None:
    (citation,) = cited(draft((quote,)))[1]
    assert [citation.quote[start:end] for start, end in citation.highlights] == [
        TEXT[span.start : span.end] for span in quote.highlights
    ]


@settings(max_examples=60)
@given(drafts)
def test_every_sentence_keeps_all_its_quotes(any_draft: Draft) -> None:
    sentences, citations = cited(any_draft)
    for sentence, drafted in zip(sentences, any_draft.sentences, strict=True):
        shown = {
            (
                citations[number - 1].article_id,
                citations[number - 1].start,
                citations[number - 1].end,
            )
            for number in sentence.citations
        }
        assert shown == {(q.hit.article.id, q.start, q.end) for q in drafted.quotes}


def test_a_repeated_quote_keeps_its_number() -> None:
    first, second = Quote(hit(), 0, 20), Quote(hit(), 21, 48)
    sentences, citations = cited(draft((first,), (second, first), (first,)))
    assert [sentence.citations for sentence in sentences] == [(1,), (2, 1), (1,)]
    assert len(citations) == 2


def test_a_sentence_names_one_quote_once() -> None:
    quote = Quote(hit(), 0, 20)
    assert cited(draft((quote, quote)))[0][0].citations == (1,)


def test_the_same_offsets_in_two_articles_are_two_citations() -> None:
    citations = cited(draft((Quote(hit("a"), 0, 20), Quote(hit("b"), 0, 20))))[1]
    assert [(citation.number, citation.article_id) for citation in citations] == [
        (1, "a"),
        (2, "b"),
    ]


def test_a_citation_carries_what_is_known_of_its_article_and_passage() -> None:
    (citation,) = cited(draft((Quote(hit("a", 21, 70, score=0.123456), 21, 30),)))[1]
    assert citation.model_dump(exclude={"quote", "highlights"}) == {
        "number": 1,
        "article_id": "a",
        "title": "Rain",
        "url": "https://example.org/rain",
        "source": "Gazette",
        "author": "A. Writer",
        "published_at": "2022-01-19",
        "passage_id": "a:21-70",
        "start": 21,
        "end": 30,
        "score": 0.1235,
        "supports": True,
        "also_in": (),
    }


def test_an_empty_draft_cites_nothing() -> None:
    assert cited(draft()) == ((), ())


def test_the_nearest_passages_are_the_three_best_whole_and_support_nothing() -> None:
    found = [hit("a"), hit("b", 21, 48), hit("c"), hit("d")]
    shown = nearest(found)
    assert [(one.number, one.article_id) for one in shown] == [(1, "a"), (2, "b"), (3, "c")]
    assert [one.quote for one in shown] == [one.passage.text for one in found[:3]]
    assert not any(one.supports for one in shown)


def test_nothing_found_has_no_nearest_passages() -> None:
    assert nearest([]) == ()
