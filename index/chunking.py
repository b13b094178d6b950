"""Article text → passages: whole sentences, true offsets, never across a heading."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from index.article import Span
from index.sentences import sentence_spans, trimmed
from index.structure import Block, blocks

MAX_WORDS = 120
MIN_WORDS = 90
OVERLAP_WORDS = 30

# A word is a run of up to 24 non-space characters, or one character of a script that is written
# without spaces: so no input, however odd, becomes one endless passage.
_UNSPACED = "\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\u0e00-\u0e7f"
_WORD = re.compile(rf"[{_UNSPACED}]|[^\s{_UNSPACED}]{{1,24}}")


@dataclass(frozen=True, slots=True)
class Chunk:
    """Where a passage lies in its article, and the heading it stands under ("" for none)."""

    start: int
    end: int
    heading: str


@dataclass(frozen=True, slots=True)
class _Sentence:
    start: int
    end: int
    words: int


def chunk(text: str, headings: Sequence[Span] = ()) -> list[Chunk]:
    """Cuts an article's text into passages of about 60 to 120 words.

    Neighbouring passages share up to `OVERLAP_WORDS` words of whole sentences. Headings and web
    furniture belong to no passage, unless headings are all the text there is. A sentence longer
    than `MAX_WORDS` is cut between words.
    """
    parts = blocks(text, headings)
    chunks: list[Chunk] = []
    for heading, body in _sections(parts):
        title = text[heading.start : heading.end] if heading else ""
        chunks += [Chunk(span.start, span.end, title) for span in _windows(_sentences(text, body))]
    if chunks:
        return chunks
    only_headings = [part for part in parts if part.kind == "heading"]
    return [Chunk(span.start, span.end, "") for span in _windows(_sentences(text, only_headings))]


def _sections(parts: Sequence[Block]) -> list[tuple[Block | None, list[Block]]]:
    sections: list[tuple[Block | None, list[Block]]] = [(None, [])]
    for part in parts:
        if part.kind == "heading":
            sections.append((part, []))
        elif part.kind == "paragraph":
            sections[-1][1].append(part)
    return sections


def _sentences(text: str, parts: Sequence[Block]) -> list[_Sentence]:
    found: list[_Sentence] = []
    for part in parts:
        for span in sentence_spans(text, part.start, part.end):
            found += _cut_long(text, span)
    return found


def _cut_long(text: str, span: Span) -> list[_Sentence]:
    words = [match.span() for match in _WORD.finditer(text, span.start, span.end)]
    if len(words) <= MAX_WORDS:
        return [_Sentence(span.start, span.end, len(words))]
    pieces = []
    for first in range(0, len(words), MAX_WORDS):
        run = words[first : first + MAX_WORDS]
        piece = trimmed(text, run[0][0], run[-1][1])
        pieces.append(_Sentence(piece.start, piece.end, len(run)))
    return pieces


def _windows(sentences: Sequence[_Sentence]) -> list[Span]:
    """Runs of sentences of at most `MAX_WORDS`; the last one reaches back to `MIN_WORDS`."""
    spans: list[Span] = []
    first = 0
    while first < len(sentences):
        after = _grow(sentences, first)
        if after == len(sentences):
            first = _reach_back(sentences, first)
        spans.append(Span(sentences[first].start, sentences[after - 1].end))
        if after == len(sentences):
            break
        first = _step_back(sentences, first, after)
    return spans


def _grow(sentences: Sequence[_Sentence], first: int) -> int:
    """The end of the longest run from `first` that fits, at least one sentence."""
    words = sentences[first].words
    after = first + 1
    while after < len(sentences) and words + sentences[after].words <= MAX_WORDS:
        words += sentences[after].words
        after += 1
    return after


def _reach_back(sentences: Sequence[_Sentence], first: int) -> int:
    words = sum(sentence.words for sentence in sentences[first:])
    while first > 0 and words < MIN_WORDS and words + sentences[first - 1].words <= MAX_WORDS:
        first -= 1
        words += sentences[first].words
    return first


def _step_back(sentences: Sequence[_Sentence], first: int, after: int) -> int:
    """Where the next run starts: back from `after` by whole sentences of the overlap.

    It goes back only as far as the sentence at `after` still fits.
    """
    start, words = after, 0
    room = min(OVERLAP_WORDS, MAX_WORDS - sentences[after].words)
    while start - 1 > first and words + sentences[start - 1].words <= room:
        start -= 1
        words += sentences[start].words
    return start
