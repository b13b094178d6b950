"""Where sentences begin and end, with true character offsets."""

from __future__ import annotations

import sentencex

from index.article import Span


def sentence_spans(text: str, start: int = 0, end: int | None = None) -> list[Span]:
    """The sentences of `text[start:end]` as spans of `text`, without surrounding white space.

    Boundaries come from sentencex (Wikimedia), which knows abbreviations of many languages;
    a paragraph break always ends a sentence. Blank pieces are left out.
    """
    stop = len(text) if end is None else end
    piece = text[start:stop]
    spans = []
    for boundary in sentencex.get_sentence_boundaries("en", piece):
        span = trimmed(text, start + boundary["start_index"], start + boundary["end_index"])
        if span.start < span.end:
            spans.append(span)
    return spans


def trimmed(text: str, start: int, end: int) -> Span:
    """`text[start:end]` without the white space at its two ends."""
    piece = text[start:end]
    return Span(start + len(piece) - len(piece.lstrip()), end - (len(piece) - len(piece.rstrip())))
