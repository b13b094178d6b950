"""Text into what BM25 counts: stems of words, and pairs of stems that stand side by side."""

from __future__ import annotations

import re
from functools import cache
from itertools import pairwise

import tantivy

# Words so common in questions that they say nothing about where the answer is.
_STOP_WORDS = frozenset(
    re.findall(
        r"\w+",
        "a about an and any are as at be been being but by can could did do does for from had has "
        "have he her his how i if in into is it its me my of on or our she so than that the their "
        "them then there these they this those to us was we were what when where which who whom "
        "whose why will with would you your",
    )
)
# Scripts written without spaces are taken character by character.
_UNSPACED = re.compile("([\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af])")


@cache
def analyzer() -> tantivy.TextAnalyzer:
    """Words in lower case, without accents, as English stems."""
    return (
        tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple())
        .filter(tantivy.Filter.remove_long(80))
        .filter(tantivy.Filter.lowercase())
        .filter(tantivy.Filter.ascii_fold())
        .filter(tantivy.Filter.stemmer("English"))
        .build()
    )


@cache
def _stop_stems() -> frozenset[str]:
    return frozenset(analyzer().analyze(" ".join(_STOP_WORDS)))


def spaced(text: str) -> str:
    """`text` with spaces around the characters of scripts that write none."""
    return _UNSPACED.sub(r" \1 ", text)


def query_words(query: str) -> list[str]:
    """The stems that a query is looked up by: without stop words, unless nothing else is left."""
    words = re.findall(r"\w+", spaced(query).lower())
    telling = [word for word in words if word not in _STOP_WORDS] or words
    return list(dict.fromkeys(analyzer().analyze(" ".join(telling))))


def pairs(text: str) -> list[str]:
    """Neighbouring stems, stop words left out, each pair in the order of the alphabet.

    Two words of the question side by side say more than the same two far apart (Metzler and
    Croft, "A Markov Random Field Model for Term Dependencies", SIGIR 2005).
    """
    stems = analyzer().analyze(spaced(text))
    telling = [stem for stem in stems if stem not in _stop_stems()]
    return ["_".join(sorted(pair)) for pair in pairwise(telling)]
