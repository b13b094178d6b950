"""How the collection stands, what it is kept in step with, and lists by word and source."""

from __future__ import annotations

from pathlib import Path

import httpx

from tests.e2e.conftest import Footnote, serving

MILL = {"id": "own-mill", "title": "The MILL of Velden", "text": "Four.", "source": "Velden Post"}
SURE = {"id": "own-100", "title": "100%_sure", "text": "Sure.", "author": "Ida Falk"}
ARTICLES = [MILL, SURE]


def ids(api: httpx.Client, **query: str) -> list[str]:
    reply = api.get("/articles", params=query)
    assert reply.status_code == 200, reply.text
    return [article["id"] for article in reply.json()["articles"]]


def test_articles_are_listed_by_the_words_that_describe_them(api: httpx.Client) -> None:
    api.post("/articles?wait=true", json={"articles": ARTICLES}).raise_for_status()
    assert ids(api, words="velden mill") == ["own-mill"]
    assert ids(api, words="velden post", source="Velden Post") == ["own-mill"]
    assert ids(api, words="falk") == ["own-100"]
    assert ids(api, words="0%_s") == ["own-100"]
    assert ids(api, words="four") == []
    assert ids(api, source="velden post") == []


def test_the_state_counts_articles_by_source(api: httpx.Client) -> None:
    api.post("/articles?wait=true", json={"articles": ARTICLES}).raise_for_status()
    state = api.get("/collection").json()
    assert state["generation"] == api.get("/readyz").json()["generation"]
    assert {"source": "Velden Post", "articles": 1} in state["sources"]
    assert state["passages"] >= state["articles"] >= 2


def test_followed_sources_are_told_to_those_who_may_edit_and_pages_alone_to_everybody(
    footnote: Footnote, tmp_path: Path
) -> None:
    folder, data = tmp_path / "in", tmp_path / "data"
    folder.mkdir()
    place = ("--data-dir", data)
    assert footnote("sources", "add", folder, "--every", "2h", *place).returncode == 0
    keys = {
        scope: footnote("keys", "add", scope, "--scope", scope, *place).stdout.strip()
        for scope in ("ask", "edit")
    }
    with serving(data, FOOTNOTE_REQUIRE_KEYS="true") as api:
        reader = api.get("/sources", headers={"Authorization": f"Bearer {keys['ask']}"})
        assert reader.status_code == 403
        browser = {"Accept": "text/html"}
        for page in ("/collection", "/answers/x", "/conversations/x/y"):
            assert api.get(page, headers=browser).status_code == 200, page
        for data_of_its_own in ("/answers/x/follow-ups", "/sources", "/collection/x"):
            assert api.get(data_of_its_own, headers=browser).status_code == 401, data_of_its_own
        editor = api.get("/sources", headers={"Authorization": f"Bearer {keys['edit']}"})
    (followed,) = editor.json()["sources"]
    assert followed["location"] == str(folder.resolve())
    assert (followed["every_seconds"], followed["failures"]) == (7200, 0)
