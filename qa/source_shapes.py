"""The shapes in which followed sources leave the house."""

from __future__ import annotations

from datetime import datetime

from qa.answer import Shape


class Followed(Shape):
    """A folder, feed, sitemap or page that the collection is kept in step with.

    `failures` counts those in a row; `last_run_at` and `last_result` are null before the first
    look.
    """

    location: str
    every_seconds: int
    last_run_at: datetime | None
    last_result: str | None
    next_run_at: datetime
    failures: int
