"""Where sentences begin and end, with true character offsets."""

from __future__ import annotations

import re
from collections.abc import Sequence

import sentencex

from index.article import Span

# "[12]", "[citation needed]": remarks on the sentence before them, and no part of the next.
_REMARKS = re.compile(r"(?:\[[^\]\n]{1,40}\][ \t]*)+")
# "Trinity-St. Paul's": after a hyphen the abbreviation is not recognised as one.
_ABBREVIATED = re.compile(r"[-–](?:St|Ste|Mt|Ft|Dr)\.$")


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
    return _mended(text, spans)


def trimmed(text: str, start: int, end: int) -> Span:
    """`text[start:end]` without the white space at its two ends."""
    piece = text[start:end]
    return Span(start + len(piece) - len(piece.lstrip()), end - (len(piece) - len(piece.rstrip())))


def _mended(text: str, spans: Sequence[Span]) -> list[Span]:
    """`spans` with remarks put to the sentence they are about, and abbreviations held together."""
    mended: list[Span] = []
    for span in spans:
        before = mended[-1] if mended else None
        if before is None or "\n" in text[before.end : span.start]:
            mended.append(span)
        elif _ABBREVIATED.search(text, before.start, before.end):
            mended[-1] = Span(before.start, span.end)
        elif remarks := _REMARKS.match(text, span.start, span.end):
            mended[-1] = trimmed(text, before.start, remarks.end())
            if remarks.end() < span.end:
                mended.append(Span(remarks.end(), span.end))
        else:
            mended.append(span)
    return mended
