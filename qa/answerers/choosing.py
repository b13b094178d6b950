"""Which sentences make the answer: the best one, and those that add something to it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from qa.reader import Evidence

MOST = 3
# A further sentence joins when it is at least this share as likely to be right as the best one.
_FURTHER_SHARE = 0.75
# So sure, a sentence may stand beside a surer one.
_LEAST = 0.1
# Questions that one sentence often answers only in part.
_WANTS_MORE = re.compile(
    r"\b(?:why|reasons?|causes?|how (?:come|did|does|do|has|have|is|are|was|were|will|would|can)|"
    r"compare[ds]?|differ(?:s|ent|ence)?|versus|vs|list|which \w+s (?:are|were|have|did)|"
    r"what (?:are|were) (?:the|some)|who (?:are|were) the)\b",
    re.IGNORECASE,
)
_FURTHER_SHARE_WANTED = 0.5
_ALIKE = 0.6
_ALIKE_BUT_ANSWER = 0.95
# Answers of so many words state one thing; longer ones may well say two sides of it.
_SHORT = 6
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Choice:
    """The sentences, the best first; `disagree` when articles give different answers."""

    evidence: tuple[Evidence, ...]
    disagree: bool


def chosen_evidence(question: str, evidence: Sequence[Evidence]) -> Choice:
    """The first of `evidence` and up to two more, each sure enough and saying something new."""
    best = evidence[0]
    share = _FURTHER_SHARE_WANTED if _WANTS_MORE.search(question) else _FURTHER_SHARE
    least = max(_LEAST, share * best.probability)
    chosen = [best]
    for other in evidence[1:]:
        if other.probability >= least and not any(_same(other, one) for one in chosen):
            chosen.append(other)
    chosen = chosen[:MOST]
    disagree = any(_disagree(best, other) for other in chosen[1:])
    return Choice(tuple(chosen), disagree)


def _same(one: Evidence, other: Evidence) -> bool:
    """Whether two sentences overlap in one article, or give the same answer in two."""
    if one.hit.passage.article_id == other.hit.passage.article_id and (
        one.sentence.start < other.sentence.end and other.sentence.start < one.sentence.end
    ):
        return True
    mine, theirs = _words(one.answer), _words(other.answer)
    if mine and theirs and (mine <= theirs or theirs <= mine):
        return True
    # "It is 3 %" and "It is 5 %" are alike and differ in all that matters.
    alike = _ALIKE_BUT_ANSWER if _disagree(one, other) else _ALIKE
    mine, theirs = _words(one.text), _words(other.text)
    return len(mine & theirs) >= alike * max(min(len(mine), len(theirs)), 1)


def _disagree(one: Evidence, other: Evidence) -> bool:
    """Whether two articles give short answers that are not the same."""
    return one.hit.passage.article_id != other.hit.passage.article_id and all(
        len(evidence.answer.split()) <= _SHORT for evidence in (one, other)
    )


def _words(text: str) -> set[str]:
    return {word.casefold() for word in _WORD.findall(text)}
