"""Limits on callers, ids of requests, pages of other sites, the log, and stopping."""

from __future__ import annotations

import json
import re
import signal
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest

from tests.e2e.conftest import QUESTION, Footnote, log_of, server, serving
from tests.e2e.figures import questions, value

APP = "https://app.example"
PRIVATE_QUESTION = "How long is the Brandmole pier?"


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("access") / "data"


@pytest.fixture(scope="module")
def api(data: Path) -> Iterator[httpx.Client]:
    """A server with every switch of this file turned on."""
    settings = {
        "FOOTNOTE_RATE_LIMIT": "1000/hour; 5/minute",
        "FOOTNOTE_REQUIRE_KEYS": "true",
        "FOOTNOTE_CORS_ORIGINS": f'["{APP}"]',
        "FOOTNOTE_LOG_FORMAT": "json",
        "FOOTNOTE_BODY_TIMEOUT": "0.3",
    }
    with serving(data, "--workers", "2", **settings) as client:
        yield client


@pytest.fixture
def key(footnote: Footnote, data: Path, request: pytest.FixtureRequest) -> dict[str, str]:
    """A key of this test's own, so that no other test uses up what it may ask."""
    name = request.node.name
    made = footnote("keys", "add", name, "--scope", "admin", "--data-dir", data)
    return {"Authorization": f"Bearer {made.stdout.strip()}"}


def log_lines(data: Path) -> list[dict[str, object]]:
    lines = log_of(data).read_text().splitlines()
    return [json.loads(line) for line in lines if line.startswith("{")]


def logged(data: Path, request_id: str) -> dict[str, object]:
    """The line of one request, which is written when its response has ended."""
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        if found := [one for one in log_lines(data) if one.get("request_id") == request_id]:
            return found[0]
        time.sleep(0.05)
    pytest.fail(f"no line of request {request_id}")


def test_a_caller_that_asks_too_often_waits_whichever_worker_it_reaches(
    api: httpx.Client, key: dict[str, str]
) -> None:
    replies = []
    for _ in range(7):
        with httpx.Client(base_url=api.base_url, timeout=60, headers=key) as other:
            replies.append(other.get("/articles"))
    assert [reply.status_code for reply in replies] == [200] * 5 + [429] * 2
    assert replies[0].headers["ratelimit-policy"] == '"1-hour";q=1000;w=3600, "1-minute";q=5;w=60'
    left = [re.findall(r"r=(\d+)", reply.headers["ratelimit"])[1] for reply in replies[:5]]
    assert left == ["4", "3", "2", "1", "0"]
    assert 1 <= int(replies[-1].headers["retry-after"]) <= 60
    assert replies[-1].json()["type"] == "urn:footnote:problem:rate-limited"


def test_keys_are_counted_apart_from_each_other_and_from_addresses(
    api: httpx.Client, key: dict[str, str]
) -> None:
    assert api.get("/articles", headers=key).headers["ratelimit"].count("r=4") == 1
    tried = [api.get("/articles").status_code for _ in range(7)]
    assert tried == [401] * 5 + [429] * 2
    assert api.get("/articles", headers=key).status_code == 200
    assert api.get("/healthz").status_code == 200


def test_nobody_is_limited_on_loopback_unless_it_is_said(sample: Path) -> None:
    with serving(sample) as api:
        assert {api.get("/articles").status_code for _ in range(130)} == {200}


def test_a_limit_that_cannot_be_understood_is_told_at_the_start(
    footnote: Footnote, tmp_path: Path
) -> None:
    told = footnote("serve", "--data-dir", tmp_path, FOOTNOTE_RATE_LIMIT="often")
    assert (told.returncode, told.stderr.count("\n")) == (1, 1)
    assert "120/minute" in told.stderr


def test_a_requests_own_id_is_kept_everywhere(
    api: httpx.Client, key: dict[str, str], data: Path
) -> None:
    reply = api.get("/articles/nothing", headers=key | {"X-Request-ID": "my-id.1"})
    assert reply.headers["x-request-id"] == "my-id.1"
    assert reply.json()["instance"] == "urn:footnote:request:my-id.1"
    assert logged(data, "my-id.1")["status"] == 404


@pytest.mark.parametrize("stated", ["", "x" * 200, "a b", 'a"b'])
def test_an_id_that_cannot_be_one_is_replaced(api: httpx.Client, stated: str) -> None:
    reply = api.get("/healthz", headers={"X-Request-ID": stated})
    assert re.fullmatch(r"[0-9a-f-]{36}", reply.headers["x-request-id"])


def test_each_request_is_one_line_without_its_question(
    api: httpx.Client, key: dict[str, str], data: Path
) -> None:
    reply = api.post("/ask", json={"question": PRIVATE_QUESTION}, headers=key)
    line = logged(data, reply.headers["x-request-id"])
    assert line["answer_id"] == reply.json()["id"]
    assert (line["method"], line["route"], line["status"]) == ("POST", "/ask", 200)
    assert line["caller"] == "test_each_request_is_one_line_without_its_question"
    assert line["milliseconds"] > 0  # type: ignore[operator]
    assert "Brandmole" not in log_of(data).read_text()


def test_questions_are_logged_where_it_is_wanted(tmp_path: Path) -> None:
    data = tmp_path / "data"
    wanted = {"FOOTNOTE_LOG_FORMAT": "json", "FOOTNOTE_LOG_QUESTIONS": "true"}
    with serving(data, **wanted) as api:
        reply = api.post("/ask", json={"question": PRIVATE_QUESTION})
        assert logged(data, reply.headers["x-request-id"])["question"] == PRIVATE_QUESTION


def test_pages_of_named_origins_may_call(api: httpx.Client, key: dict[str, str]) -> None:
    asked = {
        "Origin": APP,
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "authorization, content-type",
    }
    before = api.options("/ask", headers=asked)
    assert (before.status_code, before.headers["access-control-allow-origin"]) == (200, APP)
    reply = api.post("/ask", json={"question": "x"}, headers=key | {"Origin": APP})
    assert (reply.status_code, reply.headers["access-control-allow-origin"]) == (200, APP)
    other = api.post(
        "/ask", json={"question": "x"}, headers=key | {"Origin": "https://elsewhere.example"}
    )
    assert other.status_code == 403
    assert "access-control-allow-origin" not in other.headers


def test_responses_carry_the_headers_that_keep_browsers_safe(api: httpx.Client) -> None:
    headers = api.get("/healthz").headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["content-security-policy"].startswith("default-src 'none'")
    assert headers["referrer-policy"] == "no-referrer"
    assert "server" not in headers


def test_a_body_that_stops_coming_is_not_waited_for(api: httpx.Client, key: dict[str, str]) -> None:
    place = urlsplit(str(api.base_url))
    with socket.create_connection((place.hostname, place.port), timeout=30) as line:
        line.sendall(
            b"POST /ask HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
            + f"Authorization: {key['Authorization']}\r\n".encode()
            + b"Content-Length: 1000\r\n\r\n{"
        )
        told = b"".join(iter(lambda: line.recv(100_000), b"")).decode()
    assert told.startswith("HTTP/1.1 408")
    assert "body-too-slow" in told


def test_answers_in_flight_are_finished_when_the_server_is_stopped(sample: Path) -> None:
    with server(sample, FOOTNOTE_LOG_FORMAT="json") as (api, process):
        replies: list[httpx.Response] = []

        def ask() -> None:
            with httpx.Client(base_url=api.base_url, timeout=60) as own:
                replies.append(own.post("/ask", json={"question": QUESTION}))

        askers = [threading.Thread(target=ask) for _ in range(12)]
        for asker in askers:
            asker.start()
        deadline = time.monotonic() + 30
        # Every request that is not answered yet has reached the server.
        while len(replies) + waiting(api) < len(askers):
            assert time.monotonic() < deadline
        process.send_signal(signal.SIGTERM)
        for asker in askers:
            asker.join()
        assert [reply.status_code for reply in replies] == [200] * len(askers)
        assert process.wait(timeout=40) in (0, -signal.SIGTERM)


def waiting(api: httpx.Client) -> int:
    return int(value(api, "footnote_questions_waiting"))


def test_more_questions_than_can_be_answered_are_turned_away_at_once(sample: Path) -> None:
    with serving(sample, FOOTNOTE_MAX_WAITING="0") as api:
        replies: list[httpx.Response] = []

        def ask() -> None:
            with httpx.Client(base_url=api.base_url, timeout=60) as own:
                replies.append(own.post("/ask", json={"question": QUESTION}))

        askers = [threading.Thread(target=ask) for _ in range(40)]
        for asker in askers:
            asker.start()
        for asker in askers:
            asker.join()
        turned_away = [reply for reply in replies if reply.status_code == 503]
        assert {reply.status_code for reply in replies} == {200, 503}
        assert {reply.headers["retry-after"] for reply in turned_away} == {"1"}
        assert {reply.json()["type"] for reply in turned_away} == {"urn:footnote:problem:busy"}
        assert api.post("/ask", json={"question": QUESTION}).status_code == 200
        answered = len(replies) - len(turned_away) + 1
        assert questions(api) == {"refused": len(turned_away), "answered": answered}


def test_a_client_that_goes_away_is_not_answered(sample: Path) -> None:
    """Neither is its answer kept: the work ended before."""
    with serving(sample, FOOTNOTE_LOG_FORMAT="json") as api:
        place = urlsplit(str(api.base_url))
        for stream in ("false", "true"):
            body = f'{{"question": "{QUESTION}", "conversation_id": "gone", "stream": {stream}}}'
            with socket.create_connection((place.hostname, place.port)) as line:
                line.sendall(
                    b"POST /ask HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                    + f"X-Request-ID: gone-{stream}\r\n".encode()
                    + f"Content-Length: {len(body)}\r\n\r\n{body}".encode()
                )
            assert logged(sample, f"gone-{stream}")["status"] in (499, None, 200)
        deadline = time.monotonic() + 20
        while questions(api) != {"abandoned": 2}:  # told when the work has ended
            assert time.monotonic() < deadline
        assert api.get("/conversations/gone").status_code == 404
