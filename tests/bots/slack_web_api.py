"""The Web API of a workspace that exists in memory alone (https://docs.slack.dev/reference/methods).

It keeps messages with their metadata, streams them, refuses what Slack refuses, and demands the
scope that each method needs.
"""

from __future__ import annotations

import threading
import uuid
from base64 import b64encode
from collections import defaultdict
from collections.abc import Callable
from typing import Any

from bots.slack.manifest import SCOPES
from tests.bots.slack_rules import (
    MAX_CHUNK,
    refused_blocks,
    refused_message,
    refused_metadata,
    refused_view,
)

BOT_TOKEN, APP_TOKEN = "xoxb-double", "xapp-double"
TEAM, BOT, USER = "T01", "UBOT", "UASKER"
CLIENT_ID, CLIENT_SECRET, CODE = "111.222", "client-secret", "code-of-T02"
OTHER_TEAM, OTHER_BOT, OTHER_TOKEN = "T02", "UOTHERBOT", "xoxb-other"
_HISTORY = {"C": "channels:history", "D": "im:history", "G": "mpim:history"}
SCOPE_OF_METHOD = {
    "chat.postMessage": "chat:write",
    "chat.update": "chat:write",
    "chat.delete": "chat:write",
    "chat.startStream": "chat:write",
    "chat.appendStream": "chat:write",
    "chat.stopStream": "chat:write",
    "assistant.threads.setStatus": "chat:write",
    "assistant.threads.setTitle": "assistant:write",
    "assistant.threads.setSuggestedPrompts": "assistant:write",
}

Message = dict[str, Any]


def error(code: str, **more: str) -> Message:
    return {"ok": False, "error": code, **more}


class Workspaces:
    """What stands in the channels. `calls` are the methods called with their fields.

    `streams` switches the streaming methods off, `whole_only` does so for some channels.
    """

    def __init__(self) -> None:
        self.messages: defaultdict[str, list[Message]] = defaultdict(list)
        self.views: list[Message] = []
        self.homes: list[Message] = []
        self.prompts: list[Message] = []
        self.titles: dict[str, str] = {}
        self.statuses: list[str] = []
        self.calls: list[tuple[str, Message]] = []
        self.scopes: set[str] = set(SCOPES)
        self.uninvited: set[str] = set()
        self.streams = True
        self.whole_only: set[str] = set()
        self.tokens = {BOT_TOKEN: (TEAM, BOT)}
        self.lock = threading.RLock()
        self.socket_url = ""
        self._clock = 1_700_000_000

    def timestamp(self) -> str:
        """The next message's `ts`."""
        with self.lock:
            self._clock += 1
            return f"{self._clock}.000100"

    def named(self, method: str) -> list[Message]:
        """The calls of a method."""
        with self.lock:
            return [fields for name, fields in self.calls if name == method]

    def call(self, method: str, fields: Message, token: str) -> Message:
        """What a method answers."""
        with self.lock:
            self.calls.append((method, fields))
            refused = self._refused(method, fields, token)
            if refused is not None:
                return refused
            known: dict[str, Callable[[Message], Message]] = {
                "auth.test": lambda _fields: self._auth(token),
                "apps.connections.open": lambda _fields: {"ok": True, "url": self.socket_url},
                "oauth.v2.access": lambda fields: self._access(fields, token),
                "chat.postMessage": lambda fields: self._post(fields, token),
                "chat.update": lambda fields: self._update(fields, token),
                "chat.delete": lambda fields: self._delete(fields, token),
                "chat.startStream": lambda fields: self._start(fields, token),
                "chat.appendStream": self._append,
                "chat.stopStream": self._stop,
                "conversations.replies": self._replies,
                "conversations.history": self._history,
                "views.open": self._open_view,
                "views.publish": self._publish,
                "assistant.threads.setStatus": self._status,
                "assistant.threads.setTitle": self._title,
                "assistant.threads.setSuggestedPrompts": self._prompts,
            }
            if not self.streams and method.endswith("Stream"):
                return error("unknown_method")
            return known[method](fields) if method in known else error("unknown_method")

    def _refused(self, method: str, fields: Message, token: str) -> Message | None:
        if method == "oauth.v2.access":
            return None
        if method == "apps.connections.open":
            return None if token == APP_TOKEN else error("invalid_auth")
        if token not in self.tokens:
            return error("invalid_auth")
        needed = SCOPE_OF_METHOD.get(method)
        if method.startswith("conversations."):
            needed = _HISTORY[fields["channel"][0]]
        if needed is not None and needed not in self.scopes:
            return error("missing_scope", needed=needed, provided=",".join(sorted(self.scopes)))
        if fields.get("channel") in self.uninvited:
            return error("not_in_channel")
        return None

    def _auth(self, token: str) -> Message:
        team, user = self.tokens[token]
        return {
            "ok": True,
            "user_id": user,
            "bot_id": f"B{user}",
            "team_id": team,
            "team": "Double",
        }

    def _access(self, fields: Message, token: str) -> Message:
        if token != f"Basic {b64encode(f'{CLIENT_ID}:{CLIENT_SECRET}'.encode()).decode()}":
            return error("invalid_client_id")
        if fields.get("code") != CODE:
            return error("invalid_code")
        self.tokens[OTHER_TOKEN] = OTHER_TEAM, OTHER_BOT
        return {
            "ok": True,
            "app_id": "A01",
            "authed_user": {"id": "UINSTALLER"},
            "scope": ",".join(sorted(self.scopes)),
            "token_type": "bot",
            "access_token": OTHER_TOKEN,
            "bot_user_id": OTHER_BOT,
            "team": {"id": OTHER_TEAM, "name": "Other"},
            "enterprise": None,
            "is_enterprise_install": False,
        }

    def _post(self, fields: Message, token: str) -> Message:
        if code := refused_message(fields):
            return error(code)
        if fields.get("thread_ts") and not self._find(fields["channel"], fields["thread_ts"]):
            return error("thread_not_found")
        message = {**fields, "user": self.tokens[token][1], "ts": self.timestamp()}
        self.messages[fields["channel"]].append(message)
        return {"ok": True, "channel": fields["channel"], "ts": message["ts"]}

    def _update(self, fields: Message, token: str) -> Message:
        message = self._find(fields["channel"], fields["ts"])
        if message is None:
            return error("message_not_found")
        if message["user"] != self.tokens[token][1]:
            return error("cant_update_message")
        if message.get("streaming"):
            return error("streaming_state_conflict")
        if code := refused_message(fields):
            return error(code)
        message.pop("markdown", None)
        message |= fields
        return {"ok": True, "channel": fields["channel"], "ts": fields["ts"]}

    def _delete(self, fields: Message, token: str) -> Message:
        message = self._find(fields["channel"], fields["ts"])
        if message is None:
            return error("message_not_found")
        if message["user"] != self.tokens[token][1]:
            return error("cant_delete_message")
        self.messages[fields["channel"]].remove(message)
        return {"ok": True}

    def _start(self, fields: Message, token: str) -> Message:
        if fields["channel"] in self.whole_only:
            return error("channel_type_not_supported")
        if not fields["channel"].startswith("D"):
            for name in ("recipient_team_id", "recipient_user_id"):
                if not fields.get(name):
                    return error(f"missing_{name}")
        if not self._find(fields["channel"], fields["thread_ts"]):
            return error("invalid_thread_ts")
        message = {
            "channel": fields["channel"],
            "thread_ts": fields["thread_ts"],
            "user": self.tokens[token][1],
            "ts": self.timestamp(),
            "markdown": "",
            "streaming": True,
        }
        if code := _append_chunks(message, fields):
            return error(code)
        self.messages[fields["channel"]].append(message)
        return {"ok": True, "channel": fields["channel"], "ts": message["ts"]}

    def _append(self, fields: Message) -> Message:
        message = self._find(fields["channel"], fields["ts"])
        if message is None:
            return error("message_not_found")
        if not message.get("streaming"):
            return error("message_not_in_streaming_state")
        code = _append_chunks(message, fields)
        return error(code) if code else {"ok": True, "ts": fields["ts"]}

    def _stop(self, fields: Message) -> Message:
        code = refused_blocks(fields.get("blocks") or [], 50) or refused_metadata(fields)
        if code:
            return error(code)
        reply = self._append(fields)
        message = self._find(fields["channel"], fields["ts"])
        if reply["ok"] and message is not None:
            message["streaming"] = False
            kept = {name: fields[name] for name in ("blocks", "metadata") if fields.get(name)}
            message |= {"blocks": [], **kept}
        return reply

    def _replies(self, fields: Message) -> Message:
        thread = fields["ts"]
        found = [
            message
            for message in self.messages[fields["channel"]]
            if thread in (message["ts"], message.get("thread_ts"))
        ]
        return _page(found, fields) if found else error("thread_not_found")

    def _history(self, fields: Message) -> Message:
        return _page(
            [
                message
                for message in reversed(self.messages[fields["channel"]])
                if message.get("thread_ts", message["ts"]) == message["ts"]
            ],
            fields,
        )

    def _open_view(self, fields: Message) -> Message:
        if not fields.get("trigger_id"):
            return error("invalid_trigger_id")
        if code := refused_view(fields["view"]):
            return error(code)
        self.views.append(fields["view"])
        return {"ok": True, "view": fields["view"]}

    def _publish(self, fields: Message) -> Message:
        if code := refused_view(fields["view"]):
            return error(code)
        self.homes.append(fields["view"])
        return {"ok": True, "view": fields["view"]}

    def _status(self, fields: Message) -> Message:
        self.statuses.append(fields["status"])
        return {"ok": True}

    def _title(self, fields: Message) -> Message:
        self.titles[fields["thread_ts"]] = fields["title"]
        return {"ok": True}

    def _prompts(self, fields: Message) -> Message:
        if not 0 < len(fields["prompts"]) <= 4:
            return error("invalid_arguments")
        self.prompts.append(fields)
        return {"ok": True}

    def _find(self, channel: str, ts: str) -> Message | None:
        return next((one for one in self.messages[channel] if one["ts"] == ts), None)


def _append_chunks(message: Message, fields: Message) -> str:
    texts = [fields.get("markdown_text") or ""]
    for chunk in fields.get("chunks") or ():
        if chunk["type"] != "markdown_text":
            return "invalid_chunks"
        texts.append(chunk["text"])
    if any(len(text) > MAX_CHUNK for text in texts):
        return "msg_too_long"
    message["markdown"] += "".join(texts)
    return ""


def _page(found: list[Message], fields: Message) -> Message:
    first, limit = int(fields.get("cursor") or 0), int(fields.get("limit") or 100)
    shown = [dict(one) for one in found[first : first + limit]]
    if not fields.get("include_all_metadata"):
        for one in shown:
            one.pop("metadata", None)
    more = first + limit < len(found)
    cursor = str(first + limit) if more else ""
    return {
        "ok": True,
        "messages": shown,
        "has_more": more,
        "response_metadata": {"next_cursor": cursor},
    }


def ticket() -> str:
    """What makes a WebSocket address good for one connection."""
    return uuid.uuid4().hex
