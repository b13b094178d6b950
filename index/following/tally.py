"""What one look at a source came to."""

from __future__ import annotations

from dataclasses import dataclass

from index.article import Refusal
from index.indexer import Taken


@dataclass(slots=True)
class Tally:
    """Counts of articles; `refusal` is the last reason that something was not taken."""

    added: int = 0
    updated: int = 0
    unchanged: int = 0
    moved: int = 0
    removed: int = 0
    refused: int = 0
    waiting: int = 0
    refusal: str = ""

    def count(self, result: Taken | Refusal) -> None:
        """Takes in one result."""
        if isinstance(result, Refusal):
            self.refused += 1
            self.refusal = f"{result.source_name}: {result.reason}"
        else:
            setattr(self, result.outcome, getattr(self, result.outcome) + 1)

    def summary(self) -> str:
        """In a line: `2 added, 1 removed`."""
        counts = [
            f"{count} {name}"
            for name in ("added", "updated", "moved", "removed", "refused", "waiting")
            if (count := getattr(self, name))
        ]
        text = ", ".join(counts) or "nothing new"
        return f"{text} ({self.refusal})" if self.refusal else text
