"""Keys: demanded wherever others can reach the server, kept as hashes, revoked at once."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.e2e.conftest import Footnote, serving

ARTICLE = {"id": "pier", "title": "The pier", "text": "The pier is 508 metres long."}
QUESTION = {"question": "How long is the pier?"}


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("keys") / "data"


@pytest.fixture(scope="module")
def api(data: Path) -> Iterator[httpx.Client]:
    with serving(data, "--host", "0.0.0.0") as client:  # noqa: S104 - what is tested
        yield client


def bearer(footnote: Footnote, data: Path, name: str, scope: str) -> dict[str, str]:
    made = footnote("keys", "add", name, "--scope", scope, "--data-dir", data)
    assert made.returncode == 0, made.stderr
    return {"Authorization": f"Bearer {made.stdout.strip()}"}


def test_without_a_key_only_health_and_the_page_are_open(api: httpx.Client) -> None:
    for path in ("/healthz", "/readyz", "/", "/page/main.js", "/openapi.json"):
        assert api.get(path).status_code == 200, path
    for path in ("/articles", "/metrics", "/conversations/x", "/answers/x"):
        reply = api.get(path)
        assert (reply.status_code, reply.headers["www-authenticate"]) == (401, "Bearer"), path
    assert api.post("/ask", json=QUESTION).json()["type"] == "urn:footnote:problem:key-required"
    wrong = {"Authorization": "Bearer fn_wrong"}
    assert api.post("/ask", json=QUESTION, headers=wrong).status_code == 401


def test_each_scope_may_do_its_own_and_less(
    api: httpx.Client, footnote: Footnote, data: Path
) -> None:
    asker, editor, admin = (bearer(footnote, data, s, s) for s in ("ask", "edit", "admin"))
    assert api.post("/articles?wait=true", json=ARTICLE, headers=asker).status_code == 403
    assert api.post("/articles?wait=true", json=ARTICLE, headers=editor).status_code == 200
    for headers in (asker, editor, admin):
        assert api.post("/ask", json=QUESTION, headers=headers).status_code == 200
    assert api.get("/metrics", headers=editor).status_code == 403
    assert api.get("/metrics", headers=admin).status_code == 200
    assert api.delete("/articles/pier", headers=asker).status_code == 403


def test_a_revoked_key_is_refused_at_once(
    api: httpx.Client, footnote: Footnote, data: Path
) -> None:
    headers = bearer(footnote, data, "leaver", "ask")
    assert api.get("/articles", headers=headers).status_code == 200
    assert footnote("keys", "revoke", "leaver", "--data-dir", data).returncode == 0
    assert api.get("/articles", headers=headers).status_code == 401
    again = footnote("keys", "revoke", "leaver", "--data-dir", data)
    assert (again.returncode, again.stderr.count("\n")) == (1, 1)


def test_secrets_are_kept_nowhere(footnote: Footnote, data: Path) -> None:
    headers = bearer(footnote, data, "secretive", "ask")
    secret = headers["Authorization"].split(" ")[1]
    assert secret not in footnote("keys", "--data-dir", data).stdout
    with sqlite3.connect(data / "records.sqlite") as records:
        assert secret not in "\n".join(records.iterdump())


def test_a_name_is_given_once(footnote: Footnote, data: Path) -> None:
    bearer(footnote, data, "twice", "ask")
    told = footnote("keys", "add", "twice", "--data-dir", data)
    assert (told.returncode, told.stdout, told.stderr.count("\n")) == (1, "", 1)
