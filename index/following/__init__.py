"""Keeping a collection in step with folders, feeds, sitemaps and pages."""

from index.catalogue.following import FollowedSource
from index.following.book import (
    DEFAULT_INTERVAL,
    SHORTEST_INTERVAL,
    BadSourceError,
    SourceBook,
    is_address,
    seconds_of,
)
from index.following.follower import Follower

__all__ = [
    "DEFAULT_INTERVAL",
    "SHORTEST_INTERVAL",
    "BadSourceError",
    "FollowedSource",
    "Follower",
    "SourceBook",
    "is_address",
    "seconds_of",
]
