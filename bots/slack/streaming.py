"""A reply that appears sentence by sentence, where the workspace can show it so."""

from __future__ import annotations

import threading
import time
from collections import defaultdict, deque
from collections.abc import Sequence
from typing import Any

from slack_sdk.errors import SlackApiError
from slack_sdk.web.chat_stream import ChatStream

from bots.slack.posting import REPLY, Place, mark

# Slack may have done what it says it failed at: look before doing it again.
_UNSURE = {"fatal_error", "internal_error", "request_timeout", "service_unavailable", "ratelimited"}
# The workspace does not stream at all.
_LACKING = {
    "access_denied", "feature_not_enabled", "missing_scope", "not_allowed_token_type",
    "team_access_not_granted", "unknown_method",
}  # fmt: skip
_SECONDS_UNTIL_ASKED_AGAIN = 600.0
# Slack takes some 20 a minute and workspace; more would wait where a whole message need not.
_MOST_A_MINUTE = 18


class Streams:
    """Streams replies (https://docs.slack.dev/reference/methods/chat.startStream)."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._lacking_until: dict[str, float] = {}
        self._started: defaultdict[str, deque[float]] = defaultdict(deque)

    def start(self, place: Place, recipient: tuple[str, str], text: str) -> ChatStream | None:
        """A stream that shows its first piece; None where the reply is to be posted instead.

        `recipient` is the team and the user who asked.
        """
        team = place.workspace.team
        if not self._may_start(team):
            return None
        stream = place.workspace.client.chat_stream(
            channel=place.channel,
            thread_ts=str(place.thread_ts),
            recipient_team_id=recipient[0],
            recipient_user_id=recipient[1],
            buffer_size=1,
        )
        try:
            stream.append(markdown_text=text)
        except SlackApiError as error:
            reason = error.response.get("error")
            if reason in _UNSURE:
                raise
            if reason in _LACKING:
                self._lacking_until[team] = time.monotonic() + _SECONDS_UNTIL_ASKED_AGAIN
            return None
        return stream

    def _may_start(self, team: str) -> bool:
        now = time.monotonic()
        if self._lacking_until.get(team, 0.0) > now:
            return False
        with self._lock:
            started = self._started[team]
            while started and started[0] < now - 60:
                started.popleft()
            if len(started) >= _MOST_A_MINUTE:
                return False
            started.append(now)
        return True


def finish(stream: ChatStream, rest: Sequence[str], blocks: Sequence[Any], key: str) -> bool:
    """Appends the other pieces and ends the stream; False when Slack has closed it meanwhile."""
    try:
        for text in rest:
            stream.append(markdown_text=text)
        stream.stop(blocks=blocks, metadata=mark(REPLY, key))
    except SlackApiError as error:
        if error.response.get("error") in _UNSURE:
            raise
        return False
    return True


def close(place: Place, ts: str, key: str) -> None:
    """Ends a stream that broke off, so that its message can be changed."""
    try:
        metadata = mark(REPLY, key)
        place.workspace.client.chat_stopStream(channel=place.channel, ts=ts, metadata=metadata)
    except SlackApiError as error:
        if error.response.get("error") in _UNSURE:
            raise
