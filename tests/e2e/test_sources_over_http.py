"""Sources are followed and left over HTTP: addresses by editors, folders by admins alone."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest

from tests.e2e.conftest import Footnote, serving
from tests.e2e.site import PIER, PRIVATE, site
from tests.waiting import wait_for

Keyed = Callable[[str], httpx.Client]


@pytest.fixture(scope="module")
def keyed(footnote: Footnote, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Keyed]:
    """Clients of a server that demands keys, by their scope."""
    data = tmp_path_factory.mktemp("sources") / "data"
    with serving(data, FOOTNOTE_REQUIRE_KEYS="true") as api:
        clients = {}
        for scope in ("ask", "edit", "admin"):
            made = footnote("keys", "add", scope, "--scope", scope, "--data-dir", data)
            headers = {"Authorization": f"Bearer {made.stdout.strip()}"}
            clients[scope] = httpx.Client(base_url=api.base_url, headers=headers, timeout=60)
        yield clients.__getitem__
        for client in clients.values():
            client.close()


def follow(api: httpx.Client, location: str | Path, **more: object) -> httpx.Response:
    return api.post("/sources", json={"location": str(location), **more})


def unfollow(api: httpx.Client, location: str | Path) -> httpx.Response:
    return api.delete("/sources", params={"location": str(location)})


def locations(api: httpx.Client) -> list[str]:
    return [one["location"] for one in api.get("/sources").json()["sources"]]


def test_an_address_is_followed_from_its_first_look_until_it_is_left(tmp_path: Path) -> None:
    with site({"/pier": PIER}) as address, serving(tmp_path / "data", **PRIVATE) as api:
        page = f"{address}/pier"
        added = follow(api, page)
        assert added.status_code == 200
        assert (added.json()["location"], added.json()["every_seconds"]) == (page, 900)
        wait_for(lambda: api.get("/sources").json()["sources"][0]["last_result"] == "1 added")
        again = follow(api, page, every_seconds=3600)
        assert (again.status_code, again.json()["every_seconds"]) == (200, 3600)
        assert locations(api) == [page]
        left = unfollow(api, page)
        assert (left.status_code, left.content) == (204, b"")
        assert locations(api) == []
        assert len(api.get("/articles").json()["articles"]) == 1
        gone = unfollow(api, page)
        assert (gone.status_code, "GET /sources" in gone.json()["detail"]) == (404, True)


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"location": "https://"}, "location"),
        ({"location": "http://[::1"}, "location"),
        ({"location": "http://example.org:99999/"}, "location"),
        ({"location": "http://example.org/\na"}, "location"),
        ({"location": ""}, "location"),
        ({"location": "x" * 2_001}, "location"),
        ({}, "location"),
        ({"location": "https://example.org", "every_seconds": 4}, "every_seconds"),
        ({"location": "https://example.org", "every_seconds": "often"}, "every_seconds"),
        ({"location": "https://example.org", "every": 900}, "every"),
    ],
)
def test_what_cannot_be_followed_is_told_by_field(
    api: httpx.Client, body: dict[str, object], field: str
) -> None:
    reply = api.post("/sources", json=body)
    assert reply.status_code == 422
    assert [one["field"] for one in reply.json()["errors"]] == [field]
    assert locations(api) == []


def test_without_keys_folders_are_a_matter_of_the_command(
    api: httpx.Client, tmp_path: Path
) -> None:
    for folder in (tmp_path, tmp_path / "nowhere", "~", "ftp://example.org"):
        reply = follow(api, folder)
        assert reply.status_code == 403
        assert "footnote sources add FOLDER" in reply.json()["detail"]
    assert locations(api) == []


def test_an_editor_follows_addresses_and_learns_nothing_of_folders(
    keyed: Keyed, tmp_path: Path
) -> None:
    address = "http://127.0.0.1:9/feed.xml"
    assert follow(keyed("ask"), address).status_code == 403
    assert unfollow(keyed("ask"), address).status_code == 403
    assert follow(keyed("edit"), address).status_code == 200
    there, nowhere = follow(keyed("edit"), tmp_path), follow(keyed("edit"), tmp_path / "nowhere")
    assert (there.status_code, nowhere.status_code) == (403, 403)
    assert there.json()["detail"] == nowhere.json()["detail"]
    assert "--scope admin" in there.json()["detail"]
    assert unfollow(keyed("edit"), tmp_path).status_code == 403
    assert unfollow(keyed("edit"), address).status_code == 204


def test_an_admin_follows_folders_of_the_server(keyed: Keyed, tmp_path: Path) -> None:
    (tmp_path / "pier.txt").write_text("The pier of Nordby is 508 metres long.")
    admin = keyed("admin")
    assert follow(admin, tmp_path).status_code == 200
    wait_for(lambda: "pier" in admin.get("/articles").text)
    assert unfollow(keyed("edit"), tmp_path).status_code == 403
    assert unfollow(admin, tmp_path).status_code == 204
    for bad in ("pier", "~", "~nobody/x", tmp_path / "nowhere", tmp_path / "pier.txt"):
        reply = follow(admin, bad)
        assert (reply.status_code, reply.json()["errors"][0]["field"]) == (422, "location"), bad
    assert locations(admin) == []
