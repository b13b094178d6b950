"""Slack's markup in what people write (https://docs.slack.dev/messaging/formatting-message-text)."""

from __future__ import annotations

import re

_MENTION = re.compile(r"<@([UW][A-Z0-9]+)(?:\|[^>]*)?>")
_MARKED = re.compile(r"<(?:[^|>]*\|)?([^>]+)>")
_ADDRESS = re.compile(r"<(https?://[^|>]+)(?:\|[^>]*)?>|(https?://[^\s<>|]+)", re.IGNORECASE)
_ENTITIES = {"&lt;": "<", "&gt;": ">", "&amp;": "&"}


def plain(text: str, own_user: str = "") -> str:
    """A message without Slack's own markup, and without our name."""

    def name(found: re.Match[str]) -> str:
        return "" if found[1] == own_user else found[0]

    text = _MARKED.sub(lambda found: found[1], _MENTION.sub(name, text))
    return " ".join(_unescaped(text).split())


def links_in(text: str) -> tuple[str, ...]:
    """The web addresses of a message, each once."""
    found = (marked or bare for marked, bare in _ADDRESS.findall(text))
    return tuple(dict.fromkeys(_unescaped(one) for one in found))


def _unescaped(text: str) -> str:
    for entity, character in _ENTITIES.items():
        text = text.replace(entity, character)
    return text
