"""Which sources a collection follows: added, listed, removed."""

from __future__ import annotations

import os
import re
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

from index.catalogue.following import FollowedSource
from index.errors import CollectionError
from index.indexer import Indexer

# Seconds between two looks.
DEFAULT_INTERVAL = 15 * 60
SHORTEST_INTERVAL = 5
_ADDRESS = re.compile(r"https?://", re.IGNORECASE)
_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86_400}


class BadSourceError(CollectionError):
    """A location that cannot be followed, or an interval that is none."""


class SourceBook:
    """The followed sources of one collection."""

    def __init__(self, indexer: Indexer) -> None:
        self._indexer = indexer

    def all(self) -> list[FollowedSource]:
        """Every source."""
        with self._indexer.followed() as sources:
            return sources.all()

    def add(self, location: str, every_seconds: int = DEFAULT_INTERVAL) -> FollowedSource:
        """Follows a folder or an address from now on; it is looked at as soon as possible.

        Raises `BadSourceError` when it is neither.
        """
        place = checked_location(location)
        with self._indexer.change_followed() as sources:
            sources.put(place, every_seconds, datetime.now(UTC))
            found = sources.find(place)
        assert found is not None  # noqa: S101 - it was just put
        return found

    def remove(self, location: str) -> bool:
        """No longer follows a source, whose articles stay; False when it was not followed."""
        with self._indexer.change_followed() as sources:
            for place in (location, _absolute(location)):
                found = sources.find(place)
                if found is not None:
                    sources.drop(found.key)
                    return True
        return False


def checked_location(location: str) -> str:
    """An address as it is, a folder by its absolute path."""
    if is_address(location):
        if not _names_host(location):
            raise BadSourceError(f"{location} names no host; give a whole address.")
        return location
    if not _is_folder(location):
        raise BadSourceError(
            f"{location} is neither a folder nor an http(s) address; only those can be followed. "
            "`footnote add` takes single files."
        )
    return _absolute(location)


def seconds_of(interval: str) -> int:
    """`90s`, `15m`, `2h` or `1d` in seconds. Raises `BadSourceError` for anything else."""
    match = re.fullmatch(r"(\d{1,6})([smhd])", interval.strip().lower())
    if match is None:
        raise BadSourceError(f"{interval!r} is no interval; write 90s, 15m, 2h or 1d.")
    return max(int(match[1]) * _UNITS[match[2]], SHORTEST_INTERVAL)


def is_address(location: str) -> bool:
    """Whether a followed location is on the web."""
    return _ADDRESS.match(location) is not None


def _names_host(address: str) -> bool:
    try:
        parts = urlsplit(address)
        return parts.port != 0 and bool(parts.hostname)
    except ValueError:  # brackets that do not close, a port that is no number
        return False


def _is_folder(location: str) -> bool:
    try:
        return Path(location).expanduser().is_dir()
    except (OSError, RuntimeError, ValueError):  # not to be read, nobody's home, no path at all
        return False


def _absolute(location: str) -> str:
    if is_address(location):
        return location
    try:
        return os.path.realpath(Path(location).expanduser())
    except (OSError, RuntimeError, ValueError):
        return location
