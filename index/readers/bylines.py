"""What a plain text says of its own author, source and date. Nothing is better than wrong."""

from __future__ import annotations

import calendar
import re
from datetime import date

from index.readers.origin import Facts

_NAME = r"[A-ZÀ-ÖØ-Þ][\w'’.\-]+(?:[ ](?:de|van|von|der|al|bin|[A-ZÀ-ÖØ-Þ][\w'’.\-]*)){1,4}"
_BY_LINE = re.compile(
    rf"^(?:Written )?[Bb][Yy]:?[ ]+({_NAME})(?=$|[,|•·]|[ ]{{2,}}| and |[ ]in )", re.M
)
_AUTHOR_NOTE = re.compile(
    rf"^({_NAME})[ ]is[ ](?:an?|the)[ ](?:\w+[ ]){{0,6}}?"
    r"(?:director|fellow|professor|editor|writer|reporter|correspondent|columnist|journalist|"
    r"analyst|researcher|lecturer|author|economist|historian|scholar|associate|president|"
    r"contributor|expert|adviser|advisor|lawyer|ambassador|founder)\b",
)
_SOURCE = re.compile(r"^(.{2,60}?) has (?:removed|closed|disabled) its comments? section\b")
_MONTHS = {
    name: number
    for number, month in enumerate(calendar.month_name)
    if month
    for name in (month.casefold(), month[:3].casefold())
} | {"sept": 9}
_MONTH = "|".join(sorted(_MONTHS, key=len, reverse=True))
_DATES = (
    re.compile(r"\b(?P<year>(?:19|20)\d\d)-(?P<month>\d\d)-(?P<day>\d\d)\b"),
    re.compile(rf"\b(?P<name>{_MONTH})\.?[ ](?P<day>\d\d?),?[ ](?P<year>(?:19|20)\d\d)\b", re.I),
    re.compile(rf"\b(?P<day>\d\d?)\.?[ ](?P<name>{_MONTH})\.?,?[ ](?P<year>(?:19|20)\d\d)\b", re.I),
)
_DATE_LINE = re.compile(r"^(?:Published|Posted|Updated|Date|Last updated)\b", re.I)
_HEAD_LINES = 12
_HEADLINE_CHARACTERS = 160


def facts_of(text: str) -> Facts:
    """Title, author, source and date where the text states them itself."""
    lines = [line.strip() for line in text.split("\n")]
    head = [line for line in lines if line][:_HEAD_LINES]
    return Facts(
        title=_headline(lines),
        author=_author("\n".join(head), lines),
        source=next((match[1] for line in lines if (match := _SOURCE.match(line))), None),
        published_at=_date(head),
    )


def _headline(lines: list[str]) -> str | None:
    """The first line, when it is short, stands alone and is no sentence."""
    visible = [number for number, line in enumerate(lines) if line]
    if len(visible) < 2:
        return None
    first = lines[visible[0]].lstrip("# ")
    alone = visible[1] > visible[0] + 1
    sentence = first.endswith((".", ",", ";", ":")) and not first.endswith("...")
    fits = 0 < len(first) <= _HEADLINE_CHARACTERS
    return first if alone and fits and not sentence else None


def _author(head: str, lines: list[str]) -> str | None:
    if found := _BY_LINE.search(head):
        return found[1]
    tail = [line for line in lines if line][-_HEAD_LINES:]
    notes = [match[1] for line in tail if (match := _AUTHOR_NOTE.match(line))]
    return notes[0] if len(notes) == 1 else None


def _date(head: list[str]) -> str | None:
    """A date on a line of its own, or on one that says "Published"."""
    for line in head:
        for pattern in _DATES:
            found = pattern.search(line)
            if found and (_DATE_LINE.match(line) or _mostly_date(line, found)):
                return _iso(found)
    return None


def _mostly_date(line: str, found: re.Match[str]) -> bool:
    rest = line[: found.start()] + line[found.end() :]
    return len(rest.split()) <= 5 and not rest.rstrip().endswith(".")


def _iso(found: re.Match[str]) -> str | None:
    parts = found.groupdict()
    month = int(parts["month"]) if parts.get("month") else _MONTHS[parts["name"].casefold()]
    try:
        return date(int(parts["year"]), month, int(parts["day"])).isoformat()
    except ValueError:
        return None
