"""Where in a sentence an answer of the expected kind could stand."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

from index.article import Span
from qa.evidence.question import Kind
from qa.evidence.vocabulary import Vocabulary
from qa.evidence.words import Word, split_words

_MONTHS = split_words(
    "january february march april may june july august september october november december jan "
    "feb mar apr jun jul aug sept sep oct nov dec"
)
_DAYS = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
_CALENDAR = frozenset(_MONTHS + _DAYS)
_TIME_NOUNS = frozenset(
    split_words(
        "yesterday today tonight tomorrow morning afternoon evening night week weeks month "
        "months year years decade decades century centuries day days hour hours minute minutes "
        "era spring summer autumn winter weekend noon midnight ago"
    )
)
_AMOUNTS = frozenset(
    split_words(
        "hundred hundreds thousand thousands million millions billion billions trillion dozen "
        "dozens half third quarter several few couple percent twice double triple majority most "
        "many all none every daily weekly monthly annually once thrice"
    )
)
_YEAR = re.compile(r"(1\d|20)\d\ds?|\d{1,2}(st|nd|rd|th)")
_REASONS = re.compile(
    r"\b(because|due to|since|as a result|owing to|thanks to|so that|in order to|caused?|causing|"
    r"led to|leading to|prompted|triggered|therefore|thus|hence|resulted?|began as|driven by|"
    r"in response|after|when|so as|for fear|aim(?:ed|s|ing)? (?:to|at)|out of)\b|"
    r"(?:^|\s)to (?=[a-z])",
    re.IGNORECASE,
)
_MANNERS = re.compile(r"\b(by|with|using|through|via|as|like|method|way|means)\b", re.IGNORECASE)
_SAYS = re.compile(
    r"[“\"«][^”\"»]{3,}|\b(?:says?|said|told|tells?|called|calls|described?|claim(?:s|ed)|argue[sd]|"
    r"announced|warned|warns|promised|suggest(?:s|ed)|explain(?:s|ed)|according to|wrote|writes)\b",
    re.IGNORECASE,
)
_COPULA = re.compile(
    r"\b(?:is|are|was|were)\b\s+(?:an?|the|one|considered|defined|called|known)\b|, an? |, the |"
    r"\b(?:refers? to|means|known as|called|defined as)\b",
    re.IGNORECASE,
)


def candidates(
    kind: Kind, text: str, found: Sequence[Word], asked: frozenset[str], vocabulary: Vocabulary
) -> list[Span]:
    """Spans of `text` that could answer a question of this kind.

    `found` are the words of `text`; words whose stem is in `asked` (the question's own) do not
    answer it. Kinds without a telling form (thing, decision, other) have no candidates.
    """
    finder = _FINDERS.get(kind)
    return list(finder(text, found, asked, vocabulary)) if finder else []


def names(
    found: Sequence[Word], text: str, asked: frozenset[str], vocabulary: Vocabulary
) -> Iterator[Span]:
    """Runs of capitalised words that are names and not in the question."""
    run: list[Word] = []
    for word in found:
        apart = run and text[run[-1].end : word.start] not in {" ", ". ", "-"}
        if run and (apart or not _is_name(word, found, vocabulary)):
            yield from _new_run(run, asked)
            run = []
        if _is_name(word, found, vocabulary):
            run.append(word)
    yield from _new_run(run, asked)


def _new_run(run: Sequence[Word], asked: frozenset[str]) -> Iterator[Span]:
    if any(word.stem not in asked for word in run):
        yield Span(run[0].start, run[-1].end)


def _is_name(word: Word, found: Sequence[Word], vocabulary: Vocabulary) -> bool:
    if not word.capital or word.number or word.function or word.form in _CALENDAR:
        return False
    return word is not found[0] or vocabulary.name_share(word.form) > 0.4


def _people(
    text: str, found: Sequence[Word], asked: frozenset[str], vocabulary: Vocabulary
) -> Iterator[Span]:
    """Names that hold nobody from the question: "President Tokayev" does not say who asked him."""
    for span in names(found, text, asked, vocabulary):
        own = [word for word in found if span.start <= word.start < span.end]
        if not any(w.stem in asked and vocabulary.name_share(w.form) > 0.5 for w in own):
            yield span


def _places(
    text: str, found: Sequence[Word], asked: frozenset[str], vocabulary: Vocabulary
) -> Iterator[Span]:
    return names(found, text, asked, vocabulary)


def _times(
    _text: str, found: Sequence[Word], asked: frozenset[str], _vocabulary: Vocabulary
) -> Iterator[Span]:
    for word in found:
        calendar = word.form in _CALENDAR and word.capital
        timely = calendar or word.form in _TIME_NOUNS or _YEAR.fullmatch(word.form)
        if timely and word.stem not in asked:
            yield Span(word.start, word.end)


def _quantities(
    _text: str, found: Sequence[Word], asked: frozenset[str], _vocabulary: Vocabulary
) -> Iterator[Span]:
    for word in found:
        if (word.number or word.form in _AMOUNTS) and word.stem not in asked:
            yield Span(word.start, word.end)


def _matches(pattern: re.Pattern[str]) -> _Finder:
    def find(
        text: str, _found: Sequence[Word], _asked: frozenset[str], _vocabulary: Vocabulary
    ) -> Iterator[Span]:
        return (Span(*match.span()) for match in pattern.finditer(text))

    return find


_Finder = Callable[[str, Sequence[Word], frozenset[str], Vocabulary], Iterator[Span]]
_FINDERS: dict[Kind, _Finder] = {
    Kind.PERSON: _people,
    Kind.PLACE: _places,
    Kind.TIME: _times,
    Kind.QUANTITY: _quantities,
    Kind.REASON: _matches(_REASONS),
    Kind.MANNER: _matches(_MANNERS),
    Kind.STATEMENT: _matches(_SAYS),
    Kind.DEFINITION: _matches(_COPULA),
}
