"""Messages to Slack, each posted exactly once, whatever is interrupted when.

The outbox notes a message before and after it is posted. What was begun and is not known to stand
anywhere is looked for in Slack first: by the metadata that marks our messages, and, since a stream
gets its metadata only at its end, among the streams that broke off.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid5

from slack_sdk.errors import SlackApiError

from bots.slack.workspaces import Workspace
from qa.records import Outbox, Posting

REPLY = "footnote_reply"
_PAGE = 200
# How far back a channel is searched for a message that is not in a thread.
_MAX_PAGES = 5
_TOO_MUCH = {"invalid_blocks", "invalid_blocks_format", "msg_blocks_too_long"}

_MESSAGES = UUID("3f1c1f0e-6a0b-4f0e-9a2f-6f6f746e6f74")

Message = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a message goes: into a thread, or, without one, to the channel."""

    workspace: Workspace
    channel: str
    thread_ts: str | None = None


class Poster:
    """Posts, finds and changes messages."""

    def __init__(self, outbox: Outbox) -> None:
        self.outbox = outbox

    def post_once(self, key: str, kind: str, place: Place, message: Message) -> str:
        """Posts a message, unless it stands there already; its timestamp."""
        posting = self.outbox.begin(key)
        ts = self.standing(posting, kind, place)
        if ts is None:
            ts = self.post(key, kind, place, message)
        if not posting.complete:
            self.outbox.complete(key, f"{place.channel} {ts}")
        return ts

    def post(self, key: str, kind: str, place: Place, message: Message) -> str:
        """Posts a message under its mark; its timestamp."""
        fields = {
            "channel": place.channel,
            "metadata": mark(kind, key),
            "client_msg_id": str(uuid5(_MESSAGES, key)),
            "unfurl_links": False,
            "unfurl_media": False,
        }
        if place.thread_ts is not None:
            fields["thread_ts"] = place.thread_ts
        sent = _sent(place.workspace.client.chat_postMessage, message, fields)
        ts = str(sent["ts"])
        self.outbox.note_place(key, f"{place.channel} {ts}")
        return ts

    def update(self, key: str, kind: str, place: Place, ts: str, message: Message) -> None:
        """Puts a message in the place of the one that stands there."""
        fields = {"channel": place.channel, "ts": ts, "metadata": mark(kind, key)}
        _sent(place.workspace.client.chat_update, message, fields)

    def standing(self, posting: Posting, kind: str, place: Place) -> str | None:
        """Where a message stands: as the outbox knows, or found in Slack after a crash."""
        if posting.place is not None:
            return posting.place.split(" ")[1]
        if posting.is_new:
            return None
        ts = self._found(posting.key, kind, place)
        if ts is not None:
            self.outbox.note_place(posting.key, f"{place.channel} {ts}")
        return ts

    def _found(self, key: str, kind: str, place: Place) -> str | None:
        broken_off = None
        for message in _messages(place):
            metadata = message.get("metadata") or {}
            payload = metadata.get("event_payload") or {}
            if metadata.get("event_type") == kind and payload.get("key") == key:
                return str(message["ts"])
            if kind == REPLY and not metadata and self._is_stray(message, place):
                broken_off = str(message["ts"])
        return broken_off

    def _is_stray(self, message: Message, place: Place) -> bool:
        """Whether it is ours, and nothing is noted about it."""
        if message.get("user") != place.workspace.own_user:
            return False
        return not self.outbox.knows(f"{place.channel} {message['ts']}")


def mark(kind: str, key: str) -> Message:
    """The metadata by which a message is found again."""
    return {"event_type": kind, "event_payload": {"key": key}}


def _sent(call: Callable[..., Any], message: Message, fields: Message) -> Any:  # noqa: ANN401
    """Sends blocks, or the text alone where Slack does not take them."""
    try:
        return call(**message, **fields)
    except SlackApiError as error:
        if error.response.get("error") not in _TOO_MUCH:
            raise
        return call(text=message["text"], **fields)


def _messages(place: Place) -> Iterator[Message]:
    """The messages of a thread, or the newest of a channel."""
    client = place.workspace.client
    if place.thread_ts is not None:
        thread = client.conversations_replies(
            channel=place.channel, ts=place.thread_ts, include_all_metadata=True, limit=_PAGE
        )
        for page in thread:
            yield from page["messages"]
        return
    pages = client.conversations_history(
        channel=place.channel, include_all_metadata=True, limit=_PAGE
    )
    for _number, page in zip(range(_MAX_PAGES), pages, strict=False):
        yield from page["messages"]
