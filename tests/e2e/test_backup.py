"""Backing up and restoring while the server answers."""

from __future__ import annotations

from pathlib import Path

import httpx

from tests.e2e.conftest import Footnote, serving

PIER = {"id": "pier", "title": "The pier", "text": "The pier is 508 metres long."}
MOLE = {"id": "mole", "title": "The mole", "text": "The mole is 90 metres long."}


def add(api: httpx.Client, article: dict[str, str]) -> None:
    api.post("/articles?wait=true", json=article).raise_for_status()


def found(api: httpx.Client) -> set[str]:
    reply = api.post("/search", json={"query": "How many metres long is it?"}).json()
    return {passage["article_id"] for passage in reply["passages"]}


def generation(api: httpx.Client) -> int:
    number = api.get("/readyz").raise_for_status().json()["generation"]
    assert isinstance(number, int)
    return number


def test_a_running_server_answers_from_the_backup_that_was_put_back(
    footnote: Footnote, tmp_path: Path
) -> None:
    data, copy = tmp_path / "data", tmp_path / "copies" / "monday"
    with serving(data) as api:
        add(api, PIER)
        answer = api.post("/ask", json={"question": "How long is the pier?"}).json()
        assert footnote("backup", copy, "--data-dir", data).returncode == 0
        add(api, MOLE)
        api.delete("/articles/pier").raise_for_status()
        assert found(api) == {"mole"}
        before = generation(api)
        told = footnote("restore", copy, "--data-dir", data)
        assert (told.returncode, told.stderr) == (0, "")
        assert found(api) == {"pier"}
        assert generation(api) > before
        assert told.stdout == f"Restored. Generation {generation(api)}.\n"
        add(api, MOLE)
        assert found(api) == {"pier", "mole"}
        assert api.get(f"/answers/{answer['id']}").status_code == 200
    assert footnote("verify", "--data-dir", data).returncode == 0


def test_a_backup_takes_the_place_of_a_damaged_collection_under_a_running_server(
    footnote: Footnote, tmp_path: Path
) -> None:
    data, copy = tmp_path / "data", tmp_path / "copy"
    with serving(data) as api:
        add(api, PIER)
        assert footnote("backup", copy, "--data-dir", data).returncode == 0
        with (data / "catalogue.sqlite").open("r+b") as file:
            file.write(b"no database any more" * 1_000)
        told = footnote("restore", copy, "--data-dir", data)
        assert (told.returncode, told.stderr) == (0, "")
        assert found(api) == {"pier"}
        add(api, MOLE)
        assert found(api) == {"pier", "mole"}
    assert footnote("verify", "--data-dir", data).returncode == 0


def test_a_backup_never_overwrites(footnote: Footnote, sample: Path, tmp_path: Path) -> None:
    told = footnote("backup", tmp_path, "--data-dir", sample)
    assert (told.returncode, told.stderr.count("\n")) == (1, 1)
    assert "is there already" in told.stderr


def test_what_is_no_backup_changes_nothing(
    footnote: Footnote, sample: Path, tmp_path: Path
) -> None:
    data, copy = tmp_path / "data", tmp_path / "copy"
    assert footnote("backup", copy, "--data-dir", sample).returncode == 0
    assert footnote("restore", copy, "--data-dir", data).returncode == 0
    before = footnote("articles", "--data-dir", data).stdout
    damaged = bytearray((copy / "catalogue.sqlite").read_bytes())
    damaged[8192:16384] = bytes(8192)
    (copy / "catalogue.sqlite").write_bytes(damaged)
    for wrong in (copy, tmp_path / "nothing"):
        told = footnote("restore", wrong, "--data-dir", data)
        assert (told.returncode, told.stderr.count("\n")) == (1, 1)
    assert footnote("articles", "--data-dir", data).stdout == before != ""
