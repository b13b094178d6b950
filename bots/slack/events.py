"""What a Slack event asks of the bot, and by which key it is known however often it is sent."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel

_MENTION = re.compile(r"<@([UW][A-Z0-9]+)(?:\|[^>]*)?>")
_LINK = re.compile(r"<(?:[^|>]*\|)?([^>]+)>")
_ENTITIES = {"&lt;": "<", "&gt;": ">", "&amp;": "&"}


class Asked(BaseModel):
    """A question as it stands in Slack; `thread_ts` is the message that the thread hangs on."""

    team: str
    channel: str
    user: str
    ts: str
    thread_ts: str
    question: str
    edited_ts: str = ""
    mentioned: bool = True

    @property
    def key(self) -> str:
        """The message's own name: a mention reaches us as two events, and each several times."""
        return f"slack:{self.team}:{self.channel}:{self.ts}"

    @property
    def inbox_key(self) -> str:
        """What the inbox knows it by: an edit is something new to do."""
        return f"{self.key}:edited:{self.edited_ts}" if self.edited_ts else self.key

    @property
    def conversation_id(self) -> str:
        """The thread as the records know it."""
        return f"slack:{self.team}:{self.channel}:{self.thread_ts}"


class Deleted(BaseModel):
    """A question that its author took back."""

    team: str
    channel: str
    ts: str

    @property
    def key(self) -> str:
        """The message's own name."""
        return f"slack:{self.team}:{self.channel}:{self.ts}"


def asked_in(body: Mapping[str, Any], own_user: str) -> Asked | Deleted | None:
    """The question of an Events API callback, or None when it asks nothing of the bot.

    https://docs.slack.dev/reference/events/message
    """
    event = body.get("event") or {}
    team = str(body.get("team_id") or "")
    if event.get("type") == "app_mention":
        return _question(event, team, own_user, mentioned=True)
    if event.get("type") != "message":
        return None
    subtype = event.get("subtype")
    if subtype == "message_deleted":
        return Deleted(team=team, channel=event["channel"], ts=str(event["deleted_ts"]))
    if subtype == "message_changed":
        return _edited(event, team, own_user)
    if subtype not in (None, "thread_broadcast", "file_share"):
        return None
    direct = event.get("channel_type") == "im"
    return _question(event, team, own_user, mentioned=direct or _names(event, own_user))


def plain(text: str, own_user: str = "") -> str:
    """A message without Slack's own markup, and without our name."""

    def name(found: re.Match[str]) -> str:
        return "" if found[1] == own_user else found[0]

    text = _LINK.sub(lambda found: found[1], _MENTION.sub(name, text))
    for entity, character in _ENTITIES.items():
        text = text.replace(entity, character)
    return " ".join(text.split())


def _names(event: Mapping[str, Any], own_user: str) -> bool:
    return own_user in _MENTION.findall(str(event.get("text") or ""))


def _question(
    event: Mapping[str, Any], team: str, own_user: str, *, mentioned: bool, edited_ts: str = ""
) -> Asked | None:
    user = event.get("user")
    if not user or user == own_user or event.get("bot_id") or event.get("hidden"):
        return None
    question = plain(str(event.get("text") or ""), own_user)
    if not question:
        return None
    return Asked(
        team=str(event.get("team") or team),
        channel=event["channel"],
        user=user,
        ts=event["ts"],
        thread_ts=event.get("thread_ts") or event["ts"],
        question=question,
        mentioned=mentioned,
        edited_ts=edited_ts,
    )


def _edited(event: Mapping[str, Any], team: str, own_user: str) -> Asked | None:
    """An edit; what Slack adds to a message itself, such as a link's preview, is none."""
    message, before = event.get("message") or {}, event.get("previous_message") or {}
    if message.get("text") == before.get("text") or "edited" not in message:
        return None
    whole = {**message, "channel": event["channel"]}
    direct = event.get("channel_type") == "im"
    mentioned = direct or _names(whole, own_user)
    edited_ts = str(message["edited"]["ts"])
    return _question(whole, team, own_user, mentioned=mentioned, edited_ts=edited_ts)
