"""What a desk tells whoever runs it, whichever front end a question came by."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from typing import Literal

from qa.answer import Answer
from qa.stages import AbandonedError, watched_by

Work = Literal["ask", "search", "follow_ups"]
Unanswered = Literal["failed", "abandoned"]


def _unwatched(_name: str) -> AbstractContextManager[None]:
    return nullcontext()


def _ignore(_told: object) -> None:
    return


@dataclass(frozen=True, slots=True)
class DeskWatch:
    """Who watches a desk; nobody by default.

    `span` holds during each thing that is asked of the desk, and during each stage of it.
    `on_kept` is told each answer that was kept, `on_unanswered` the end of each question that got
    none: one of the two for each question, but for an answer that nobody wanted kept.
    """

    span: Callable[[str], AbstractContextManager[None]] = _unwatched
    on_kept: Callable[[Answer], None] = _ignore
    on_unanswered: Callable[[Unanswered], None] = _ignore

    @contextmanager
    def during(self, work: Work) -> Iterator[None]:
        """Holds while the desk does this."""
        with self.span(work), watched_by(self.span):
            yield

    @contextmanager
    def question(self) -> Iterator[None]:
        """Holds while a question is answered."""
        with self.during("ask"):
            try:
                yield
            except AbandonedError:
                self.on_unanswered("abandoned")
                raise
            except Exception:
                self.on_unanswered("failed")
                raise
