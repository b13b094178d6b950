"""Streams, callers and names through a real nginx."""

from __future__ import annotations

import asyncio
import json
import shutil
import sqlite3
import threading
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
import uvicorn
from fastapi import FastAPI, Response
from pydantic import BaseModel

from qa.http.events import event, streamed
from tests.e2e.conftest import QUESTION, log_of, serving
from tests.e2e.nginx import NAME, behind_nginx

HEARTBEAT = ": still here"
BEHIND = {"FOOTNOTE_ALLOWED_HOSTS": f'["{NAME}"]'}


@contextmanager
def locked(database: Path) -> Iterator[sqlite3.Connection]:
    """Until its transaction ends nobody else writes."""
    connection = sqlite3.connect(database, isolation_level=None)
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield connection
    finally:
        connection.close()


def names(lines: Iterator[str]) -> Iterator[str]:
    return (line.removeprefix("event: ") for line in lines if line.startswith("event: "))


def test_each_event_of_an_answer_arrives_before_the_next_one_is_there(
    sample: Path, tmp_path: Path
) -> None:
    data = shutil.copytree(sample, tmp_path / "data")
    with serving(data, **BEHIND) as api, behind_nginx(str(api.base_url), tmp_path) as proxied:
        body = {"question": QUESTION, "stream": True}
        with (
            locked(data / "records.sqlite") as records,
            proxied.stream("POST", "/ask", json=body) as reply,
        ):
            told = names(reply.iter_lines())
            assert next(told) == "retrieved"  # the answer cannot be kept yet
            records.execute("ROLLBACK")
            *tokens, last = told
        assert set(tokens) == {"token"}
        assert last == "answer"


def test_each_state_of_a_job_arrives_before_the_next_one(sample: Path, tmp_path: Path) -> None:
    data = shutil.copytree(sample, tmp_path / "data")
    with serving(data, **BEHIND) as api, behind_nginx(str(api.base_url), tmp_path) as proxied:
        with locked(data / "catalogue.sqlite") as catalogue:
            job = proxied.post("/articles", json={"id": "pier", "text": "The pier."}).json()
            events = {"Accept": "text/event-stream"}
            with proxied.stream("GET", f"/jobs/{job['id']}", headers=events) as reply:
                lines = reply.iter_lines()
                assert next(names(lines)) == "job"  # nothing can be taken in yet
                catalogue.execute("ROLLBACK")
                states = [json.loads(line[6:]) for line in lines if line.startswith("data: ")]
        assert states[-1]["status"] == "done"


class Told(BaseModel):
    """What an event holds."""

    text: str


@contextmanager
def quiet_server(silence: float, go_on: threading.Event) -> Iterator[str]:
    """The address of a server with one stream, silent after its first event until `go_on`."""
    app = FastAPI()

    @app.get("/")
    async def stream() -> Response:
        async def events() -> AsyncIterator[bytes]:
            yield event("begun", Told(text="begun"))
            while not go_on.is_set():
                await asyncio.sleep(0.01)
            yield event("ended", Told(text="ended"))

        return streamed(events(), silence)

    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="error"))
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        deadline = time.monotonic() + 30
        while not server.started:
            assert time.monotonic() < deadline
            time.sleep(0.01)
        port = server.servers[0].sockets[0].getsockname()[1]
        yield f"http://127.0.0.1:{port}"
    finally:
        go_on.set()
        server.should_exit = True
        thread.join()


def test_heartbeats_carry_a_quiet_stream_past_the_patience_of_the_proxy(tmp_path: Path) -> None:
    go_on = threading.Event()
    with (
        quiet_server(0.2, go_on) as address,
        behind_nginx(address, tmp_path, read_timeout="1s") as proxied,
        proxied.stream("GET", "/") as reply,
    ):
        lines = reply.iter_lines()
        assert next(names(lines)) == "begun"
        for _ in range(10):  # twice as long as the proxy waits for a word
            while next(lines) != HEARTBEAT:
                pass
        go_on.set()
        assert list(names(lines)) == ["ended"]


def test_without_heartbeats_the_proxy_gives_a_quiet_stream_up(tmp_path: Path) -> None:
    with (
        quiet_server(60, threading.Event()) as address,
        behind_nginx(address, tmp_path, read_timeout="1s") as proxied,
        proxied.stream("GET", "/") as reply,
    ):
        lines = reply.iter_lines()
        assert next(names(lines)) == "begun"
        with pytest.raises(httpx.RemoteProtocolError):
            list(lines)


def test_the_caller_is_who_the_proxy_sees_whatever_is_claimed(sample: Path, tmp_path: Path) -> None:
    data = shutil.copytree(sample, tmp_path / "data")
    with serving(data, FOOTNOTE_LOG_FORMAT="json", **BEHIND) as api:
        address = str(api.base_url)
        with behind_nginx(address, tmp_path, local_address="127.0.0.2") as proxied:
            reply = proxied.get("/articles", headers={"X-Forwarded-For": "203.0.113.9"})
            assert reply.status_code == 200
    lines = [json.loads(one) for one in log_of(data).read_text().splitlines() if one[:1] == "{"]
    (line,) = [one for one in lines if one.get("path") == "/articles"]
    assert line["caller"] == "address 127.0.0.2"
