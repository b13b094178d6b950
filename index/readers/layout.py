"""Building a text out of blocks while remembering which of them are headings."""

from __future__ import annotations

from index.article import Span
from index.readers.origin import storable


class Layout:
    """Blocks joined by blank lines, with the spans of the headings among them."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._length = 0
        self._headings: list[Span] = []

    def add(self, block: str, *, heading: bool = False) -> None:
        """Appends a block; a blank one is left out."""
        words = storable(block).strip()
        if not words:
            return
        start = self._length + 2 if self._parts else 0
        self._parts.append(words)
        self._length = start + len(words)
        if heading:
            self._headings.append(Span(start, self._length))

    @property
    def text(self) -> str:
        """All blocks, a blank line between them."""
        return "\n\n".join(self._parts)

    @property
    def headings(self) -> tuple[Span, ...]:
        """The spans of the headings in `text`."""
        return tuple(self._headings)
