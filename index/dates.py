"""Publication dates: RFC 3339 dates and date-times, comparable as text in UTC."""

from __future__ import annotations

import re
from datetime import UTC, datetime, time

_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")


def moments(published_at: str) -> tuple[str, str]:
    """The first and last moment that an RFC 3339 date or date-time stands for, in UTC.

    A date stands for its whole day. Both come back as `2022-01-19T00:00:00.000000`, so that
    they compare as text. A date-time without an offset is read as UTC. Raises `ValueError` for
    anything else.
    """
    if _DATE.fullmatch(published_at):
        day = datetime.fromisoformat(published_at)
        return _text(day), _text(datetime.combine(day.date(), time.max))
    if not _DATE.match(published_at) or published_at[10:11] not in ("T", "t", " "):
        raise ValueError(f"{published_at!r} is not an RFC 3339 date or date-time")
    moment = datetime.fromisoformat(published_at)
    if moment.tzinfo is not None:
        try:
            moment = moment.astimezone(UTC).replace(tzinfo=None)
        except OverflowError as error:
            raise ValueError(f"{published_at!r} is outside the years 1 to 9999 in UTC") from error
    return _text(moment), _text(moment)


def _text(moment: datetime) -> str:
    return moment.isoformat(timespec="microseconds")
