"""What BM25 counts."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from index.engines.local.terms import pairs, query_words


def test_words_are_stems_in_lower_case_without_accents() -> None:
    assert query_words("Exported CAFÉS exporting") == ["export", "cafe"]


def test_words_that_say_nothing_are_left_out_unless_they_are_all_there_is() -> None:
    assert query_words("Why did the corn spoil?") == ["corn", "spoil"]
    assert query_words("What is it?") != []


def test_scripts_without_spaces_are_taken_by_character() -> None:
    assert query_words("中文") == ["中", "文"]


def test_pairs_are_neighbours_in_any_order() -> None:
    assert pairs("imports of corn") == pairs("corn imports") == ["corn_import"]


@given(st.text(max_size=80))
def test_any_text_gives_each_word_once(text: str) -> None:
    words = query_words(text)
    assert len(words) == len(set(words))
