"""`footnote slack` as a process, beside a double of Slack."""

from __future__ import annotations

import json
import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.bots.slack_double import APP_TOKEN, BOT_TOKEN, Message, SlackDouble
from tests.e2e.conftest import FOOTNOTE, footnote
from tests.waiting import wait_for

__all__ = ["footnote"]

LIGHTHOUSE = {
    "id": "lighthouse",
    "title": "The lighthouse of Karvel Point",
    "url": "https://example.org/lighthouse?a=1&b=2",
    "source": "Coast Gazette",
    "published_at": "2020-05-01",
    "text": "The lighthouse of Karvel Point was built in 1874 by the engineer Ada Lindqvist. It "
    "stands 41 metres above the sea.\n\nThe lamp was electrified in 1932.",
}
HOSTILE = {
    "id": "hostile",
    "title": "Bogwater <!channel> *news*",
    "url": "https://example.org/x|<!here>",
    "text": "The mayor of Bogwater is <!channel> <@U123> Olga Brandt <https://evil.example|click> "
    "[1]: https://evil.example [here](https://evil.example) @everyone :warning:.",
}


EDITORS = ["UEDITOR"]


@pytest.fixture
def slack() -> Iterator[SlackDouble]:
    with SlackDouble().running() as double:
        yield double


@pytest.fixture(scope="session")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder to copy."""
    folder = tmp_path_factory.mktemp("slack")
    lines = "\n".join(json.dumps(one) for one in (LIGHTHOUSE, HOSTILE))
    (folder / "articles.jsonl").write_text(lines)
    command: list[str | Path] = [
        FOOTNOTE,
        "add",
        folder / "articles.jsonl",
        "--data-dir",
        folder / "data",
    ]
    subprocess.run(command, check=True, capture_output=True)
    return folder / "data"


@pytest.fixture
def data(filled: Path, tmp_path: Path) -> Path:
    return copied(filled, tmp_path / "data")


def copied(filled: Path, copy: Path) -> Path:
    subprocess.run([FOOTNOTE, "backup", copy, "--data-dir", filled], check=True)
    return copy


def settings_of(slack: SlackDouble) -> dict[str, str]:
    return {
        "FOOTNOTE_SLACK_BOT_TOKEN": BOT_TOKEN,
        "FOOTNOTE_SLACK_APP_TOKEN": APP_TOKEN,
        "FOOTNOTE_SLACK_API_URL": slack.api_url,
        "FOOTNOTE_SLACK_EDITORS": json.dumps(EDITORS),
        "FOOTNOTE_SLACK_UNASKED_CONFIDENCE": "0.6",
        "FOOTNOTE_ANSWER_THRESHOLD": "0.05",
        "FOOTNOTE_ALLOW_PRIVATE_ADDRESSES": "true",
    }


def start(slack: SlackDouble, data: Path, **more: str) -> subprocess.Popen[str]:
    settings = settings_of(slack) | more
    process = subprocess.Popen(
        [FOOTNOTE, "slack", "--data-dir", data],
        env=os.environ | settings,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    wait_for(lambda: slack.is_connected or process.poll() is not None)
    assert process.poll() is None, process.stderr and process.stderr.read()
    return process


def text_of(message: Message) -> str:
    """All that a message shows, as people read it: without the spaces of no width."""
    shown = [str(message.get("markdown", ""))]
    shown += [block["text"]["text"] for block in message.get("blocks", []) if "text" in block]
    shown += [] if message.get("blocks") else [str(message.get("text", ""))]
    return "\n".join(shown).replace("\u200b", "").strip()


@contextmanager
def bot(slack: SlackDouble, data: Path, **more: str) -> Iterator[subprocess.Popen[str]]:
    """The bot, stopped in good order at the end."""
    process = start(slack, data, **more)
    try:
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        _, said = process.communicate(timeout=60)
        assert process.returncode == 0, said
