"""Keeping a collection in step with folders, feeds, sitemaps and pages."""

from index.catalogue.following import FollowedSource
from index.following.book import BadSourceError, SourceBook, seconds_of
from index.following.follower import Follower

__all__ = ["BadSourceError", "FollowedSource", "Follower", "SourceBook", "seconds_of"]
