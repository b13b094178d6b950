"""What a question asks for: its content words, and the kind of answer it expects."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from qa.evidence.vocabulary import Vocabulary
from qa.evidence.words import FUNCTION_WORDS, Word, acronyms, split_words, words

MAX_TERMS = 40
_NAME_SHARE = 0.5


class Kind(Enum):
    """The kind of answer a question expects."""

    PERSON = "person"
    TIME = "time"
    PLACE = "place"
    QUANTITY = "quantity"
    REASON = "reason"
    MANNER = "manner"
    DEFINITION = "definition"
    STATEMENT = "statement"
    DECISION = "decision"
    THING = "thing"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Term:
    """One content word of the question and how much it weighs (0..1)."""

    form: str
    stem: str
    weight: float
    name: bool
    number: bool
    initials: str


@dataclass(frozen=True, slots=True)
class AskedQuestion:
    """A question taken apart.

    `focus` holds the words that only name the kind of answer ("which *organisation*"); they are
    not among the `terms`.
    """

    kind: Kind
    terms: tuple[Term, ...]
    focus: tuple[Term, ...]
    asks_reason: bool


_TIME_WORDS = frozenset(
    split_words(
        "year years date day month months week decade century time period era season age hour"
    )
)
_PLACE_WORDS = frozenset(
    split_words(
        "country countries city cities town state states place region location continent area "
        "province nation village street island capital county"
    )
)
_PERSON_WORDS = frozenset(
    split_words(
        "person people president minister author leader man woman king queen emperor official "
        "actor director player scientist politician artist writer founder commander member"
    )
)
_QUANTITY_WORDS = frozenset(
    split_words(
        "percentage percent number price population amount cost rate proportion share distance "
        "height length size total fraction temperature salary budget weight speed age value"
    )
)
_HOW_QUANTITY = frozenset(
    split_words(
        "many much long far old tall big large high deep often fast few small heavy wide "
        "frequently soon expensive"
    )
)
_REASON_WORDS = frozenset(
    split_words(
        "why reason reasons cause causes caused cause led prompted motivated purpose start "
        "started trigger triggered"
    )
)
_SAY_STEMS = frozenset(
    split_words(
        "say said says tell told think respond describe comment claim argue state announce warn "
        "promise suggest explain call"
    )
)
_AUXILIARIES = frozenset(
    split_words(
        "is are was were do does did has have had can could will would shall should may might "
        "must be been being am isn't aren't wasn't weren't don't doesn't didn't"
    )
)
_DOING = frozenset({"do", "does", "did", "has", "have", "had"})
_ASKING = frozenset(
    {"who", "who.", "whom", "whose", "what", "which", "when", "where", "why", "how"}
)
_MANNERS_OF_SPEECH = frozenset(
    split_words("please tell me explain describe know find give list name many much kind type sort")
)


def take_apart(question: str, vocabulary: Vocabulary) -> AskedQuestion:
    """Analyses any text as a question; never fails, at worst there are no terms."""
    found = words(question)
    asking = next((i for i, word in enumerate(found) if _bare(word) in _ASKING), None)
    focus = _focus(found, asking)
    kind = _kind(found, asking, focus)
    initials = _initials(found, question)
    terms: list[Term] = []
    set_aside: list[Term] = []
    for position, word in enumerate(found):
        if not _content(word, position, asking, kind):
            continue
        term = _term(word, initials.get(position, ""), vocabulary)
        (set_aside if position in focus else terms).append(term)
    if not terms:
        terms, set_aside = set_aside, []
    terms = sorted(_once(terms), key=lambda term: -term.weight)[:MAX_TERMS]
    why = any(word.form in _REASON_WORDS for word in found)
    return AskedQuestion(kind, tuple(terms), tuple(_once(set_aside)[:MAX_TERMS]), why)


def _bare(word: Word) -> str:
    """The form, with what's and who're cut to the asking word."""
    return word.form.split("'")[0]


def _content(word: Word, position: int, asking: int | None, kind: Kind) -> bool:
    if word.form in FUNCTION_WORDS or _bare(word) in _ASKING:
        return False
    after_asking = asking is not None and 0 < position - asking <= 1
    if after_asking and word.form in _HOW_QUANTITY and kind is Kind.QUANTITY:
        return False
    return not (asking is not None and position < asking and word.form in _MANNERS_OF_SPEECH)


def _focus(found: Sequence[Word], asking: int | None) -> frozenset[int]:
    """Where the words stand that name the kind of answer: after what/which, before a verb."""
    if asking is None or _bare(found[asking]) not in {"what", "which"}:
        return frozenset()
    if "'" in found[asking].form:
        return frozenset()
    run: list[int] = []
    for position in range(asking + 1, min(asking + 5, len(found))):
        if found[position].form in _AUXILIARIES:
            return frozenset(run)
        run.append(position)
    # "Which troops came", "what troops came", but "what started the protests".
    first = asking + 1
    if first >= len(found) or found[first].function:
        return frozenset()
    asks_which = _bare(found[asking]) == "which"
    verb_follows = first + 1 < len(found) and not found[first + 1].function
    return frozenset({first}) if asks_which or verb_follows else frozenset()


def _kind(found: Sequence[Word], asking: int | None, focus: frozenset[int]) -> Kind:
    if asking is None:
        decides = bool(found) and found[0].form in _AUXILIARIES
        return Kind.DECISION if decides else Kind.OTHER
    asked = _bare(found[asking])
    following = [word.form for word in found[asking + 1 : asking + 4]]
    if asked in {"what", "which"}:
        return _kind_of_thing(found, asking, {found[i].form for i in focus})
    if asked in {"who", "who.", "whom", "whose"}:
        return Kind.DEFINITION if _defines(found, asking) else Kind.PERSON
    if asked == "how":
        return Kind.QUANTITY if following[:1] and following[0] in _HOW_QUANTITY else Kind.MANNER
    return {"when": Kind.TIME, "where": Kind.PLACE, "why": Kind.REASON}[asked]


def _kind_of_thing(found: Sequence[Word], asking: int, focus: set[str]) -> Kind:
    rest = [word.form for word in found[asking + 1 :]]
    subject = (
        focus
        | set(rest[:1])
        | set(rest[1:4] if rest[:1] and rest[0] in {"is", "was", "are", "were"} else ())
    )
    for named, kind in (
        (_QUANTITY_WORDS, Kind.QUANTITY),
        (_TIME_WORDS, Kind.TIME),
        (_PLACE_WORDS, Kind.PLACE),
        (_PERSON_WORDS, Kind.PERSON),
    ):
        if subject & named:
            return kind
    if set(rest[:1]) & _DOING and set(rest[1:]) & _SAY_STEMS:
        return Kind.STATEMENT
    if set(rest[:2]) & _REASON_WORDS:
        return Kind.REASON
    return Kind.DEFINITION if _defines(found, asking) else Kind.THING


def _defines(found: Sequence[Word], asking: int) -> bool:
    """Whether this is "Who is X?", "What are X?": a form of be and up to four more words."""
    rest = [word.form for word in found[asking + 1 :]]
    if found[asking].form in {"who's", "what's"}:
        rest = ["is", *rest]
    short = 2 <= len(rest) <= 5 and rest[0] in {"is", "was", "are", "were"}
    capitalised = sum(word.capital for word in found[asking + 2 :])
    if found[asking].form.startswith("who"):
        # Without any capital the question was typed in haste, and tells nothing by it.
        named = capitalised >= 1 or not any(word.capital for word in found)
        return short and "the" not in rest[1:2] and named
    return short and not {"of", "in", "for", "to", "by"} & set(rest)


def _initials(found: Sequence[Word], text: str) -> dict[int, str]:
    return {i: letters for letters, a, b in acronyms(found, text) for i in range(a, b)}


def _term(word: Word, initials: str, vocabulary: Vocabulary) -> Term:
    name = not word.number and (
        (word.capital and (word.start > 0 or vocabulary.name_share(word.form) > _NAME_SHARE))
        or vocabulary.name_share(word.form) > _NAME_SHARE
    )
    weight = max(0.05, vocabulary.rarity_of(word))
    return Term(word.form, word.stem, weight, name, word.number, initials)


def _once(terms: Sequence[Term]) -> list[Term]:
    return list({term.stem: term for term in reversed(terms)}.values())[::-1]
