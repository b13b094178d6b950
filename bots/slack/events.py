"""What a Slack event asks of the bot, and by which key it is known however often it is sent."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel

from bots.slack.links import links_in, plain

_MENTION = re.compile(r"<@([UW][A-Z0-9]+)(?:\|[^>]*)?>")
_ADD = re.compile(r"add\b", re.IGNORECASE)
_READABLE = (None, "thread_broadcast", "file_share")

Event = Mapping[str, Any]


class InThread(BaseModel):
    """Something that belongs to one thread; `thread_ts` is the message that the thread hangs on.

    `team` is the workspace that installed the bot.
    """

    team: str
    channel: str
    thread_ts: str

    @property
    def conversation_id(self) -> str:
        """The thread as the records know it."""
        return f"slack:{self.team}:{self.channel}:{self.thread_ts}"


class Asked(InThread):
    """A question as it stands in Slack.

    `author_team` is the workspace of who asks: another one where channels are shared. `shown` says
    that the reply has to show the question: nobody else wrote it down. `response_url` is where
    Slack takes a word for the asker alone.
    """

    author_team: str
    user: str
    ts: str
    question: str
    edited_ts: str = ""
    mentioned: bool = True
    shown: bool = False
    response_url: str | None = None

    @property
    def key(self) -> str:
        """The message's own name: a mention reaches us as two events, and each several times."""
        return f"slack:{self.team}:{self.channel}:{self.ts}"

    @property
    def inbox_key(self) -> str:
        """What the inbox knows it by: an edit is something new to do."""
        return f"{self.key}:edited:{self.edited_ts}" if self.edited_ts else self.key


class Deleted(InThread):
    """A question that its author took back."""

    ts: str

    @property
    def key(self) -> str:
        """The message's own name."""
        return f"slack:{self.team}:{self.channel}:{self.ts}"


class SharedFile(BaseModel):
    """A file that somebody shared in Slack, and where it is fetched with the bot's token."""

    name: str
    url: str


class ToAdd(InThread):
    """Articles that somebody wants in the collection. Without a thread the channel is told."""

    key: str
    user: str
    addresses: tuple[str, ...] = ()
    files: tuple[SharedFile, ...] = ()
    response_url: str | None = None


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads an event: the workspace that installed the bot, and the bot's own name there."""

    team: str
    own_user: str

    def read(self, event: Event) -> Asked | Deleted | ToAdd | None:
        """What an event asks; None when it asks nothing of anybody.

        https://docs.slack.dev/reference/events/message
        """
        if event.get("type") == "app_mention":
            return self._request(event, mentioned=True)
        if event.get("type") != "message":
            return None
        subtype = event.get("subtype")
        if subtype == "message_deleted":
            return self._deleted(event)
        if subtype == "message_changed":
            return self._edited(event)
        return self._request(event) if subtype in _READABLE else None

    def _request(self, event: Event, *, mentioned: bool = False) -> Asked | ToAdd | None:
        if self._is_ours(event):
            return None
        mentioned = mentioned or event.get("channel_type") == "im" or self._names_us(event)
        text = plain(str(event.get("text") or ""), self.own_user)
        if mentioned and _ADD.match(text) and (found := self.to_add(event)) is not None:
            return found
        return self._asked(event, text, mentioned=mentioned) if text else None

    def to_add(self, message: Event, channel: str = "", user: str = "") -> ToAdd | None:
        """The links and files of a message, None when it has none of them."""
        channel = channel or message["channel"]
        files = tuple(
            SharedFile(name=str(file.get("name") or file["id"]), url=file["url_private_download"])
            for file in message.get("files") or ()
            if file.get("url_private_download")
        )
        addresses = links_in(str(message.get("text") or ""))
        if not files and not addresses:
            return None
        return ToAdd(
            key=f"slack:{self.team}:{channel}:{message['ts']}:add",
            team=self.team,
            channel=channel,
            thread_ts=message.get("thread_ts") or message["ts"],
            user=user or str(message["user"]),
            addresses=addresses,
            files=files,
        )

    def _asked(self, event: Event, question: str, *, mentioned: bool, edited_ts: str = "") -> Asked:
        return Asked(
            team=self.team,
            author_team=str(event.get("user_team") or event.get("team") or self.team),
            channel=event["channel"],
            user=event["user"],
            ts=event["ts"],
            thread_ts=event.get("thread_ts") or event["ts"],
            question=question,
            mentioned=mentioned,
            edited_ts=edited_ts,
        )

    def _edited(self, event: Event) -> Asked | None:
        """An edit; what Slack adds to a message itself, such as a link's preview, is none."""
        message, before = event.get("message") or {}, event.get("previous_message") or {}
        if message.get("text") == before.get("text") or "edited" not in message:
            return None
        question = plain(str(message.get("text") or ""), self.own_user)
        if self._is_ours(message) or not question:
            return None
        whole = {**message, "channel": event["channel"]}
        mentioned = event.get("channel_type") == "im" or self._names_us(message)
        edited_ts = str(message["edited"]["ts"])
        return self._asked(whole, question, mentioned=mentioned, edited_ts=edited_ts)

    def _deleted(self, event: Event) -> Deleted:
        ts = str(event["deleted_ts"])
        before = event.get("previous_message") or {}
        thread_ts = str(before.get("thread_ts") or ts)
        return Deleted(team=self.team, channel=event["channel"], thread_ts=thread_ts, ts=ts)

    def _is_ours(self, event: Event) -> bool:
        """Whether the bot wrote it, another bot did, or nobody."""
        user = event.get("user")
        return not user or user == self.own_user or bool(event.get("bot_id") or event.get("hidden"))

    def _names_us(self, event: Event) -> bool:
        return self.own_user in _MENTION.findall(str(event.get("text") or ""))
