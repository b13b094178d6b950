"""One story printed by several articles is taken once; a corrected one is another story."""

from __future__ import annotations

import pytest

from qa.near_duplicates import says_nearly, told_apart
from tests.qa.evidence import hit_on

STORY = (
    "The ferry between Karvel and the mainland was taken out of service on Monday after a crack "
    "was found in its hull. The owner, Marten Lines, said repairs would take 6 weeks and that "
    "buses would carry passengers over the old bridge until then. About 900 people use it a day."
)
REPRINT = STORY.replace("was taken out", "has been taken out").replace("until then", "meanwhile")


def test_the_first_of_two_reprints_is_read() -> None:
    story, reprint, other = hit_on(STORY, "a"), hit_on(REPRINT, "b"), hit_on("A bridge.", "c")
    assert told_apart([story, reprint, other]) == ((story, other), (reprint,))
    assert told_apart([reprint, other, story]) == ((reprint, other), (story,))


@pytest.mark.parametrize(("old", "new"), [("6 weeks", "9 weeks"), ("Marten Lines", "Osprey")])
def test_a_story_with_another_number_or_name_is_told_apart(old: str, new: str) -> None:
    both = hit_on(STORY, "a"), hit_on(STORY.replace(old, new), "b")
    assert told_apart(both) == (both, ())


def test_passages_of_one_article_are_told_apart() -> None:
    both = hit_on(STORY, "a"), hit_on(STORY + " " + STORY, "a", end=len(STORY))
    assert told_apart(both) == (both, ())


def test_a_quote_is_found_in_a_longer_text_that_says_it_nearly() -> None:
    quote = STORY[: STORY.index(" The owner")]
    assert says_nearly(STORY, quote)
    assert says_nearly(REPRINT, quote)
    assert not says_nearly(STORY.replace("Monday", "Tuesday"), quote)
    assert not says_nearly("The ferry between Karvel and the mainland is late.", quote)


def test_short_texts_are_compared_word_for_word() -> None:
    assert told_apart([]) == ((), ())
    assert says_nearly("It is  late\ntoday.", "late today")
    assert not says_nearly("It is late.", "late today")
