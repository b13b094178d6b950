"""A double of Slack: its Web API, its Events API over HTTP and Socket Mode, and its failures.

It speaks the documented protocol to the real SDK over real sockets: Socket Mode
(https://docs.slack.dev/apis/events-api/using-socket-mode) with acknowledgements, retries and
refreshed connections; signed deliveries (https://docs.slack.dev/apis/events-api) with Slack's retry
headers; rate limits (https://docs.slack.dev/apis/web-api/rate-limits). It sends what the manifest
subscribes to, and nothing else.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import socket
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self
from urllib.parse import parse_qs

import httpx
from websockets.exceptions import ConnectionClosed
from websockets.sync.server import Server, ServerConnection, serve

from bots.slack.manifest import manifest
from tests.bots.slack_web_api import (
    APP_TOKEN,
    BOT,
    BOT_TOKEN,
    TEAM,
    USER,
    Message,
    Workspaces,
    ticket,
)

__all__ = ["APP_TOKEN", "BOT", "BOT_TOKEN", "TEAM", "USER", "Message", "SlackDouble", "signed"]

_SECONDS_TO_ACKNOWLEDGE = 3.0


class SlackDouble(Workspaces):
    """Slack as one process sees it.

    `limit_next` answers so many calls with 429, `drop_after` cuts the connection after so many
    calls of a method were done, `is_away` cuts every one before. `on_call` is told each call of
    the Web API before it is done and before it is answered. `files` are handed out to the bot's
    token, `pages` to everybody.
    """

    def __init__(self) -> None:
        super().__init__()
        self.answers: list[Message] = []
        self.told: list[Message] = []
        self.files: dict[str, bytes] = {}
        self.pages: dict[str, bytes] = {}
        self.limit_next = 0
        self.drop_after: dict[str, int] = {}
        self.is_away = False
        self.on_call: Callable[[str, str], None] = lambda _when, _method: None
        self._links: list[ServerConnection] = []
        self._acknowledged: dict[str, threading.Event] = {}
        self._web = _WebApi(self)
        self._sockets: Server = serve(self._link, "127.0.0.1", 0)

    @property
    def address(self) -> str:
        """Where the double listens."""
        return f"http://127.0.0.1:{self._web.server_port}"

    @property
    def api_url(self) -> str:
        """What `FOOTNOTE_SLACK_API_URL` is set to."""
        return f"{self.address}/api/"

    @contextmanager
    def running(self) -> Iterator[Self]:
        """Serves until the block ends."""
        for server in (self._web, self._sockets):
            threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield self
        finally:
            self._web.shutdown()
            self._sockets.shutdown()

    def say(self, channel: str, text: str, **more: object) -> Message:
        """A person writes a message; the event about it."""
        event = {
            "type": "message",
            "channel": channel,
            "channel_type": "im" if channel.startswith("D") else "channel",
            "user": USER,
            "text": text,
            "ts": self.timestamp(),
            **more,
        }
        with self.lock:
            self.messages[channel].append(event)
        return event

    def send(self, event: Message, *, event_id: str = "", team: str = TEAM, tries: int = 5) -> None:
        """Sends an event over Socket Mode until it is acknowledged, as Slack does."""
        body = _callback(event, event_id, team)
        for attempt in range(tries):
            if self._sent("events_api", body, attempt):
                return
        raise AssertionError(f"event {body['event_id']} was never acknowledged")

    def interact(self, kind: str, payload: Message) -> Message:
        """A command, shortcut or click, sent once; what the acknowledgement carries."""
        _check_interaction(payload)
        assert self._sent(kind, payload, 0)
        found: Message = self.answers[-1].get("payload") or {}
        return found

    def deliver(
        self,
        client: httpx.Client,
        event: Message,
        secret: str,
        *,
        event_id: str = "",
        tries: int = 4,
    ) -> None:
        """Sends an event over HTTP until it is answered with 200, as Slack does."""
        body = json.dumps(_callback(event, event_id, TEAM)).encode()
        for attempt in range(tries):
            headers = signed(body, secret)
            if attempt:
                more = {"X-Slack-Retry-Num": str(attempt), "X-Slack-Retry-Reason": "http_error"}
                headers |= more
            try:
                if client.post("/slack/events", content=body, headers=headers).status_code == 200:
                    return
            except httpx.TransportError:
                continue
        raise AssertionError("the event was never taken")

    def refresh(self, reason: str = "refresh_requested") -> None:
        """Asks every client to connect again, as Slack does now and then."""
        for link in list(self._links):
            try:
                link.send(json.dumps({"type": "disconnect", "reason": reason}))
                if reason == "refresh_requested":
                    link.close()
            except ConnectionClosed:
                continue

    def replies(self, channel: str, thread_ts: str, bot: str = BOT) -> list[Message]:
        """What the bot wrote in a thread and has finished writing."""
        with self.lock:
            return [
                message
                for message in self.messages[channel]
                if message.get("thread_ts") == thread_ts
                and message["user"] == bot
                and not message.get("streaming")
            ]

    def written(self, channel: str, thread_ts: str) -> int:
        """How many messages of the bot stand in a thread, finished or not."""
        with self.lock:
            return sum(
                message.get("thread_ts") == thread_ts and message["user"] == BOT
                for message in self.messages[channel]
            )

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
        hello = {"type": "hello", "num_connections": 1, "connection_info": {"app_id": "A01"}}
        connection.send(json.dumps(hello | {"debug_info": {"approximate_connection_time": 18060}}))
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

    def open_link(self) -> str:
        """A WebSocket address for one connection."""
        port = self._sockets.socket.getsockname()[1]
        return f"ws://127.0.0.1:{port}/link/?ticket={ticket()}"


def signed(body: bytes, secret: str, age: int = 0) -> dict[str, str]:
    """https://docs.slack.dev/authentication/verifying-requests-from-slack."""
    moment = str(int(time.time()) - age)
    digest = hmac.new(secret.encode(), f"v0:{moment}:".encode() + body, hashlib.sha256)
    return {
        "Content-Type": "application/json",
        "X-Slack-Request-Timestamp": moment,
        "X-Slack-Signature": f"v0={digest.hexdigest()}",
    }


# What the app was made from decides what Slack sends it.
_MANIFEST = manifest("https://footnote.example")
_EVENTS = set(_MANIFEST["settings"]["event_subscriptions"]["bot_events"])
_KINDS = {"im": "im", "channel": "channels", "group": "groups", "mpim": "mpim"}
_NAMES = {one["command"] for one in _MANIFEST["features"]["slash_commands"]} | {
    one["callback_id"] for one in _MANIFEST["features"]["shortcuts"]
}


def _check_interaction(payload: Message) -> None:
    name = payload.get("command") or payload.get("callback_id")
    assert name is None or name in _NAMES, f"the manifest does not name {name}"


def _callback(event: Message, event_id: str, team: str) -> Message:
    kind = event["type"]
    if kind == "message":
        kind = f"message.{_KINDS[event.get('channel_type', 'channel')]}"
    assert kind in _EVENTS, f"the manifest does not subscribe to {kind}"
    return {
        "type": "event_callback",
        "team_id": team,
        "api_app_id": "A01",
        "event_id": event_id or f"Ev{uuid.uuid4().hex}",
        "event_time": int(time.time()),
        "authorizations": [{"enterprise_id": None, "team_id": team, "is_bot": True}],
        "event": event,
    }


class _WebApi(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, double: SlackDouble) -> None:
        super().__init__(("127.0.0.1", 0), _Request)
        self.double = double


class _Request(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _WebApi

    def do_GET(self) -> None:
        if self.path.startswith("/files/"):
            self._hand_out()
        elif self.path.startswith("/pages/"):
            self._send(self.server.double.pages[self.path.removeprefix("/pages/")], "text/html")
        else:
            self.do_POST()

    def do_POST(self) -> None:
        double = self.server.double
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
        if self.path.startswith("/respond/"):
            double.told.append(json.loads(body))
            self._answer(200, {"ok": True}, {})
            return
        method = self.path.partition("?")[0].removeprefix("/api/")
        if double.is_away:
            self._cut()
        elif double.limit_next > 0:
            double.limit_next -= 1
            self._answer(429, {"ok": False, "error": "ratelimited"}, {"Retry-After": "1"})
        else:
            self._call(method, self._arguments(body))

    def _call(self, method: str, fields: Message) -> None:
        double = self.server.double
        token = str(self.headers.get("Authorization", "")).removeprefix("Bearer ")
        token = fields.pop("token", None) or token
        double.socket_url = double.open_link()
        double.on_call("before", method)
        reply = double.call(method, fields, token)
        double.on_call("after", method)
        if double.drop_after.get(method, 0) > 0:
            double.drop_after[method] -= 1
            self._cut()
        else:
            self._answer(200, reply, {})

    def _hand_out(self) -> None:
        double = self.server.double
        name = self.path.removeprefix("/files/")
        right = self.headers.get("Authorization") == f"Bearer {BOT_TOKEN}"
        if not right or name not in double.files:
            self._answer(302, {}, {"Location": f"{double.address}/login"})
            return
        self._send(double.files[name], "application/octet-stream")

    def _send(self, data: bytes, media_type: str) -> None:
        self.send_response(200)
        self.send_header("Content-Type", media_type)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def _arguments(self, body: str) -> Message:
        if self.headers.get("Content-Type", "").startswith("application/json"):
            return dict(json.loads(body or "{}"))
        query = self.path.partition("?")[2]
        fields: Message = {key: values[0] for key, values in parse_qs(body or query).items()}
        for name in {"blocks", "metadata", "view", "prompts"} & fields.keys():
            fields[name] = json.loads(fields[name])
        return fields

    def _cut(self) -> None:
        self.close_connection = True
        self.connection.shutdown(socket.SHUT_RDWR)

    def _answer(self, status: int, reply: Any, headers: dict[str, str]) -> None:
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
