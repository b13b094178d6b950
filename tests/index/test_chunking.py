"""Passages: whole sentences, true offsets, never across a heading."""

from __future__ import annotations

import itertools
import re
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from index.article import Span
from index.chunking import MAX_WORDS, MIN_WORDS, OVERLAP_WORDS, chunk
from index.sentences import sentence_spans
from index.structure import blocks

SAMPLE = (Path(__file__).resolve().parents[2] / "articles" / "kazakhstan-crackdown.txt").read_text(
    "utf-8"
)

WORDS = st.text("abcdefgh XYZ", min_size=1, max_size=60).map(str.strip).filter(bool)
ARTICLES = st.lists(
    st.one_of(
        WORDS.map(lambda words: f"{words.capitalize()}. "), st.sampled_from(["\n\n", "# Part\n\n"])
    ),
    max_size=80,
).map("".join)


def passages(text: str) -> list[str]:
    return [text[one.start : one.end] for one in chunk(text)]


@settings(max_examples=60)
@given(st.text(max_size=2_000))
def test_any_text_is_cut_at_true_offsets(text: str) -> None:
    for one in chunk(text):
        piece = text[one.start : one.end]
        assert 0 <= one.start < one.end <= len(text)
        assert piece == piece.strip() != ""


@settings(max_examples=60)
@given(ARTICLES)
def test_every_sentence_outside_headings_and_furniture_is_in_a_passage(text: str) -> None:
    covered = {place for one in chunk(text) for place in range(one.start, one.end)}
    for block in blocks(text):
        if block.kind == "paragraph":
            visible = {p for p in range(block.start, block.end) if not text[p].isspace()}
            assert visible <= covered


@settings(max_examples=60)
@given(ARTICLES)
def test_no_passage_reaches_over_a_heading(text: str) -> None:
    found = blocks(text)
    if all(block.kind == "heading" for block in found):
        return
    headings = [block for block in found if block.kind == "heading"]
    for one in chunk(text):
        assert not any(one.start < heading.end and heading.start < one.end for heading in headings)


@settings(max_examples=60)
@given(ARTICLES)
def test_passages_come_in_order_and_share_whole_sentences_only(text: str) -> None:
    found = chunk(text)
    starts = {
        span.start
        for block in blocks(text)
        for span in sentence_spans(text, block.start, block.end)
    }
    for before, after in itertools.pairwise(found):
        assert before.start < after.start
        assert before.end < after.end
        if after.start < before.end:
            assert after.start in starts
            assert len(text[after.start : before.end].split()) <= max(OVERLAP_WORDS, MIN_WORDS)


def test_passages_are_not_longer_than_the_limit() -> None:
    text = "The pier is long. It was rebuilt in 1995 after a fire had taken most of it. " * 60
    assert all(len(piece.split()) <= MAX_WORDS for piece in passages(text))
    assert len(passages(text)) > 5


def test_an_endless_sentence_is_cut_between_words() -> None:
    words = [f"word{number}" for number in range(500)]
    found = passages(" ".join(words))
    assert all(len(piece.split()) <= MAX_WORDS for piece in found)
    assert {word for piece in found for word in piece.split()} == set(words)


def test_a_script_without_spaces_is_cut_too() -> None:
    text = "中国は2018年にウクライナから多くのトウモロコシを買った。" * 40
    found = passages(text)
    assert len(found) > 3
    assert all(len(piece) <= 3 * MAX_WORDS for piece in found)


def test_headings_that_the_format_marks_are_kept_apart() -> None:
    text = "Piers\nThey are long.\nPlanks\nThey are of oak."
    headings = [Span(0, 5), Span(text.index("Planks"), text.index("Planks") + 6)]
    assert [(one.heading, text[one.start : one.end]) for one in chunk(text, headings)] == [
        ("Piers", "They are long."),
        ("Planks", "They are of oak."),
    ]


def test_abbreviations_do_not_end_a_sentence() -> None:
    text = "The U.S. trade war hurt. Dr. Harley Balzer said so at 3.5 percent. Mr. Xi agreed."
    assert [text[span.start : span.end] for span in sentence_spans(text)] == [
        "The U.S. trade war hurt.",
        "Dr. Harley Balzer said so at 3.5 percent.",
        "Mr. Xi agreed.",
    ]


def test_web_furniture_of_the_sample_is_in_no_passage() -> None:
    whole = "\n".join(passages(SAMPLE))
    for furniture in (
        "has removed its comment section",
        "Most Popular",
        "Load more",
        "See all Video",
    ):
        assert furniture in SAMPLE
        assert furniture not in whole
    assert not any(re.match(r"Tags\b", piece) for piece in passages(SAMPLE))


def test_the_authors_note_of_the_sample_stays_a_passage() -> None:
    assert any("is an assistant director at" in piece for piece in passages(SAMPLE))


def test_remarks_in_brackets_stay_with_the_sentence_they_are_about() -> None:
    text = "He left. [12] [citation needed] On Monday a law was signed. It holds."
    assert [text[span.start : span.end] for span in sentence_spans(text)] == [
        "He left. [12] [citation needed]",
        "On Monday a law was signed.",
        "It holds.",
    ]


def test_an_abbreviation_behind_a_hyphen_does_not_end_a_sentence() -> None:
    text = "The third is Trinity-St. Paul's Church. It stands."
    spans = sentence_spans(text)
    assert text[spans[0].start : spans[0].end] == "The third is Trinity-St. Paul's Church."


def test_a_sentence_that_mentions_furniture_stays() -> None:
    text = (
        "The paper said that it has tags. Readers of the site load more pages each year than ever."
    )
    assert passages(text) == [text]
