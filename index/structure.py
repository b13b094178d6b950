"""Plain text → headings, paragraphs and web furniture."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from index.article import Span
from index.sentences import trimmed

Kind = Literal["heading", "paragraph", "furniture"]

_BLANK_LINE = re.compile(r"\n[^\S\n]*(?:\n[^\S\n]*)+")
_MARKDOWN_HEADING = re.compile(r"#{1,6}\s+\S")
_SENTENCE_END = re.compile(r"[.!?…。！？][\"'”’»)\]]*$")
# Lines at least this long are paragraphs of their own, not a hard-wrapped piece of one.
_LONG_LINE = 120
_HEADING_WORDS = 14
_HEADING_CHARACTERS = 110
_FURNITURE_WORDS = 45

# What web pages put around an article, as whole lines.
_FURNITURE_LINES = frozenset(
    {
        "advertisement",
        "advertising",
        "back to top",
        "comments",
        "continue reading",
        "copy link",
        "email",
        "email this",
        "facebook",
        "follow us",
        "instagram",
        "latest news",
        "leave a comment",
        "linkedin",
        "load more",
        "log in",
        "login",
        "menu",
        "more from this author",
        "more news",
        "more stories",
        "most popular",
        "most read",
        "most viewed",
        "newsletter",
        "next article",
        "no comments",
        "post a comment",
        "previous article",
        "print",
        "read more",
        "read next",
        "recommended",
        "recommended for you",
        "related",
        "related articles",
        "related content",
        "related news",
        "related stories",
        "related topics",
        "save article",
        "search",
        "see all",
        "see all video",
        "see all videos",
        "see more",
        "share",
        "share this",
        "share this article",
        "share this story",
        "show comments",
        "show more",
        "sign in",
        "sign up",
        "skip to content",
        "skip to main content",
        "sponsored content",
        "story continues below advertisement",
        "subscribe",
        "subscribe now",
        "top stories",
        "trending",
        "trending now",
        "tweet",
        "twitter",
        "view all",
        "view comments",
        "watch more",
        "whatsapp",
        "you may also like",
        "you might also like",
    }
)

# The same as whole paragraphs. A sentence of an article that merely mentions these words stays.
_FURNITURE_PATTERNS = re.compile(
    r"""
      ^(?:tags?|topics|keywords|filed\ under|categories|more\ on\ this|in\ this\ article)
          (?:\s*[:|]|\s+(?!(?:are|is|was|were|have|has)\b)).*(?<![.!?])$
    | \bhas\ (?:removed|closed|disabled)\ its\ comments?\ section\b
    | ^(?:©|\(c\)|copyright\b).{0,160}$
    | \ball\ rights\ reserved\b
    | ^(?:read|see|watch|listen)\ (?:more|also|next)\s*[:>]
    | ^(?:also\ read|more\ from|related|recommended|trending|don.t\ miss)\s*:
    | ^(?:please\ )?(?:sign\ up|subscribe|register)\ (?:here\ |now\ |today\ )?(?:for|to)\b.*
          \b(?:newsletters?|updates|alerts|inbox|emails?|channel|podcast|free|access)\b
    | ^(?:get|receive)\b.*\b(?:newsletters?|in\ your\ inbox)\b
    | ^follow\ (?:us|the\ \w+)\b.*\b(?:twitter|facebook|instagram|x|linkedin|youtube|telegram)\b
    | ^(?:like|join)\ us\ on\b
    | \b(?:this|our)\ (?:web)?site\ uses\ cookies\b | ^we\ (?:and\ our\ partners\ )?use\ cookies\b
    | ^click\ here\b | ^(?:tap|swipe)\ (?:here|to)\b
    | ^share\ (?:this|on|via)\b.{0,60}$
    | ^\d+\ (?:comments?|shares?|views?|min(?:ute)?s?\ read)$
    | ^(?:photo|image|picture|video)(?:\ credit|\ by|s)?\s*:
    """,
    re.IGNORECASE | re.VERBOSE,
)


@dataclass(frozen=True, slots=True)
class Block:
    """A piece of a text, without white space around it."""

    kind: Kind
    start: int
    end: int


def blocks(text: str, headings: Sequence[Span] = ()) -> list[Block]:
    """The blocks of a text in order; every visible character is in exactly one of them.

    `headings` are spans known to be headings. Other headings are recognised by their form: one
    short line of its own, without a full stop, before a paragraph. Web furniture is recognised
    by its wording.
    """
    found: list[Block] = []
    position = 0
    for heading in sorted(headings, key=lambda span: span.start):
        start, end = max(heading.start, position), min(heading.end, len(text))
        if not text[start:end].strip():
            continue
        found += _unmarked(text, position, start)
        span = trimmed(text, start, end)
        found.append(Block("heading", span.start, span.end))
        position = end
    found += _unmarked(text, position, len(text))
    return _with_headings(text, _with_tail(text, found))


def _unmarked(text: str, start: int, end: int) -> list[Block]:
    return [
        Block("furniture" if _is_furniture(text[s.start : s.end]) else "paragraph", s.start, s.end)
        for s in _paragraphs(text, start, end)
    ]


def _paragraphs(text: str, start: int, end: int) -> Iterator[Span]:
    position = start
    for gap in [*(match.span() for match in _BLANK_LINE.finditer(text, start, end)), (end, end)]:
        yield from _lines_apart(text, position, gap[0])
        position = gap[1]


def _lines_apart(text: str, start: int, end: int) -> Iterator[Span]:
    """A run of lines: one hard-wrapped paragraph, or a paragraph on each long or odd line."""
    first = start
    position = start
    for line in text[start:end].splitlines(keepends=True):
        after = position + len(line)
        if _stands_alone(line):
            yield from _visible(text, first, position)
            yield from _visible(text, position, after)
            first = after
        position = after
    yield from _visible(text, first, end)


def _stands_alone(line: str) -> bool:
    words = line.strip()
    if len(words) >= _LONG_LINE or _MARKDOWN_HEADING.match(words):
        return True
    return bool(words) and _is_furniture(words)


def _visible(text: str, start: int, end: int) -> Iterator[Span]:
    span = trimmed(text, start, end)
    if span.start < span.end:
        yield span


def _is_furniture(paragraph: str) -> bool:
    plain = re.sub(r"\s+", " ", paragraph).strip(" \t\u00a0>»›→▼|•·*-–—:…")
    if plain.casefold() in _FURNITURE_LINES:
        return True
    words = plain.count(" ") + 1
    is_list = plain[:4].casefold() in ("tags", "tag ", "tag:")
    if words > _FURNITURE_WORDS and not is_list:
        return False
    return _FURNITURE_PATTERNS.search(plain) is not None


def _with_tail(text: str, found: list[Block]) -> list[Block]:
    """Short lines without a sentence among trailing furniture are furniture, too."""
    result = list(found)
    for number in range(len(result) - 1, -1, -1):
        block = result[number]
        if block.kind == "furniture":
            continue
        has_furniture_before = any(
            b.kind == "furniture" for b in result[max(0, number - 3) : number]
        )
        if block.kind == "paragraph" and has_furniture_before and _is_stub(text, block):
            result[number] = replace(block, kind="furniture")
        else:
            break
    return result


def _is_stub(text: str, block: Block) -> bool:
    words = text[block.start : block.end]
    return len(words.split()) <= _HEADING_WORDS and not _SENTENCE_END.search(words)


def _with_headings(text: str, found: list[Block]) -> list[Block]:
    result = list(found)
    for number, block in enumerate(result[:-1]):
        if block.kind == "paragraph" and _looks_like_heading(text, block, result[number + 1]):
            result[number] = replace(block, kind="heading")
    return result


def _looks_like_heading(text: str, block: Block, following: Block) -> bool:
    line = text[block.start : block.end]
    if "\n" in line:
        return False
    if _MARKDOWN_HEADING.match(line):
        return True
    if len(line) > _HEADING_CHARACTERS or len(line.split()) > _HEADING_WORDS:
        return False
    first = next((character for character in line if character.isalnum()), "")
    ends_open = line[-1] in ".!,;:…\"”'’)]" or (_SENTENCE_END.search(line) and line[-1] != "?")
    if not first or first.islower() or ends_open:
        return False
    return following.kind == "paragraph" and not _is_stub(text, following)
