"""How the evidence reader sees words."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from qa.evidence.words import acronyms, words


def forms(text: str) -> list[str]:
    return [word.form for word in words(text)]


def test_possessives_and_commas_in_numbers_do_not_matter() -> None:
    assert forms("China’s 1,200 farmers' carts") == ["china", "1200", "farmers", "carts"]


def test_number_words_are_numbers() -> None:
    assert forms("two men") == ["2", "men"]


def test_the_country_us_is_not_the_pronoun_us() -> None:
    assert forms("The U.S. and US told us") == ["the", "usa", "and", "usa", "told", "us"]


def test_a_hyphen_parts_words() -> None:
    assert forms("Russian-led in 2018-19") == ["russian", "led", "in", "2018", "19"]


def test_scripts_without_spaces_give_a_word_a_character() -> None:
    assert forms("中国は") == ["中", "国", "は"]


def test_capitals_throughout_tell_nothing() -> None:
    assert not any(word.capital for word in words("WHO IS DOUG KLAIN"))


def test_names_give_their_initials() -> None:
    text = "the Collective Security Treaty Organization met in the United States of America"
    assert {letters for letters, _, _ in acronyms(words(text), text)} == {"csto", "usa"}


@given(st.text(max_size=300))
def test_every_word_lies_where_it_says_in_any_text(text: str) -> None:
    last = 0
    for word in words(text):
        assert last <= word.start < word.end <= len(text)
        assert word.form
        last = word.end
