"""The decisive words of a sentence, for the eye."""

from __future__ import annotations

import re
from collections.abc import Sequence

from index.article import Span
from qa.evidence.question import Kind
from qa.evidence.units import Unit

MAX_HIGHLIGHTS = 3
_MAX_CLAUSE = 90
_CLAUSE_KINDS = frozenset({Kind.REASON, Kind.DEFINITION, Kind.STATEMENT, Kind.MANNER})
_CLAUSE_END = re.compile(r"[,;:—–”](?=\s|$)|(?<![A-Z])[.!?](?=\s|$)|\s—")
_QUOTATION = re.compile(r"[“\"«]([^”\"»]{3,})[”\"»]")
_UNIT_WORDS = re.compile(
    r"\s?(?:%|percent|per cent|million|billion|trillion|dollars|euros|pounds|years?|months?|"
    r"weeks?|days?|hours?|minutes?|people|miles|kilometers|kilometres|km|kg|tons?|tonnes|"
    r"points?|times)\b|%"
)


def highlights(
    kind: Kind, unit: Unit, candidates: Sequence[Span], met: frozenset[str]
) -> tuple[Span, ...]:
    """Up to `MAX_HIGHLIGHTS` spans, as offsets in the article's text, in order, apart.

    The answer candidates nearest to the question's words, which are those whose stem is in
    `met`; without candidates, the question's words themselves.
    """
    anchors = [Span(w.start, w.end) for w in unit.words if w.stem in met and not w.function]
    if candidates:
        near = sorted(candidates, key=lambda span: _away(span, anchors))[:MAX_HIGHLIGHTS]
        chosen = [
            _whole(kind, unit.text, span) for span in near[: 1 if kind in _CLAUSE_KINDS else 2]
        ]
    else:
        chosen = anchors
    merged = _merged(unit.text, sorted(chosen, key=lambda span: span.start))
    longest = sorted(merged, key=lambda span: span.start - span.end)[:MAX_HIGHLIGHTS]
    return tuple(
        Span(unit.start + span.start, unit.start + span.end)
        for span in sorted(longest, key=lambda span: span.start)
    )


def _away(span: Span, anchors: Sequence[Span]) -> int:
    return min((abs(span.start - anchor.start) for anchor in anchors), default=0)


def _whole(kind: Kind, text: str, span: Span) -> Span:
    """A cue with the clause it opens; a number with its unit and currency sign."""
    start = (
        span.start
        + len(text[span.start : span.end])
        - len(text[span.start : span.end].lstrip(" ,"))
    )
    end = span.end
    quotation = _QUOTATION.search(text, start) if kind is Kind.STATEMENT else None
    if quotation:
        start, end = quotation.span(1)
    elif kind in _CLAUSE_KINDS:
        stop = _CLAUSE_END.search(text, end)
        end = min(stop.start() if stop else len(text), end + _MAX_CLAUSE)
        while end < len(text) and text[end].isalnum():
            end -= 1
    elif kind is Kind.QUANTITY:
        unit_word = _UNIT_WORDS.match(text, end)
        end = unit_word.end() if unit_word else end
        start -= int(start > 0 and text[start - 1] in "$€£¥")
    end = max(end, span.end)
    return Span(start, end - (len(text[start:end]) - len(text[start:end].rstrip())))


def _merged(text: str, spans: Sequence[Span]) -> list[Span]:
    """Joins spans that overlap or have only spaces or hyphens between them."""
    joined: list[Span] = []
    for span in spans:
        if joined and text[joined[-1].end : span.start].strip(" -\u2013") == "":
            joined[-1] = Span(joined[-1].start, max(joined[-1].end, span.end))
        elif span.start < span.end:
            joined.append(span)
    return joined
