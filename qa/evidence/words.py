"""Text → words: forms, stems, capitals and numbers, with true offsets."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

import Stemmer

_WORD = re.compile(
    r"\d+(?:[.,:]\d+)*(?:st|nd|rd|th|s)?(?![^\W\d_])"  # 80 · 1,200 · 3.5 · 10th · 1990s
    r"|(?:[^\W\d_]\.){2,}"  # U.S. · Ph.D.
    r"|[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\u0e00-\u0e7f]"  # written without spaces
    r"|[^\W_]+(?:['’][^\W\d_]+)*"  # don't · O'Brien · G7
)
_POSSESSIVE = re.compile(r"['’]s?$|['’]s$")


def split_words(text: str) -> list[str]:
    """A list of words written as one text, apart at its spaces."""
    return text.split()


_NUMBER_WORDS = split_words(
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen "
    "fifteen sixteen seventeen eighteen nineteen twenty"
)
_DIGITS = {word: str(value) for value, word in enumerate(_NUMBER_WORDS)}
# Abbreviations that would be taken for function words, and their other spellings.
_ABBREVIATIONS = {
    "US": "usa",
    "U.S.": "usa",
    "U.S.A.": "usa",
    "U.K.": "uk",
    "U.N.": "un",
    "E.U.": "eu",
    "WHO": "who.",
    "IT": "it.",
}

FUNCTION_WORDS = frozenset(
    split_words(
        "a about above after again against all also am an and any are aren't as at be because "
        "been before being below between both but by can can't could couldn't did didn't do "
        "does doesn't doing don't down during each else ever few for from further had hadn't "
        "has hasn't have haven't having he he'd he'll he's her here hers herself him himself "
        "his i i'd i'll i'm i've if in into is isn't it it's its itself just let me more most "
        "much my myself nor not now of off on once only onto or other our ours ourselves out "
        "over own per same shall she she's should shouldn't so some such than that that's the "
        "their theirs them themselves then there these they they'd they'll they're they've this "
        "those though through to too toward towards under until up upon us very was wasn't we "
        "we'd we'll we're we've were weren't will with within without won't would wouldn't yet "
        "you you'd you'll you're you've your yours yourself yourselves who whom whose what "
        "which when where why how s t"
    )
)

_STEMMER = Stemmer.Stemmer("english")


class Word(NamedTuple):
    """One word of a text at `text[start:end]`.

    `form` is lower-case, without possessive and without the dots of an abbreviation; number
    words up to twenty are digits. `capital` says that it was written with a capital first letter,
    `function` that it carries grammar rather than content.
    """

    form: str
    stem: str
    start: int
    end: int
    capital: bool
    number: bool
    function: bool


def words(text: str) -> list[Word]:
    """Every word of `text` in order. Scripts without spaces give one word a character."""
    # A text in capitals throughout tells nothing by its capitals.
    shouting = text.isupper()
    return [_word(match.group(), match.start(), shouting) for match in _WORD.finditer(text)]


def _word(written: str, start: int, shouting: bool) -> Word:
    form, stem, number, function = _analysed(written, shouting)
    capital = written[0].isupper() and not shouting
    return Word(form, stem, start, start + len(written), capital, number, function)


@lru_cache(maxsize=65_536)
def _analysed(written: str, shouting: bool) -> tuple[str, str, bool, bool]:
    form = _form(written, shouting)
    number = form[0].isdigit()
    return form, form if number else _STEMMER.stemWord(form), number, form in FUNCTION_WORDS


def _form(written: str, shouting: bool) -> str:
    if not shouting and written in _ABBREVIATIONS:
        return _ABBREVIATIONS[written]
    form = _POSSESSIVE.sub("", written.lower().replace("’", "'")) or written.lower()
    if form[0].isdigit():
        return form.replace(",", "")
    form = form.replace(".", "") or form
    return _DIGITS.get(form, form)


def acronyms(found: Sequence[Word], text: str) -> list[tuple[str, int, int]]:
    """Initials of each run of two to six capitalised words, as `(initials, first, after)`.

    Small words inside a run ("of", "the", "and", "for") are stepped over: "World Health
    Organization" gives `who`, "Bank of England" gives `be`.
    """
    runs: list[tuple[str, int, int]] = []
    first = 0
    while first < len(found):
        if not found[first].capital:
            first += 1
            continue
        after = _run_end(found, first, text)
        initials = "".join(text[word.start].lower() for word in found[first:after] if word.capital)
        if 2 <= len(initials) <= 6:
            runs.append((_ABBREVIATIONS.get(initials.upper(), initials), first, after))
        first = max(after, first + 1)
    return runs


def _run_end(found: Sequence[Word], first: int, text: str) -> int:
    """The index after the run of capitalised words that starts at `first` (or `first`)."""
    after = first
    position = first
    while position < len(found):
        word = found[position]
        if position > first and not _joined(found[position - 1], word, text):
            break
        if word.capital and not word.number and not word.function:
            after = position + 1
        elif position == first or word.form not in {"of", "the", "and", "for", "&"}:
            break
        position += 1
    return after


def _joined(left: Word, right: Word, text: str) -> bool:
    return text[left.end : right.start].strip() in {"", "-", "&"}
