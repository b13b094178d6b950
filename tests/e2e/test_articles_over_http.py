from __future__ import annotations

import json
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import quote

import httpx
import pytest

from tests.e2e.conftest import Footnote, serving

LIGHTHOUSE = "The Brandmole lighthouse keeper is called Ottilie Varnhagen."


def added(api: httpx.Client, body: object) -> dict[str, object]:
    reply = api.post("/articles?wait=true", json=body)
    assert reply.status_code == 200, reply.text
    job: dict[str, object] = reply.json()
    return job


def test_an_added_article_can_be_asked_about_at_once(api: httpx.Client) -> None:
    job = added(api, {"id": "own-lighthouse", "title": "Brandmole", "text": LIGHTHOUSE})
    assert job["status"] == "done"
    found = api.post("/search", json={"query": "Brandmole lighthouse keeper"}).json()
    assert found["passages"][0]["article_id"] == "own-lighthouse"
    assert found["generation"] == job["generation"]


def test_without_waiting_the_job_tells_when_it_is_done(api: httpx.Client) -> None:
    reply = api.post("/articles", json={"id": "own-job", "title": "Job", "text": "A text."})
    assert reply.status_code == 202
    place = reply.headers["location"]
    assert place == f"/jobs/{reply.json()['id']}"
    deadline = time.monotonic() + 30
    while (job := api.get(place).json())["status"] != "done":
        assert time.monotonic() < deadline
        time.sleep(0.05)
    assert job["counts"] == {"added": 1, "updated": 0, "unchanged": 0, "refused": 0}
    assert job["taken"][0]["article_id"] == "own-job"


def test_the_same_article_again_is_unchanged_and_a_changed_one_updated(api: httpx.Client) -> None:
    article = {"id": "own-again", "title": "Again", "text": "First words."}
    assert added(api, article)["counts"]["added"] == 1  # type: ignore[index]
    assert added(api, article)["counts"]["unchanged"] == 1  # type: ignore[index]
    changed = article | {"text": "Other words."}
    assert added(api, changed)["counts"]["updated"] == 1  # type: ignore[index]
    assert api.get("/articles/own-again").json()["text"] == "Other words."


@pytest.mark.parametrize(
    "article_id",
    [
        "own/with/slashes",
        "own with spaces",
        "own?query#part",
        "own-ü中",
        "own%2F",
        "own-" + "x" * 196,
    ],
)
def test_any_given_id_is_kept_and_reached(api: httpx.Client, article_id: str) -> None:
    added(api, {"id": article_id, "title": "Ids", "text": f"About {article_id}."})
    place = f"/articles/{quote(article_id, safe='')}"
    assert api.get(place).json()["id"] == article_id
    assert api.delete(place).status_code == 204
    assert api.get(place).status_code == 404


def test_several_articles_come_in_one_request_and_the_good_ones_land(api: httpx.Client) -> None:
    good = {"id": "own-good", "title": "Good", "text": "Some words."}
    empty = {"id": "own-empty", "title": "Empty", "text": "   "}
    job = added(api, {"articles": [good, empty]})
    assert [one["article_id"] for one in job["taken"]] == ["own-good"]  # type: ignore[attr-defined]
    assert "article 2" in job["refused"][0]["source"]  # type: ignore[index]


def test_files_may_be_uploaded(api: httpx.Client) -> None:
    files = [
        ("file", ("own-note.md", b"# Own note\n\nHeringsdorf has a pier.", "text/markdown")),
        ("file", ("broken.pdf", b"%PDF-1.7 nothing", "application/pdf")),
    ]
    reply = api.post("/articles?wait=true", files=files)
    assert reply.status_code == 200
    job = reply.json()
    assert [one["source"] for one in job["taken"]] == ["own-note.md"]
    assert [one["source"] for one in job["refused"]] == ["broken.pdf"]
    assert api.get(f"/articles/{job['taken'][0]['article_id']}").json()["title"] == "Own note"


def test_nothing_but_refused_sources_is_a_problem_that_says_why(api: httpx.Client) -> None:
    reply = api.post("/articles?wait=true", json={"url": "http://127.0.0.1:9/page"})
    assert reply.status_code == 422
    assert "not on the public internet" in reply.json()["detail"]


@pytest.mark.parametrize(
    ("body", "named"),
    [
        ({}, "text"),
        ({"text": 3}, "text"),
        ({"text": "x", "published_at": "yesterday"}, "yesterday"),
        ({"text": "x", "id": ""}, "id"),
        ({"text": "x", "id": "y" * 201}, "200"),
        ({"articles": []}, "articles"),
        ({"url": "ftp://example.org/x"}, "url"),
        ("x", "body"),
    ],
)
def test_a_wrong_article_is_a_problem_that_names_the_mistake(
    api: httpx.Client, body: object, named: str
) -> None:
    reply = api.post("/articles", json=body)
    assert reply.status_code == 422
    assert named in reply.json()["detail"]


def test_the_list_comes_in_pages_without_texts(api: httpx.Client) -> None:
    for number in range(5):
        added(api, {"id": f"own-page-{number}", "title": "Page", "text": f"Page {number}."})
    seen: list[str] = []
    cursor = None
    while True:
        page = api.get("/articles", params={"limit": 2} | ({"cursor": cursor} if cursor else {}))
        seen += [article["id"] for article in page.json()["articles"]]
        assert all("text" not in article for article in page.json()["articles"])
        if (cursor := page.json()["next_cursor"]) is None:
            break
    assert seen == sorted(seen)
    assert {f"own-page-{number}" for number in range(5)} <= set(seen)


def test_a_wrong_cursor_is_a_problem(api: httpx.Client) -> None:
    assert api.get("/articles", params={"cursor": "%%%"}).status_code == 422


def test_what_is_removed_is_never_cited_again(api: httpx.Client) -> None:
    added(api, {"id": "own-gone", "title": "Gone", "text": "Quarpel is a cloth."})
    assert api.delete("/articles/own-gone").status_code == 204
    found = api.post("/search", json={"query": "Quarpel"}).json()
    assert all(passage["article_id"] != "own-gone" for passage in found["passages"])
    assert api.delete("/articles/own-gone").status_code == 404


def test_workers_and_the_command_share_one_data_folder(footnote: Footnote, tmp_path: Path) -> None:
    folder = tmp_path / "shared"
    first = tmp_path / "first.txt"
    first.write_text("Brezel has a harbour.")
    assert footnote("add", first, "--data-dir", folder).returncode == 0
    with serving(folder, "--workers", "2") as client:

        def best(_: int) -> str:
            with httpx.Client(base_url=client.base_url, timeout=60) as own:
                found = own.post("/search", json={"query": "Quibble Island"}).json()["passages"]
            return str(found[0]["text"])

        second = tmp_path / "second.txt"
        second.write_text("Quibble Island has two lighthouses.")
        assert footnote("add", second, "--data-dir", folder).returncode == 0
        with ThreadPoolExecutor(4) as askers:
            # New connections go to either worker; both know the article without a restart.
            assert set(askers.map(best, range(16))) == {"Quibble Island has two lighthouses."}


def test_a_job_can_be_followed_as_events(api: httpx.Client) -> None:
    articles = [{"id": f"own-e{n}", "title": "T", "text": f"Number {n}."} for n in range(30)]
    job = api.post("/articles", json={"articles": articles}).json()
    events = {"Accept": "text/event-stream"}
    with api.stream("GET", f"/jobs/{job['id']}", headers=events) as reply:
        assert reply.headers["content-type"].startswith("text/event-stream")
        lines = [line for line in reply.iter_lines() if line.startswith(("event: ", "data: "))]
    assert set(lines[::2]) == {"event: job"}
    last = json.loads(lines[-1].removeprefix("data: "))
    assert (last["status"], last["counts"]["added"]) == ("done", 30)
    assert last == api.get(f"/jobs/{job['id']}").json()
