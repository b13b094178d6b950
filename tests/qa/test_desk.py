"""From a question to its kept answer, over a real collection with the bundled model."""

from __future__ import annotations

import re
from pathlib import Path
from uuid import uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.indexer import Indexer, open_indexer
from index.searcher import Searcher
from qa.answer import Question, QuestionFilters
from qa.citing import NOT_FOUND
from qa.desk import Desk, open_desk
from qa.settings import Settings

LIGHTHOUSE = """The lighthouse of Karvel Point

The lighthouse of Karvel Point was built in 1874 by the engineer Ada Lindqvist. It stands 41 \
metres above the sea.

The lamp was electrified in 1932, because the supply of whale oil had become too expensive. The \
keeper's house burned down in 1950 and was never rebuilt.
"""
BREAD = """How rye bread is baked

Rye bread needs a sourdough starter that is fed for three days. The loaf bakes for 90 minutes in \
a falling oven.
"""
ARTICLES: list[dict[str, object]] = [
    {
        "id": "lighthouse",
        "title": "The lighthouse of Karvel Point",
        "text": LIGHTHOUSE,
        "source": "Coast Gazette",
        "published_at": "2020-05-01",
        "tags": ["sea"],
    },
    {
        "id": "bread",
        "title": "How rye bread is baked",
        "text": BREAD,
        "source": "Kitchen Weekly",
        "published_at": "2021-06-01",
        "tags": ["food"],
    },
]
WHO = "Who built the lighthouse of Karvel Point?"
UNANSWERABLE = "What is the capital of Mongolia?"


@pytest.fixture(scope="module")
def data_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("desk")


@pytest.fixture(scope="module")
def indexer(data_dir: Path) -> Indexer:
    """The collection; a test that changes it takes away what it added."""
    indexer = open_indexer(Settings(data_dir=data_dir).index_options())
    assert not indexer.add_fields(ARTICLES).refused
    return indexer


@pytest.fixture(scope="module")
def searcher(indexer: Indexer) -> Searcher:
    return indexer.searcher()


@pytest.fixture(scope="module")
def desk(data_dir: Path, searcher: Searcher) -> Desk:
    return open_desk(Settings(data_dir=data_dir), searcher)


def test_an_answer_is_in_the_articles_words_with_numbered_quotes(desk: Desk) -> None:
    answer = desk.ask(Question(question=WHO))
    assert answer.status == "answered"
    assert "built in 1874 by the engineer Ada Lindqvist" in answer.answer
    assert "[1]" in answer.answer


def test_the_answer_is_its_sentences_each_followed_by_its_numbers(desk: Desk) -> None:
    answer = desk.ask(Question(question=WHO))
    written = [
        f"{sentence.text} " + " ".join(f"[{number}]" for number in sentence.citations)
        for sentence in answer.sentences
    ]
    assert answer.answer == " ".join(written)


@pytest.mark.parametrize("question", [WHO, "How long does rye bread bake?", UNANSWERABLE])
def test_every_citation_is_the_stored_text_at_its_offsets(desk: Desk, question: str) -> None:
    citations = desk.ask(Question(question=question)).citations
    assert citations
    for citation in citations:
        article = desk.searcher.article(citation.article_id)
        assert article is not None
        assert article.text[citation.start : citation.end] == citation.quote


def test_what_the_articles_do_not_say_is_not_found(desk: Desk) -> None:
    answer = desk.ask(Question(question=UNANSWERABLE))
    assert (answer.status, answer.answer, answer.sentences) == ("not_found", NOT_FOUND, ())


def test_not_found_shows_the_nearest_passages_as_no_support(desk: Desk) -> None:
    citations = desk.ask(Question(question=UNANSWERABLE)).citations
    assert citations
    assert not any(citation.supports for citation in citations)


def test_an_empty_collection_answers_that_it_does_not_say(tmp_path: Path) -> None:
    answer = open_desk(Settings(data_dir=tmp_path)).ask(Question(question=WHO))
    assert (answer.status, answer.citations, answer.confidence) == ("not_found", (), 0.0)


def test_only_articles_that_pass_the_filters_may_answer(desk: Desk) -> None:
    kept = QuestionFilters(article_ids=("bread",))
    answer = desk.ask(Question(question=WHO, filters=kept))
    assert answer.status == "not_found"
    assert {citation.article_id for citation in answer.citations} == {"bread"}


@pytest.mark.parametrize(
    "filters",
    [
        QuestionFilters(article_ids=("bread",)),
        QuestionFilters(sources=("Kitchen Weekly",)),
        QuestionFilters(tags=("food",)),
        QuestionFilters(published_after="2021-01-01"),
    ],
)
def test_every_filter_reaches_the_search(desk: Desk, filters: QuestionFilters) -> None:
    hits = desk.search(WHO, filters, 8).hits
    assert {hit.article.id for hit in hits} == {"bread"}


def test_the_date_filter_has_an_upper_end_too(desk: Desk) -> None:
    hits = desk.search("bread", QuestionFilters(published_before="2020-12-31"), 8).hits
    assert {hit.article.id for hit in hits} == {"lighthouse"}


def test_search_gives_no_more_passages_than_asked_for(desk: Desk) -> None:
    assert len(desk.search("lighthouse", QuestionFilters(), 1).hits) == 1


def test_white_space_around_a_question_is_no_part_of_it(desk: Desk) -> None:
    answer = desk.ask(Question(question=f"\n  {WHO}\t"))
    assert answer.question == answer.standalone_question == WHO


def test_the_same_question_has_the_same_answer(desk: Desk) -> None:
    own = {"id", "conversation_id", "timings_ms"}
    first, second = desk.ask(Question(question=WHO)), desk.ask(Question(question=WHO))
    assert first.model_dump(exclude=own) == second.model_dump(exclude=own)


def test_every_answer_has_an_id_and_a_conversation_of_its_own(desk: Desk) -> None:
    first, second = desk.ask(Question(question=WHO)), desk.ask(Question(question=WHO))
    ids = {first.id, second.id, first.conversation_id, second.conversation_id}
    assert len(ids) == 4
    assert all(re.fullmatch(r"[0-9a-f]{32}", one) for one in ids)


def test_an_answer_is_kept_as_given(desk: Desk) -> None:
    answer = desk.ask(Question(question=WHO))
    assert desk.records.answer(answer.id) == answer


def test_a_conversation_goes_on_under_its_id(desk: Desk) -> None:
    talk = uuid4().hex
    turns = [desk.ask(Question(question=q, conversation_id=talk)) for q in (WHO, UNANSWERABLE)]
    assert desk.records.conversation(talk) == tuple(turns)


def test_an_answer_names_the_generation_it_was_read_from(desk: Desk, indexer: Indexer) -> None:
    before = desk.ask(Question(question=WHO)).generation
    indexer.add_fields([{"id": "news", "title": "News", "text": "The harbour froze in 1963."}])
    during = desk.ask(Question(question="When did the harbour freeze?"))
    indexer.remove(["news"])
    assert during.generation == before + 1
    assert during.citations[0].quote == "The harbour froze in 1963."


def test_a_removed_article_answers_no_more(desk: Desk, indexer: Indexer) -> None:
    indexer.add_fields([{"id": "mill", "title": "Mill", "text": "The mill closed in 1911."}])
    question = Question(question="When did the mill close?")
    answered = desk.ask(question)
    indexer.remove(["mill"])
    assert answered.status == "answered"
    assert "mill" not in {one.article_id for one in desk.ask(question).citations}


def test_a_stricter_threshold_falls_silent(data_dir: Path, searcher: Searcher, desk: Desk) -> None:
    strict = open_desk(Settings(data_dir=data_dir, answer_threshold=1.0), searcher)
    question = Question(question=WHO)
    assert strict.ask(question).status == "not_found"
    assert strict.ask(question).confidence == desk.ask(question).confidence


def test_no_threshold_at_all_answers_with_whatever_comes_nearest(
    data_dir: Path, searcher: Searcher
) -> None:
    lax = open_desk(Settings(data_dir=data_dir, answer_threshold=0.0), searcher)
    assert lax.ask(Question(question=UNANSWERABLE)).status == "answered"


def test_the_stages_take_no_longer_than_the_whole(desk: Desk) -> None:
    timings = desk.ask(Question(question=WHO)).timings_ms
    assert timings.retrieve > 0
    assert timings.answer > 0
    assert timings.retrieve + timings.rerank + timings.answer <= timings.total + 0.02  # rounding


@settings(max_examples=25)
@given(
    st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=200).filter(
        lambda text: bool(text.strip())
    )
)
def test_any_text_can_be_asked(desk: Desk, text: str) -> None:
    answer = desk.ask(Question(question=text))
    used = {number for sentence in answer.sentences for number in sentence.citations}
    supporting = {citation.number for citation in answer.citations if citation.supports}
    assert used == supporting
    assert (answer.status == "answered") == bool(used)
    assert 0 <= answer.confidence <= 1


def test_a_story_that_two_articles_print_is_answered_from_once(
    indexer: Indexer, desk: Desk
) -> None:
    copy = {"id": "copy", "title": "Karvel Point", "text": LIGHTHOUSE, "source": "Harbour Post"}
    indexer.add_fields([copy])
    try:
        answer = desk.ask(Question(question=WHO))
    finally:
        indexer.remove(["copy"])
    assert len(answer.sentences) == 1
    (citation,) = answer.citations
    assert {citation.article_id, *citation.also_in} == {"lighthouse", "copy"}


def test_an_answer_that_is_not_to_be_kept_is_nobodys_turn(desk: Desk) -> None:
    talk = uuid4().hex
    asked = Question(question=WHO, conversation_id=talk)
    answer = desk.ask(asked, keep_if=lambda _answer: False)
    assert answer.status == "answered"
    assert desk.records.answer(answer.id) is None
    assert not desk.records.has_conversation(talk)
    kept = desk.ask(asked, keep_if=lambda answer: answer.status == "answered")
    assert desk.records.answer(kept.id) == kept
