"""`footnote slack` as a process, beside a double of Slack."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.bots.slack_double import APP_TOKEN, BOT_TOKEN, SlackDouble
from tests.e2e.conftest import FOOTNOTE, footnote

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
    "text": "The mayor of Bogwater is <!channel> <@U123> Olga Brandt <https://evil.example|click>.",
}


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
    copy = tmp_path / "data"
    subprocess.run([FOOTNOTE, "backup", copy, "--data-dir", filled], check=True)
    return copy


def start(slack: SlackDouble, data: Path) -> subprocess.Popen[str]:
    settings = {
        "FOOTNOTE_SLACK_BOT_TOKEN": BOT_TOKEN,
        "FOOTNOTE_SLACK_APP_TOKEN": APP_TOKEN,
        "FOOTNOTE_SLACK_API_URL": slack.api_url,
        "FOOTNOTE_ANSWER_THRESHOLD": "0.05",
    }
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


@contextmanager
def bot(slack: SlackDouble, data: Path) -> Iterator[subprocess.Popen[str]]:
    """The bot, stopped in good order at the end."""
    process = start(slack, data)
    try:
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        _, said = process.communicate(timeout=60)
        assert process.returncode == 0, said


def wait_for(true: Callable[[], bool], seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.05)
