"""Texts of articles and people, made safe to show in Slack.

Nothing in them may mention, link or format (https://docs.slack.dev/messaging/formatting-message-text).
A zero-width space behind a character of markup keeps it what it is, and is not seen.
"""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import quote as percent_encoded

_NOTHING = "\u200b"
_ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}
_MRKDWN = _ENTITIES | {one: one + _NOTHING for one in "*_~`"}
_MARKDOWN = _MRKDWN | {one: one + _NOTHING for one in "[]()!#@|\\:"}
_NO_LIMIT = 1_000_000
_FRAGMENT_WORDS = 8
_MAX_LINK = 1_500


def escaped(text: str, limit: int = _NO_LIMIT) -> str:
    """Text for mrkdwn, at most `limit` characters long; an ellipsis where some are missing."""
    return _escaped(text, _MRKDWN, limit)


def escaped_markdown(text: str, limit: int = _NO_LIMIT) -> str:
    """One line of text for the markdown that replies are streamed in."""
    return _escaped(" ".join(text.split()), _MARKDOWN, limit)


def cut(text: str, limit: int) -> str:
    """At most `limit` characters, an ellipsis where some are missing."""
    return text if len(text) <= limit else f"{text[: limit - 1].rstrip()}…"


def linked(title: str, url: str | None, quote: str) -> str:
    """A title in mrkdwn that leads to the quote in its article; bold where no address is known."""
    shown = escaped(" ".join(title.split()), 300).replace("|", "¦")
    if not (url or "").lower().startswith(("http://", "https://")):
        return f"*{shown}*"
    safe = _safe(str(url))
    address = _with_fragment(safe, quote)
    if len(address) > _MAX_LINK:
        address = safe
    return f"<{address}|{shown}>" if len(address) <= _MAX_LINK else f"*{shown}*"


def _escaped(text: str, table: Mapping[str, str], limit: int) -> str:
    whole = [table.get(character, character) for character in text]
    if sum(map(len, whole)) <= limit:
        return "".join(whole)
    kept, room = [], limit - 1
    for one in whole:
        room -= len(one)
        if room < 0:
            break
        kept.append(one)
    return "".join(kept).rstrip() + "…"


def _safe(url: str) -> str:
    for character, stands_for in (("<", "%3C"), (">", "%3E"), ("|", "%7C"), (" ", "%20")):
        url = url.replace(character, stands_for)
    return "".join(url.split()).replace("&", "&amp;")


def _with_fragment(url: str, quote: str) -> str:
    """The address that jumps to the quote (https://wicg.github.io/scroll-to-text-fragment)."""
    words = quote.split()
    first = _encoded(" ".join(words[:_FRAGMENT_WORDS]))
    last = _encoded(" ".join(words[-_FRAGMENT_WORDS:]))
    span = first if len(words) <= 2 * _FRAGMENT_WORDS else f"{first},{last}"
    joint = "" if "#" in url else "#"
    return f"{url}{joint}:~:text={span}"


def _encoded(text: str) -> str:
    return percent_encoded(text, safe="").replace("-", "%2D")
