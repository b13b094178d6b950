"""Candidates for what a follow-up question means, from the turns before it.

Carrying all earlier turns along finds worse passages than the bare question does; so only what
the question lacks is carried: what a pronoun stands for, or what an ellipsis leaves out.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from qa.conversation.mentions import (
    Mention,
    content_words,
    is_function,
    mentions_in_answer,
    mentions_in_question,
    names_in,
    words_of,
)

MOST = 3
_TURNS = 3
_LONGEST = 2_000
_TOPIC_WORDS = 8
_PERSON = frozenset(["he", "him", "his", "she", "her", "hers", "himself", "herself"])
_MANY = frozenset(["they", "them", "their", "theirs", "these", "those", "themselves"])
_THING = frozenset(["it", "its", "this", "that", "itself", "one"])
_PLACE = frozenset({"there"})
_PRONOUN = re.compile(
    r"\b(?:he|him|his|she|hers?|they|them|theirs?|it|its|this|that|these|those|there)\b",
    re.IGNORECASE,
)
# Words that only look like pronouns: "is it true that", "how long does it take", "the fact that".
_EMPTY = re.compile(
    r"\b(?:is it (?:true|possible|likely|legal|known)|(?:does|did|will|would) it take|"
    r"what time is it|(?:is|are|was|were|will|would|has|have|had|did|do) there|"
    r"there (?:is|are|was|were)|"
    r"how (?:many|much)\b[^?]* (?:are|is|were|was) there|"
    r"\w+ that (?:he|she|it|they|the|a|an|is|are|was|were|has|have|had)\b|"
    r"(?:this|these|last|next) "
    r"(?:week|month|year|time|morning|summer|winter|spring|autumn|days))\b",
    re.IGNORECASE,
)
# "that Mongolia exports coal": what follows is a clause of its own.
_CLAUSE = re.compile(r"\bthat (?=[A-Z])")
# What one asks a part of is a thing sooner than a name: "How much of it?".
_PORTION = re.compile(
    r"\b(?:much|many|most|some|all|half|part|share|percent|percentage) of (?:it|them|that)\b",
    re.IGNORECASE,
)
_ABOUT = re.compile(
    r"^(?:and|or|but|so|ok|okay)?,?\s*(?:(?:what|how) about|and|or)\s+(?P<rest>.+?)\s*\?*$",
    re.IGNORECASE,
)
_LEAD = re.compile(r"^(?:and|but|so|or|then|also|ok|okay|well)\b,?\s+", re.IGNORECASE)
_BARE = re.compile(
    r"^(?:(?:and|but|so)\s+)?(?P<word>why|when|where|how|who|since when|how come|why not)\s*\?*$",
    re.IGNORECASE,
)
_QUESTION_WORDS = re.compile(
    r"^(?:who|whom|whose|what|which|when|where|why|how(?: (?:many|much|long|often|far))?)\b\s*",
    re.IGNORECASE,
)
_ASKS_FOR_NAME = re.compile(r"\s*(?:who|whom|which|what)\b", re.IGNORECASE)
_YEAR = re.compile(r"\b(?:1[0-9]|20)\d\d\b")
_ENTRY = re.compile(
    r"^(?:(?:in|on|for|from|to|with|by|at|during|after|before)\s+)?(?:the\s+)?\S+(?:\s+\S+){0,3}$"
)
_LACKING = 2


@dataclass(frozen=True, slots=True)
class Turn:
    """A turn of a conversation: the question, standalone where that is known, and the answer.

    `lit` are the decisive words of the answer, where they are known.
    """

    question: str
    answer: str = ""
    lit: tuple[str, ...] = ()


def standalone_candidates(question: str, turns: Sequence[Turn]) -> tuple[str, ...]:
    """One to three wordings, the most promising first; the question alone when it stands alone."""
    asked = " ".join(question.split())
    earlier = _resolved(turns[-_TURNS:])
    if not earlier:
        return (question,)
    last = earlier[-1]
    found = _of_ellipsis(asked, last) or _of_pronoun(asked, earlier)
    distinct = dict.fromkeys(c for c in found if c and len(c) <= _LONGEST)
    return tuple(distinct)[:MOST] or (question,)


def _resolved(turns: Sequence[Turn]) -> list[Turn]:
    """The turns with each question standing on its own."""
    done: list[Turn] = []
    for turn in turns:
        words = " ".join(turn.question.split())
        if done and words:
            candidates = _of_ellipsis(words, done[-1]) or _of_pronoun(words, done)
            words = candidates[0] if candidates else words
        if words:
            done.append(replace(turn, question=words[:_LONGEST]))
    return done


def _of_ellipsis(question: str, last: Turn) -> list[str]:
    """For "Why?", "And in 2021?" and "What about Germany?": the earlier question, changed."""
    bare = _BARE.match(question)
    if bare:
        body = last.question.rstrip(" ?.!")
        rest = _QUESTION_WORDS.sub("", body)
        asked_for = bare["word"].capitalize()
        opener = rest.split(" ", 1)[0]
        plain = opener.lower() + rest[len(opener) :] if is_function(opener) else rest
        return [f"{asked_for} {plain}?", *_with_topic(question, last)]
    about = _ABOUT.match(question)
    if about and _is_entry(about["rest"]):
        return [*_exchanged(about["rest"], last.question), *_with_topic(about["rest"] + "?", last)]
    return []


def _is_entry(rest: str) -> bool:
    """Whether what follows "and" is only a name, a time or a thing, and no question."""
    return (
        bool(_ENTRY.match(rest)) and not _QUESTION_WORDS.match(rest) and not _PRONOUN.search(rest)
    )


def _exchanged(entry: str, earlier: str) -> list[str]:
    """The earlier question with its year, or its like-sounding name, given way to `entry`."""
    body = earlier.rstrip(" ?")
    year = _YEAR.search(entry)
    if year:
        if _YEAR.search(body):
            return [_YEAR.sub(year.group(), body, count=1) + "?"]
        return [f"{body} {entry}?"]
    names = names_in(earlier)
    if names and names_in(f"x {entry}"):
        new = names_in(f"x {entry}")[0]
        return [body.replace(names[-1], new) + "?", body.replace(names[0], new) + "?"]
    return []


def _of_pronoun(question: str, earlier: Sequence[Turn]) -> list[str]:
    """What each fitting mention makes of the question's first open pronoun."""
    last = earlier[-1]
    pronoun = _open_pronoun(question)
    plain = _LEAD.sub("", question)
    plain = plain[:1].upper() + plain[1:]
    if pronoun is None:
        return _of_brevity(question, plain, last)
    mentions = _fitting(pronoun, _mentions(earlier))
    if _PORTION.search(question):
        mentions.sort(key=lambda mention: mention.is_name)
    found = [_put(plain, pronoun, mention) for mention in mentions[:2]]
    return [*found, *_with_topic(plain, last)]


def _of_brevity(question: str, plain: str, last: Turn) -> list[str]:
    """A question of one topic word leans on the turn before; one of two may be a new topic."""
    words = len(content_words(plain))
    with_topic = _with_topic(plain, last)
    if names_in(f"x {plain}") or words > _LACKING:
        # "And how did Xi answer?": only the "and" leans on what was said.
        return [*with_topic, plain] if plain != _capitalised(question) else []
    return [*with_topic, plain] if words < _LACKING else [plain, *with_topic]


def _capitalised(question: str) -> str:
    return question[:1].upper() + question[1:]


def _open_pronoun(question: str) -> str | None:
    """The first pronoun that nothing in the question itself explains."""
    found = _PRONOUN.search(_without_empty(question))
    if found is None:
        return None
    word = found.group().casefold()
    before = names_in(f"x {question[: found.start()]}")
    explained = before and word not in ("that", "this", "those", "these")
    return None if explained else word


def _without_empty(question: str) -> str:
    """The question, as long as before, with words that only look like pronouns blotted out."""
    for pattern in (_EMPTY, _CLAUSE):
        question = pattern.sub(lambda match: "_" * len(match.group()), question)
    return question


def _mentions(earlier: Sequence[Turn]) -> list[Mention]:
    """Newest turn first; in a turn what the question named, then what the answer brought in.

    Where the question asked who or what, the answer's decisive words come first: people go on
    with what they have just learned.
    """
    found: list[Mention] = []
    for turn in reversed(earlier):
        named = mentions_in_question(turn.question)
        lit = [m for words in turn.lit for m in mentions_in_answer(f"x {words}", turn.question)]
        found += [*lit, *named] if _ASKS_FOR_NAME.match(turn.question) else [*named, *lit]
        found += mentions_in_answer(turn.answer, turn.question)
    return list(dict.fromkeys(found))


def _fitting(pronoun: str, mentions: Sequence[Mention]) -> list[Mention]:
    """The mentions that the pronoun may stand for, the likeliest first."""
    likely: Callable[[Mention], bool]
    if pronoun in _PERSON:
        likely = lambda mention: mention.may_be_person  # noqa: E731
    elif pronoun in _MANY:
        likely = lambda mention: mention.is_plural  # noqa: E731
    else:
        likely = lambda mention: not mention.may_be_person  # noqa: E731
    names = [m for m in mentions if m.is_name] if pronoun in (_PERSON | _PLACE) else mentions
    return sorted(names or mentions, key=lambda mention: not likely(mention))


def _put(question: str, pronoun: str, mention: Mention) -> str:
    """The question with `mention` for every form of the pronoun."""
    forms = next(
        (f for f in (_PERSON, _MANY, _THING, _PLACE) if pronoun in f), frozenset({pronoun})
    )

    def exchanged(match: re.Match[str]) -> str:
        word = match.group().casefold()
        if word not in forms:
            return match.group()
        follows = question[match.end() : match.end() + 2]
        owns = word in ("his", "its", "their") or (word == "her" and follows[:1] == " ")
        if word in ("there",):
            return f"in {mention.text}"
        if word in ("this", "that", "these", "those") and follows[1:2].isalpha():
            return match.group()
        return _possessive(mention.text) if owns else mention.text

    put, done = "", 0
    for match in _PRONOUN.finditer(_without_empty(question)):
        put += question[done : match.start()] + exchanged(match)
        done = match.end()
    put += question[done:]
    return "" if put == question else put[:1].upper() + put[1:]


def _possessive(name: str) -> str:
    return f"{name}'" if name.endswith("s") else f"{name}'s"


def _with_topic(question: str, last: Turn) -> list[str]:
    """The question with the earlier one's words behind it, where nothing better is at hand."""
    own = {word.casefold() for word in words_of(question)}
    topic = [word for word in content_words(last.question) if word.casefold() not in own]
    if not topic:
        return []
    return [f"{question.rstrip(' ?')} ({' '.join(topic[:_TOPIC_WORDS])})?"]
