"""What a conversation has spoken of: people, places, things."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

_FUNCTION = frozenset(
    """
    a an the and or but if of in on at by for from to with without into onto about over
    under between during since until than as so too also not no nor who whom whose what
    which when where why how is are was were be been being am do does did done has have had
    having can could will would shall should may might must it its he him his she her hers
    they them their theirs we us our you your i me my this that these those there here then
    now just only more most much many any some all both each every other another such same
    own few less least very please tell say says said know mean happen happened happening
    get got getting make made give gave take took go went come came become became ever still
    yet again else after before out up down off let
    """.split()  # noqa: SIM905 - a list of so many words is for reading
)
_WORD = re.compile(r"[^\W_][\w'’.&-]*[^\W_]|[^\W_]")
_LINKS = r"(?:of the|of|de la|de|van der|van|von|der|bin|al|el|and the|the)"
_NAME_WORD = r"[^\W\d_a-zß-öø-ÿ][\w'’&-]*"
_NAME = re.compile(rf"{_NAME_WORD}(?:\.?(?: {_LINKS})? {_NAME_WORD}|(?<=[A-Z]\.) ?{_NAME_WORD})*")
_POSSESSIVE = re.compile(r"['’]s?$")
_NOT_PEOPLE = frozenset(
    """
    new united south north west east central saint great european world los las san el hong
    black red white high supreme federal national royal general university college bank
    ministry department council union states kingdom company corporation group party court
    church city river lake sea ocean island islands mount war treaty act agreement prize cup
    league olympics games international republic empire army town village street square bridge
    old north-east north-west south-east south-west
    """.split()  # noqa: SIM905 - a list of so many words is for reading
)
_ADJECTIVE_ENDS = tuple(
    "ian ean can man ish ese nch utch reek eli ani wiss".split()  # noqa: SIM905
)
_TITLES = frozenset(
    """
    president prime minister chancellor king queen prince princess pope mr mrs ms dr sir
    lord lady senator governor general judge professor saint emperor captain coach
    """.split()  # noqa: SIM905 - a list of so many words is for reading
)


@dataclass(frozen=True, slots=True)
class Mention:
    """A name or a thing spoken of; `is_name` is false for "the ban on imports"."""

    text: str
    is_name: bool

    @property
    def may_be_person(self) -> bool:
        """Two or three capitalised words, or a title before a name."""
        words = [word.casefold().strip(".") for word in self.text.split()]
        if not self.is_name or any(word in _NOT_PEOPLE - _TITLES for word in words):
            return False
        if words[0] == "the" or any(word.endswith(("'s", "’s")) for word in words):
            return False
        return words[0] in _TITLES or (2 <= len(words) <= 4 and " of " not in self.text)

    @property
    def is_plural(self) -> bool:
        """Whether "they" may stand for it."""
        last = self.text.split()[-1].casefold()
        return " and " in self.text or (
            last.endswith("s") and not last.endswith(("ss", "us", "is"))
        )


def words_of(text: str) -> list[str]:
    """The words of a text as written."""
    return _WORD.findall(text)


def is_function(word: str) -> bool:
    """Whether a word carries no topic of its own."""
    return _POSSESSIVE.sub("", word.casefold()) in _FUNCTION


def names_in(text: str) -> list[str]:
    """Names as written, in order; a capitalised function word at a start is none."""
    found = []
    for match in _NAME.finditer(text):
        name = match.group().strip("'’.&-")
        while name and is_function(name.split(" ", 1)[0]):
            name = name.partition(" ")[2]
        opens = match.start() == 0 or text[: match.start()].rstrip().endswith((".", "!", "?", ":"))
        lone_opener = opens and " " not in name and name[1:].islower() and name == match.group()
        name = _POSSESSIVE.sub("", name)
        if name and not (lone_opener and not _repeated(name, text)):
            found.append(name)
    return list(dict.fromkeys(found))


def mentions_in_question(question: str) -> list[Mention]:
    """What a question is about: names with the thing they belong to, else its plain things."""
    names = names_in(question)
    things = _things(question)
    found = [
        Mention(thing, is_name=False)
        for thing in things
        if any(name in thing and thing not in (name, f"the {name}") for name in names)
    ]
    covered = " ".join(mention.text for mention in found)
    found += [Mention(name, is_name=True) for name in names if name not in covered]
    found += [Mention(name, is_name=True) for name in names if name in covered]
    found += [Mention(t, is_name=False) for t in things if t not in covered and t not in names]
    return found


def mentions_in_answer(answer: str, question: str) -> list[Mention]:
    """Names that the answer brings in and the question had not."""
    known = question.casefold()
    return [Mention(n, is_name=True) for n in names_in(answer) if n.casefold() not in known]


def content_words(text: str) -> list[str]:
    """The words that carry the topic, each once, possessive endings off."""
    words = [_POSSESSIVE.sub("", word) for word in words_of(text)]
    return list(dict.fromkeys(word for word in words if word and not is_function(word)))


def _repeated(name: str, text: str) -> bool:
    return len(re.findall(rf"\b{re.escape(name)}\b", text)) > 1


def _things(question: str) -> list[str]:
    """Runs of content words with their article, joined over "of": "the keeper of the light"."""
    words = words_of(question)
    runs: list[list[str]] = []
    for place, word in enumerate(words):
        joins = word.casefold() == "of" and runs and _follows(runs[-1], words, place)
        if not is_function(word) or joins:
            if runs and _follows(runs[-1], words, place):
                runs[-1].append(word)
            else:
                article = place and words[place - 1].casefold() in ("the", "a", "an")
                runs.append([*(["the"] if article else []), word])
        elif word.casefold() == "the" and runs and runs[-1][-1] == "of":
            runs[-1].append(word)
    return [" ".join(run) for run in runs if run[0] == "the"] or _longest(runs)


def _follows(run: Sequence[str], words: Sequence[str], place: int) -> bool:
    """Whether the word at `place` goes on with the run: a name and a verb after it do not."""
    before, word = words[place - 1], words[place]
    if run[-1] != before:
        return False
    if (
        "of" in (word, before)
        or before.endswith(("'s", "’s"))
        or before[:1].islower() == word[:1].islower()
    ):
        return True
    return before[:1].isupper() and before.endswith(_ADJECTIVE_ENDS)


def _longest(runs: Sequence[Sequence[str]]) -> list[str]:
    return [" ".join(run) for run in sorted(runs, key=len, reverse=True)[:1]]
