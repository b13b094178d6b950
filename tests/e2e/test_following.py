"""Folders that `footnote add --watch`, `footnote follow` and `footnote serve` keep in step."""

from __future__ import annotations

import signal
import subprocess
from pathlib import Path

from tests.e2e.conftest import FOOTNOTE, Footnote, serving
from tests.waiting import wait_for


def test_watch_takes_what_is_there_and_what_comes_until_ctrl_c(
    footnote: Footnote, tmp_path: Path
) -> None:
    folder, data = tmp_path / "in", tmp_path / "data"
    folder.mkdir()
    (folder / "pier.txt").write_text("The pier at Heringsdorf is 508 metres long.")

    def listed() -> int:
        return len(footnote("articles", "--data-dir", data).stdout.splitlines())

    process = subprocess.Popen(
        [FOOTNOTE, "add", "--watch", folder, "--data-dir", data], stdout=subprocess.PIPE, text=True
    )
    wait_for(lambda: listed() == 1)
    (folder / "mole.txt").write_text("The mole is 90 metres long.")
    wait_for(lambda: listed() == 2)
    (folder / "pier.txt").unlink()
    wait_for(lambda: listed() == 1)
    process.send_signal(signal.SIGINT)
    said, _ = process.communicate(timeout=60)
    assert process.returncode == 0
    assert said.splitlines()[0] == "Watching; stop it with Ctrl+C."
    assert said.splitlines()[-1].endswith("1 removed.")


def test_sources_are_listed_with_their_last_look(footnote: Footnote, tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "pier.txt").write_text("The pier at Heringsdorf is 508 metres long.")
    data = ("--data-dir", tmp_path / "data")
    assert footnote("sources", "add", tmp_path / "in", "--every", "2h", *data).returncode == 0
    assert "not yet" in footnote("sources", *data).stdout
    assert footnote("follow", "--once", *data).returncode == 0
    assert "1 added" in footnote("sources", *data).stdout
    assert footnote("sources", "remove", tmp_path / "in", *data).returncode == 0
    assert footnote("sources", *data).stdout == ""


def test_a_source_that_cannot_be_followed_is_named(footnote: Footnote, tmp_path: Path) -> None:
    data = ("--data-dir", tmp_path / "data")
    told = footnote("sources", "add", tmp_path / "nowhere", *data)
    assert (told.returncode, told.stdout, told.stderr.count("\n")) == (1, "", 1)
    assert "nowhere is neither a folder nor an http(s) address" in told.stderr
    told = footnote("sources", "add", tmp_path, "--every", "soon", *data)
    assert (told.returncode, told.stderr.count("\n")) == (1, 1)
    assert "15m" in told.stderr


def test_the_running_server_follows_too(footnote: Footnote, tmp_path: Path) -> None:
    folder, data = tmp_path / "in", tmp_path / "data"
    folder.mkdir()
    with serving(data) as api:
        assert footnote("sources", "add", folder, "--data-dir", data).returncode == 0
        (folder / "pier.txt").write_text("The pier at Heringsdorf is 508 metres long.")
        wait_for(lambda: len(api.get("/articles").json()["articles"]) == 1)
        told = footnote("follow", "--data-dir", data)
        assert told.returncode == 1
        assert "follows the sources of this data folder already" in told.stderr


def test_a_corrected_article_marks_the_answers_that_quoted_it(tmp_path: Path) -> None:
    article = {"id": "pier", "title": "The pier", "text": "The pier is 508 metres long."}
    with serving(tmp_path / "data", FOOTNOTE_ANSWER_THRESHOLD="0") as api:
        api.post("/articles?wait=true", json=article).raise_for_status()
        answer = api.post("/ask", json={"question": "How long is the pier?"}).json()
        assert answer["corrections"] == []
        api.post("/articles?wait=true", json=article | {"text": "The pier is 510 metres long."})
        (correction,) = api.get(f"/answers/{answer['id']}").json()["corrections"]
        assert (correction["article_id"], correction["change"]) == ("pier", "corrected")
        listed = api.get("/corrections").json()
        assert listed == {"corrections": [correction], "next": correction["number"]}
        again = api.get("/corrections", params={"after": listed["next"]}).json()
        assert again == {"corrections": [], "next": listed["next"]}
