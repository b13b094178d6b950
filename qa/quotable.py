"""The pieces of a passage that can be quoted: sentences, and parts of very long ones."""

from __future__ import annotations

import re
from collections.abc import Sequence

from index.article import Span
from index.sentences import sentence_spans, trimmed

MAX_WORDS = 60
# "[12]", "[citation needed]" behind the end of a sentence: not what it says.
_REMARKS = re.compile(r"(?<=[.!?\"”’)])[ \t]*(?:\[[^\]\n]{1,40}\][ \t]*)+$")
# Where to cut a very long sentence, best places first.
_CUTS = (r"\n+", r"[;:|•](?=\s)", r",(?=\s)|\s(?=[—–-]\s)", r"\s")


def quotable_spans(text: str) -> list[Span]:
    """The sentences of `text` in order; one of more than `MAX_WORDS` words comes in parts.

    Remarks in brackets behind a sentence's end are left out.
    """
    sentences = [_without_remarks(text, sentence) for sentence in sentence_spans(text)]
    return [part for sentence in sentences for part in _parts(text, sentence)]


def _without_remarks(text: str, span: Span) -> Span:
    remarks = _REMARKS.search(text, span.start, span.end)
    return Span(span.start, remarks.start()) if remarks else span


def sentence_of(sentences: Sequence[Span], span: Span) -> Span:
    """Of `sentences` the one that shares most with `span`; the span itself where there is none."""

    def shared(sentence: Span) -> int:
        return min(sentence.end, span.end) - max(sentence.start, span.start)

    return max(sentences, key=shared, default=span)


def _parts(text: str, span: Span) -> list[Span]:
    """Halves a long span at the best cut near its middle until all parts are short enough."""
    if len(text[span.start : span.end].split()) <= MAX_WORDS:
        return [span]
    cut = _best_cut(text, span)
    left, right = trimmed(text, span.start, cut), trimmed(text, cut, span.end)
    if left.start >= left.end or right.start >= right.end:
        return [span]
    return [*_parts(text, left), *_parts(text, right)]


def _best_cut(text: str, span: Span) -> int:
    middle = (span.start + span.end) // 2
    length = span.end - span.start
    for pattern in _CUTS:
        cuts = [match.end() for match in re.finditer(pattern, text[span.start : span.end])]
        inner = [span.start + cut for cut in cuts if 0.2 < cut / length < 0.8]
        if inner:
            return min(inner, key=lambda cut: abs(cut - middle))
    return span.end
