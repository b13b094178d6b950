"""The shapes in which jobs leave the house: articles on their way into the collection."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, Field


class TakenSource(BaseModel):
    """A source that was taken, and the article it became."""

    source: str
    article_id: str
    outcome: Literal["added", "updated", "unchanged"]
    passages: int


class RefusedSource(BaseModel):
    """A source that was not taken, and why."""

    source: str
    reason: str


class Counts(BaseModel):
    """How many sources came to which end so far."""

    added: int = 0
    updated: int = 0
    unchanged: int = 0
    refused: int = 0


class Job(BaseModel):
    """Where a job stands."""

    id: str
    status: Literal["queued", "running", "done", "failed"] = Field(
        default="queued",
        description="`failed`: nothing was taken, or something went wrong (see `error`).",
    )
    counts: Counts = Counts()
    taken: list[TakenSource] = []
    refused: list[RefusedSource] = []
    generation: int | None = Field(
        default=None, description="From this generation on, what was taken is found."
    )
    error: str | None = None

    @property
    def has_ended(self) -> bool:
        """Whether nothing more happens to it."""
        return self.status in ("done", "failed")
