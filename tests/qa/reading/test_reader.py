"""The bundled reader at work on real passages."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.article import ArticleMetadata, Passage
from index.searcher import Hit
from qa.reading import open_reader
from qa.reading.reader import TrainedReader
from qa.reading.weighing import Logistic

LIGHTHOUSE = (
    "The lighthouse of Karvel Point was built in 1874 by the engineer Ada Lindqvist. It stands "
    "41 metres above the sea. The lamp was electrified in 1932."
)
BREAD = "Rye bread needs a sourdough starter. The loaf bakes for 90 minutes in a falling oven."
HARBOUR = "The harbour froze in the winter of 1963, and no ship came in for seven weeks."


def hit(text: str, number: int, start: int = 0) -> Hit:
    passage = Passage(f"article {number}", start, start + len(text), text)
    metadata = ArticleMetadata(f"article {number}", text.split(".")[0][:30])
    return Hit(passage, metadata, score=1 / (1 + number), dense=0.4, lexical=2.0)


HITS = [hit(text, number) for number, text in enumerate((BREAD, HARBOUR, LIGHTHOUSE))]


@pytest.fixture(scope="module")
def reader() -> TrainedReader:
    return open_reader()


def test_the_sentence_that_answers_comes_first_with_the_answer_lit_up(
    reader: TrainedReader,
) -> None:
    best = reader.read("Who built the lighthouse of Karvel Point?", HITS).evidence[0]
    assert best.text.startswith("The lighthouse of Karvel Point was built in 1874")
    assert "Ada Lindqvist" in best.answer


def test_the_passage_that_answers_is_ranked_first(reader: TrainedReader) -> None:
    reading = reader.read("How long does the rye loaf bake?", HITS[::-1])
    assert reading.hits[0].passage.text == BREAD


def test_a_question_that_nothing_answers_is_less_sure(reader: TrainedReader) -> None:
    known = reader.read("When did the harbour freeze?", HITS).answerability
    unknown = reader.read("Who is the president of Mongolia?", HITS).answerability
    assert unknown < 0.3 < known


def test_passages_beyond_those_read_keep_their_order_behind_them(reader: TrainedReader) -> None:
    many = [*HITS, *(hit(f"Remark {n} says nothing at all.", n) for n in range(3, 14))]
    ranked = reader.read("Who built the lighthouse?", many).hits
    assert sorted(one.article.id for one in ranked) == sorted(one.article.id for one in many)
    scores = [one.score for one in ranked]
    assert scores == sorted(scores, reverse=True)


def test_offsets_count_in_the_article_not_in_the_passage(reader: TrainedReader) -> None:
    moved = hit(LIGHTHOUSE, 7, start=1000)
    best = reader.read("When was the lamp electrified?", [moved]).evidence[0]
    assert best.answer in "in 1932"
    assert best.sentence.start >= 1000


def test_nothing_to_read_gives_nothing(reader: TrainedReader) -> None:
    reading = reader.read("Who built it?", [])
    assert (reading.hits, reading.evidence, reading.answerability) == ((), (), 0.0)


def test_passages_without_a_word_do_not_end_the_reading(reader: TrainedReader) -> None:
    blank = [hit(" ", number) for number in range(3, 9)]
    reading = reader.read("How long does the rye loaf bake?", [*blank, *HITS])
    assert reading.evidence[0].hit.passage.text == BREAD


@settings(max_examples=30)
@given(question=st.text(max_size=300), text=st.text(min_size=1, max_size=400))
def test_any_question_and_passage_can_be_read(
    reader: TrainedReader, question: str, text: str
) -> None:
    question, text = (t.encode("utf-8", "replace").decode() for t in (question, text))
    passage = Passage("a", 5, 5 + len(text), text)
    reading = reader.read(question, [Hit(passage, ArticleMetadata("a", "T"), 1.0, 0.5, 1.0)])
    for one in reading.evidence:
        assert 0 <= one.probability <= 1
        assert 5 <= one.sentence.start <= one.sentence.end <= 5 + len(text)
        assert all(
            one.sentence.start <= lit.start < lit.end <= one.sentence.end for lit in one.highlights
        )


def test_a_logistic_regression_is_what_the_textbook_says() -> None:
    one = Logistic({"margin": 1.0, "rank": -2.0}, 0.5)
    known = {"margin": 3.0, "rank": 1.0, "cosine": 9.0}
    assert one.probability(known) == pytest.approx(1 / (1 + math.exp(-1.5)))


@given(st.floats(-1e9, 1e9))
def test_a_probability_stays_one_at_any_distance(value: float) -> None:
    assert 0 <= Logistic({"margin": 1.0}, 0.0).probability({"margin": value}) <= 1


def test_no_sentence_is_surer_than_the_one_before_it(reader: TrainedReader) -> None:
    evidence = reader.read("When was the lamp of the lighthouse electrified?", HITS).evidence
    sure = [one.probability for one in evidence]
    assert len(sure) > 1
    assert sure == sorted(sure, reverse=True)
