"""What a question says about time, and what that means for articles with dates."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date, timedelta

from index.dates import moments

_NEWEST = re.compile(
    r"\b(?:latest|newest|most recent(?:ly)?|recently|current(?:ly)?|right now|at the moment|"
    r"these days|nowadays|up[- ]to[- ]date)\b",
    re.IGNORECASE,
)
_UNITS = {"day": 1, "night": 1, "week": 7, "month": 31, "quarter": 92, "year": 366, "decade": 3653}
_WEEKDAYS = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
_AGO = re.compile(
    r"\b(?:(?:last|past|previous) (?P<count>\d{1,3}|few|couple of) (?P<unit>day|week|month|year)s|"
    r"(?P<count_ago>\d{1,3}|a) (?P<unit_ago>day|week|month|year)s? ago|"
    r"(?P<which>this|last|past) (?P<named>week|month|quarter|year|decade|night|morning|evening|"
    rf"{'|'.join(_WEEKDAYS)})|"
    r"(?P<day>today|tonight|yesterday))\b",
    re.IGNORECASE,
)
_MONTHS = {name.lower(): number for number, name in enumerate(calendar.month_name) if name}
_MONTH = "|".join(_MONTHS)
_DATED = re.compile(
    rf"\b(?:(?:(?P<day>\d{{1,2}})(?:st|nd|rd|th)? )?(?P<month>{_MONTH})"
    rf"(?: (?P<day_after>\d{{1,2}})(?:st|nd|rd|th)?)?,? )?(?P<year>(?:19|20)\d\d)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class AskedTime:
    """The time a question is about.

    `newest_first`: it asks for the latest. `since`: it looks back from today to this day.
    `period`: it names a year, a month or a day (first and last day).
    """

    newest_first: bool = False
    since: date | None = None
    period: tuple[date, date] | None = None


def asked_time(question: str, today: date) -> AskedTime:
    """Reads the time words of an English question."""
    return AskedTime(
        newest_first=_NEWEST.search(question) is not None,
        since=_since(question, today),
        period=_period(question),
    )


def published(published_at: str | None) -> date | None:
    """The day an article was published, in UTC; None when it does not say."""
    if published_at is None:
        return None
    return date.fromisoformat(moments(published_at)[0][:10])


def _since(question: str, today: date) -> date | None:
    found = _AGO.search(question)
    if found is None:
        return None
    parts = {name: text.lower() for name, text in found.groupdict().items() if text}
    if "day" in parts:
        return today - timedelta(days=int(parts["day"] == "yesterday"))
    if "named" in parts:
        return _start_of(parts["which"], parts["named"], today)
    count = parts.get("count") or parts["count_ago"]
    days = _UNITS[parts.get("unit") or parts["unit_ago"]]
    number = int(count) if count.isdigit() else {"a": 1}.get(count, 3)
    # People count roughly: half a unit more does no harm.
    return _back(today, number * days + days // 2)


def _start_of(which: str, named: str, today: date) -> date:
    """The first day of "this month", "last week", "last Friday"."""
    if named in ("night", "morning", "evening"):
        return today - timedelta(days=1)
    if named in _WEEKDAYS:
        return today - timedelta(days=(today.weekday() - _WEEKDAYS.index(named)) % 7 or 7)
    if named == "week":
        start = today - timedelta(days=today.weekday())
    elif named == "month":
        start = today.replace(day=1)
    elif named == "year":
        start = today.replace(month=1, day=1)
    else:
        return _back(today, _UNITS[named] * (1 if which == "this" else 2))
    if which == "this":
        return start
    before = _back(start, 7 if named == "week" else 1)
    return (
        before
        if named == "week"
        else before.replace(day=1, month=1 if named == "year" else before.month)
    )


def _back(day: date, days: int) -> date:
    return date.fromordinal(max(day.toordinal() - days, 1))


def _period(question: str) -> tuple[date, date] | None:
    found = _DATED.search(question)
    if found is None:
        return None
    year = int(found["year"])
    if not found["month"]:
        return date(year, 1, 1), date(year, 12, 31)
    month = _MONTHS[found["month"].lower()]
    last = calendar.monthrange(year, month)[1]
    named = found["day"] or found["day_after"]
    if named and 1 <= int(named) <= last:
        return date(year, month, int(named)), date(year, month, int(named))
    return date(year, month, 1), date(year, month, last)
