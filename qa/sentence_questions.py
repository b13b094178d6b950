"""A sentence as the question that it answers.

What the sentence tells (a day, a name, a place, a reason, a number) gives way to a question word.
Only sentences of a few plain English shapes can be turned so without knowing grammar.
"""

from __future__ import annotations

import re

from index.article import Span

_MONTH = (
    r"(?:January|February|March|April|May|June|July|August|September|October|November|December)"
)
_WEEKDAY = r"(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day"
_TIME = rf"(?:(?:\d{{1,2}} )?{_MONTH} (?:\d{{1,2}}, )?)?(?:1\d|20)\d\d"
_NAME = r"(?:[A-Z][\w’'-]+(?: (?:of|de|von|van|the|[A-Z]\.(?= [A-Z])|[A-Z][\w’'-]*)){0,4})"
_PERSON = rf"(?!{_WEEKDAY}|{_MONTH})[A-Z][a-zà-ž’'-]+ (?:[A-Z]\. )?[A-Z][\w’'-]+(?: [A-Z][\w’'-]+)?"
_SUBJECT = r"(?P<subject>[A-Z][\w’'-]*(?: [\w’'&-]+){0,6}?)"
_PARTICIPLE = (
    r"(?:[a-z]{2,}ed|built|made|held|led|sold|sent|born|won|lost|begun|written|given|taken|chosen|"
    r"driven|drawn|known|seen|found|brought|taught|cut|set)"
)
_PAST_TENSE = (
    r"(?:[a-z]{2,}ed|built|made|held|led|sold|sent|won|lost|began|wrote|gave|took|chose|drove|drew|"
    r"saw|found|brought|taught)"
)
_ROLE = (
    r"(?:[a-z]*(?:president|minister|mayor|king|queen|leader|founder|author|writer|editor|poet|"
    r"director|producer|composer|singer|actor|actress|engineer|architect|scientist|physicist|"
    r"chemist|historian|economist|philosopher|professor|researcher|analyst|fellow|expert|"
    r"journalist|lawyer|judge|senator|governor|ambassador|chancellor|secretary|general|commander|"
    r"captain|coach|player|bishop|pope|missionary|explorer|inventor|activist|politician|"
    r"chairman|chairwoman|spokesman|spokeswoman|chief|head|owner|winner|ruler|emperor))"
)
_NUMBER = r"\d[\d,.]*|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve"
_WORDS = r"(?: [\w’'&-]+)"
_STOP = r"(?=[.,;:]|$)"
_END = r"(?=[.,;:]|$| (?:and|but|when|after|before|by|to|as|with|in|at|under|during)\b)"


def _shape(question: str, *parts: str) -> tuple[str, re.Pattern[str]]:
    return question, re.compile("".join(parts))


# A question, and the shape of the sentences that tell its answer (`told`).
_SHAPES = (
    _shape(
        "When {verb} {subject} {rest}?",
        rf"{_SUBJECT} (?P<verb>was|were) (?P<rest>{_PARTICIPLE}{_WORDS}{{0,5}}?) ",
        rf"(?:in|on) (?P<told>{_TIME}){_END}",
    ),
    _shape(
        "When {verb} {subject} {rest}?",
        rf"(?:In|On) (?P<told>{_TIME}),? (?P<subject>(?:the )?[\w’'-]+{_WORDS}{{0,6}}?) ",
        rf"(?P<verb>was|were) (?P<rest>{_PARTICIPLE}{_WORDS}{{0,8}}?){_STOP}",
    ),
    _shape(
        "Who {verb} {subject}?",
        rf"{_SUBJECT} (?:was|were) (?P<verb>{_PARTICIPLE})(?: (?:in|on) {_TIME})? ",
        rf"by (?P<told>(?:(?:the|a|an) (?:[a-z-]+ ){{1,3}})?{_NAME})(?=[.,;]|$| in | and )",
    ),
    _shape(
        "Where {verb} {subject} {rest}?",
        rf"{_SUBJECT} (?P<verb>is|are|was|were) (?P<rest>located|situated|based|born|buried|held)",
        rf" (?:in|at|on|near) (?P<told>(?:the )?{_NAME}(?:, {_NAME})?)",
    ),
    _shape(
        "Why {verb} {subject} {rest}?",
        rf"{_SUBJECT} (?P<verb>is|are|was|were) (?P<rest>[\w’'-]+{_WORDS}{{0,8}}?),? ",
        r"because (?!of\b)(?P<told>[^.;]+)",
    ),
    _shape(
        "Who {verb} {subject}?",
        rf"(?P<told>{_NAME}) (?P<verb>{_PAST_TENSE}) ",
        rf"(?P<subject>(?:the |a |an )?[\w’'-]+{_WORDS}{{0,9}})(?=[.;]|$)",
    ),
    _shape(
        "Who {verb} {subject}?",
        rf"(?P<told>{_NAME}) (?P<verb>is|was) ",
        rf"(?P<subject>the (?:[\w’'-]+ ){{0,3}}?{_ROLE}{_WORDS}{{1,7}})(?=[.;,]|$)",
    ),
    _shape(
        "Who is {subject}?",
        rf"(?:.*?[\s“\"(])?(?P<subject>{_PERSON}), (?P<told>(?:an?|the|[\w’' ]+['’]s) ",
        rf"(?:(?!of\b|for\b|in\b)[\w’'-]+ ){{0,5}}?{_ROLE}\b[^,.;]{{0,80}})[,.;]",
    ),
    _shape(
        "How many {rest} {do} {subject} have?",
        rf"{_SUBJECT} (?P<verb>has|have|had) (?:about |over |nearly |some )?(?P<told>{_NUMBER}) ",
        r"(?P<rest>[a-z]+(?: [a-z]+)?s)\b(?=[.,;]|$| (?:in|on|at|and|with|of)\b)",
    ),
)
_DO = {"has": "does", "have": "do", "had": "did"}
_PAST = {
    "written": "wrote", "given": "gave", "taken": "took", "chosen": "chose", "driven": "drove",
    "drawn": "drew", "known": "knew", "seen": "saw", "begun": "began",
}  # fmt: skip
# A subject that begins with such a word does not stand on its own.
_BARE = frozenset(
    """
    a after all although and another any as at because before both but by despite during each early
    even few following for from he her here his how however i if in initially into it its later many
    more most much my neither no none not now of on once one only or other others our part several
    she since so some such than that their then there these they this those though through thus to
    today under until upon us we what when where whether which while who whose with within without
    yet you
    """.split()  # noqa: SIM905 - a list of so many words is for reading
)
# Nor does one that holds such a word.
_INNER = frozenset(
    """
    that which who whom whose when where while because if although is are was were be been has have
    had he she it they them him this these those his her its their
    """.split()  # noqa: SIM905
)


def question_from(title: str, text: str, sentence: Span) -> tuple[str, Span] | None:
    """A question and the place in `text` of the words that answer it; None where none can be made.

    `sentence` is a sentence of the article's `text`.
    """
    for question, pattern in _SHAPES:
        match = pattern.match(text, sentence.start, sentence.end)
        if match is None:
            continue
        subject = _standing(match["subject"], title, text)
        told = (
            _standing(match["told"], title, text) if match.start("told") == sentence.start else ""
        )
        if subject is None or told is None:
            continue
        groups = match.groupdict()
        verb = groups.get("verb") or ""
        asked = _PAST.get(verb, verb) if question.startswith("Who") else verb
        words = {"subject": subject, "rest": groups.get("rest"), "do": _DO.get(verb), "verb": asked}
        return question.format(**words), Span(match.start("told"), match.end("told"))
    return None


def _standing(subject: str, title: str, text: str) -> str | None:
    """The words as they stand inside a sentence; None when they mean nothing on their own."""
    first, *others = subject.split()
    if first.lower() in _BARE or _INNER.intersection(word.lower() for word in others):
        return None
    if first.lower() in ("the", "a", "an"):
        is_named = any(word[:1].isupper() or word in title for word in others)
        return " ".join([first.lower(), *others]) if is_named else None
    # A capital at the start of a sentence may be a name's or the sentence's own.
    inside = re.search(rf"[\w,;] {re.escape(first)}\b", text)
    return subject if inside or (others and others[0][:1].isupper()) else None
