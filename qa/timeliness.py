"""Evidence in the order that the question's time and the articles' dates ask for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

from index.searcher import Hit
from qa.reader import Evidence, Reading
from qa.times import AskedTime, published

# Sentences this close to the best one are as good: the newer comes first.
_TIE = 0.03
# For "latest", a newer sentence may be this much less certain than the best one.
_LATEST_SHARE = 0.6
# An article from outside the named time that does not mention it is this much less likely right.
_OFF_TIME = 0.4
# News of a period is still reported so long after it.
_AFTERWARDS = timedelta(days=31)
_NEWEST_READ = 4


def timely(reading: Reading, asked: AskedTime) -> Reading:
    """`reading` with its evidence weighed by the time asked for, ties to the newer article."""
    evidence = [_weighed(one, asked) for one in reading.evidence]
    evidence.sort(key=lambda one: -one.probability)
    if evidence:
        best = evidence[0].probability
        least = best * _LATEST_SHARE if asked.newest_first else best - _TIE
        close = [one for one in evidence if one.probability >= least]
        close.sort(key=lambda one: _recency(one.hit), reverse=True)
        evidence[: len(close)] = close
    return replace(reading, evidence=tuple(evidence))


def worth_reading(hits: Sequence[Hit], count: int, asked: AskedTime) -> tuple[Hit, ...]:
    """The first `count` of `hits`; where the latest is asked for, some make room for newer ones."""
    if not asked.newest_first:
        return tuple(hits[:count])
    first = list(hits[: count - _NEWEST_READ])
    rest = sorted(hits[len(first) :], key=lambda hit: _recency(hit), reverse=True)
    return (*first, *rest[: count - len(first)])


def _recency(hit: Hit) -> date:
    return published(hit.article.published_at) or date.min


def _weighed(one: Evidence, asked: AskedTime) -> Evidence:
    day = published(one.hit.article.published_at)
    if asked.period is None or day is None:
        return one
    start, end = asked.period
    if start <= day <= end + _AFTERWARDS or str(start.year) in one.hit.passage.text:
        return one
    return replace(one, probability=one.probability * _OFF_TIME)
