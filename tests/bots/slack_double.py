"""A double of Slack: its Web API, its Events API over Socket Mode, and what it refuses.

It speaks the documented protocol (https://docs.slack.dev/apis/events-api/using-socket-mode,
https://docs.slack.dev/reference/methods) to the real SDK over real sockets. It keeps messages with
their metadata, sends every event again until it is acknowledged, and refuses blocks that Slack
refuses.
"""

from __future__ import annotations

import json
import socket
import threading
import uuid
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs

from websockets.exceptions import ConnectionClosed
from websockets.sync.server import Server, ServerConnection, serve

BOT_TOKEN, APP_TOKEN = "xoxb-double", "xapp-double"
TEAM, BOT, USER = "T01", "UBOT", "UASKER"
_SECONDS_TO_ACKNOWLEDGE = 3.0

Message = dict[str, Any]


class SlackDouble:
    """One workspace. `calls` are the methods called; `messages` what stands in each channel."""

    def __init__(self) -> None:
        self.messages: defaultdict[str, list[Message]] = defaultdict(list)
        self.views: list[Message] = []
        self.calls: list[str] = []
        self.answers: list[Message] = []
        self.limit_next = 0
        self.drop_after_posting = 0
        self._lock = threading.RLock()
        self._clock = 1_700_000_000
        self._links: list[ServerConnection] = []
        self._acknowledged: dict[str, threading.Event] = {}
        self._web = _WebApi(self)
        self._sockets: Server = serve(self._link, "127.0.0.1", 0)

    @property
    def api_url(self) -> str:
        """What `FOOTNOTE_SLACK_API_URL` is set to."""
        return f"http://127.0.0.1:{self._web.server_port}/api/"

    @contextmanager
    def running(self) -> Iterator[SlackDouble]:
        """Serves until the block ends."""
        for server in (self._web, self._sockets):
            threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield self
        finally:
            self._web.shutdown()
            self._sockets.shutdown()

    def timestamp(self) -> str:
        """The next message's `ts`."""
        with self._lock:
            self._clock += 1
            return f"{self._clock}.000100"

    def say(self, channel: str, text: str, **more: object) -> Message:
        """A person writes a message; the event about it."""
        direct = channel.startswith("D")
        event = {
            "type": "message",
            "channel": channel,
            "channel_type": "im" if direct else "channel",
            "user": USER,
            "text": text,
            "ts": self.timestamp(),
            **more,
        }
        self.messages[channel].append(event)
        return event

    def send(self, event: Message, *, event_id: str | None = None, tries: int = 5) -> None:
        """Sends an event until it is acknowledged, as Slack does."""
        name = event_id or uuid.uuid4().hex
        payload = {"type": "event_callback", "team_id": TEAM, "event_id": name, "event": event}
        for attempt in range(tries):
            if self._sent("events_api", payload, attempt):
                return
        raise AssertionError(f"event {name} was never acknowledged")

    def interact(self, kind: str, payload: Message) -> None:
        """A command, shortcut or click, sent once."""
        assert self._sent(kind, payload, 0)

    def disconnect(self) -> None:
        """Asks every client to connect again, as Slack does now and then."""
        for link in list(self._links):
            try:
                link.send(json.dumps({"type": "disconnect", "reason": "refresh_requested"}))
                link.close()
            except ConnectionClosed:
                continue

    def replies(self, channel: str, thread_ts: str) -> list[Message]:
        """What the bot wrote in a thread."""
        with self._lock:
            return [
                message
                for message in self.messages[channel]
                if message.get("thread_ts") == thread_ts and message["user"] == BOT
            ]

    @property
    def is_connected(self) -> bool:
        """Whether a client listens."""
        return bool(self._links)

    def _sent(self, kind: str, payload: Message, attempt: int) -> bool:
        envelope = {
            "envelope_id": uuid.uuid4().hex,
            "type": kind,
            "payload": payload,
            "accepts_response_payload": kind != "events_api",
            "retry_attempt": attempt,
            "retry_reason": "timeout" if attempt else "",
        }
        done = self._acknowledged[str(envelope["envelope_id"])] = threading.Event()
        for link in list(self._links)[-1:]:
            try:
                link.send(json.dumps(envelope))
            except ConnectionClosed:
                continue
        return done.wait(_SECONDS_TO_ACKNOWLEDGE)

    def _link(self, connection: ServerConnection) -> None:
        connection.send(json.dumps({"type": "hello", "num_connections": 1}))
        self._links.append(connection)
        try:
            for text in connection:
                found = json.loads(text) if str(text).startswith("{") else {}
                if name := found.get("envelope_id"):
                    self.answers.append(found)
                    self._acknowledged[name].set()
        except ConnectionClosed:
            pass
        finally:
            self._links.remove(connection)

    def call(self, method: str, fields: Message, headers: Any) -> Message:
        """What a method of the Web API answers."""
        token = str(headers.get("Authorization", "")).removeprefix("Bearer ")
        wanted = APP_TOKEN if method == "apps.connections.open" else BOT_TOKEN
        if token != wanted:
            return {"ok": False, "error": "invalid_auth"}
        with self._lock:
            self.calls.append(method)
            known: dict[str, Callable[[Message], Message]] = {
                "auth.test": self._auth,
                "apps.connections.open": self._open,
                "chat.postMessage": self._post,
                "chat.update": self._update,
                "chat.delete": self._delete,
                "conversations.replies": self._read,
                "conversations.history": self._read,
                "views.open": self._view,
            }
            reply = known[method](fields) if method in known else None
            return reply or {"ok": False, "error": "unknown_method"}

    def _auth(self, _fields: Message) -> Message:
        return {"ok": True, "user_id": BOT, "bot_id": "BBOT", "team_id": TEAM, "team": "Double"}

    def _open(self, _fields: Message) -> Message:
        port = self._sockets.socket.getsockname()[1]
        return {"ok": True, "url": f"ws://127.0.0.1:{port}/link/?ticket={uuid.uuid4().hex}"}

    def _post(self, fields: Message) -> Message:
        if error := refused(fields):
            return {"ok": False, "error": error}
        message = {**fields, "user": BOT, "ts": self.timestamp()}
        self.messages[fields["channel"]].append(message)
        return {"ok": True, "channel": fields["channel"], "ts": message["ts"]}

    def _update(self, fields: Message) -> Message:
        message = self._find(fields)
        if message is None:
            return {"ok": False, "error": "message_not_found"}
        if error := refused(fields):
            return {"ok": False, "error": error}
        message |= fields
        return {"ok": True, "ts": fields["ts"]}

    def _delete(self, fields: Message) -> Message:
        message = self._find(fields)
        if message is None:
            return {"ok": False, "error": "message_not_found"}
        self.messages[fields["channel"]].remove(message)
        return {"ok": True}

    def _read(self, fields: Message) -> Message:
        thread = fields.get("ts")
        found = [
            message
            for message in self.messages[fields["channel"]]
            if thread is None or thread in (message["ts"], message.get("thread_ts"))
        ]
        return {"ok": True, "messages": found}

    def _view(self, fields: Message) -> Message:
        if error := refused(fields["view"]):
            return {"ok": False, "error": error}
        self.views.append(fields["view"])
        return {"ok": True, "view": fields["view"]}

    def _find(self, fields: Message) -> Message | None:
        ours = (m for m in self.messages[fields["channel"]] if m["ts"] == fields["ts"])
        return next(ours, None)


class _WebApi(ThreadingHTTPServer):
    """The double's Web API."""

    def __init__(self, double: SlackDouble) -> None:
        super().__init__(("127.0.0.1", 0), _Request)
        self.double = double


class _Request(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _WebApi

    def do_GET(self) -> None:
        self.do_POST()

    def do_POST(self) -> None:
        double = self.server.double
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
        method = self.path.removeprefix("/api/")
        if double.limit_next > 0:
            double.limit_next -= 1
            self._answer(429, {"ok": False, "error": "ratelimited"}, {"Retry-After": "1"})
            return
        reply = double.call(method, self._arguments(body), self.headers)
        if method == "chat.postMessage" and double.drop_after_posting > 0:
            double.drop_after_posting -= 1
            self.close_connection = True
            self.connection.shutdown(socket.SHUT_RDWR)
            return
        self._answer(200, reply, {})

    def _arguments(self, body: str) -> Message:
        if self.headers.get("Content-Type", "").startswith("application/json"):
            return dict(json.loads(body or "{}"))
        fields: Message = {key: values[0] for key, values in parse_qs(body).items()}
        for name in {"blocks", "metadata", "view"} & fields.keys():
            fields[name] = json.loads(fields[name])
        return fields

    def _answer(self, status: int, reply: Message, headers: dict[str, str]) -> None:
        data = json.dumps(reply).encode()
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_arguments: object) -> None:
        """Keeps the test's output clean."""


def refused(message: Message) -> str:
    """Why Slack refuses a message or view, "" when it does not.

    Limits: https://docs.slack.dev/reference/block-kit/blocks, metadata:
    https://docs.slack.dev/messaging/message-metadata.
    """
    blocks = message.get("blocks", [])
    if len(blocks) > (100 if message.get("type") == "modal" else 50):
        return "invalid_blocks"
    if len(message.get("text", "")) > 40_000:
        return "msg_too_long"
    if "metadata" in message and not {"event_type", "event_payload"} <= message["metadata"].keys():
        return "invalid_metadata_format"
    return "" if all(map(_is_valid, blocks)) else "invalid_blocks"


def _is_valid(block: Message) -> bool:
    text = block.get("text", {}).get("text")
    limits = {"section": 3_000, "header": 150}
    if block["type"] in limits and not (text and len(text) <= limits[block["type"]]):
        return False
    elements = [*block.get("elements", []), *filter(None, [block.get("accessory")])]
    if block["type"] == "context" and len(elements) > 10:
        return False
    return all(_is_valid_element(one) for one in elements)


def _is_valid_element(element: Message) -> bool:
    if element["type"] == "button":
        label, value = element["text"]["text"], element.get("value", "")
        return 0 < len(label) <= 75 and len(value) <= 2_000 and len(element["action_id"]) <= 255
    if element["type"] == "feedback_buttons":
        both = (element["positive_button"], element["negative_button"])
        return all(len(one["text"]["text"]) <= 75 and len(one["value"]) <= 2_000 for one in both)
    return element["type"] == "mrkdwn" and 0 < len(element["text"]) <= 3_000
