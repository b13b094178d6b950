"""A real `footnote serve` over the sample article, and the command as people run it."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

ROOT = Path(__file__).resolve().parents[2]
SAMPLE = ROOT / "articles" / "kazakhstan-crackdown.txt"
FOOTNOTE = Path(sys.executable).parent / "footnote"
QUESTION = "How much of China's imported corn came from Ukraine in 2018-19?"

Footnote = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="session")
def footnote() -> Footnote:
    """Runs `footnote` with arguments; stdin, environment and folder by keyword."""

    def run(
        *arguments: str | Path, stdin: str = "", cwd: Path = ROOT, **environment: str
    ) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [FOOTNOTE, *arguments],
            input=stdin,
            cwd=cwd,
            env=os.environ | environment,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    return run


@pytest.fixture(scope="session")
def sample(footnote: Footnote, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with the sample article; tests only read it."""
    folder = tmp_path_factory.mktemp("sample")
    added = footnote("add", SAMPLE, "--data-dir", folder)
    assert added.returncode == 0, added.stderr
    return folder


@contextmanager
def serving(data_dir: Path, *options: str, **environment: str) -> Iterator[httpx.Client]:
    """A client of `footnote serve` over `data_dir`, once it is ready; stopped by SIGTERM."""
    with server(data_dir, *options, **environment) as (client, _):
        yield client


@contextmanager
def server(
    data_dir: Path, *options: str, **environment: str
) -> Iterator[tuple[httpx.Client, subprocess.Popen[bytes]]]:
    """The same, with its process; tests may kill it."""
    log = log_of(data_dir)
    with log.open("w") as stderr:
        process = subprocess.Popen(
            [FOOTNOTE, "serve", "--port", "0", "--data-dir", data_dir, *options],
            env=os.environ | environment,
            stdout=subprocess.DEVNULL,
            stderr=stderr,
        )
    try:
        with httpx.Client(base_url=_address(process, log), timeout=180) as client:
            _wait_until_ready(client)
            yield client, process
    finally:
        process.send_signal(signal.SIGTERM)
        ends = {0, -signal.SIGTERM, -signal.SIGKILL}
        assert process.wait(timeout=40) in ends, log.read_text()


def log_of(data_dir: Path) -> Path:
    """What the server over `data_dir` logs."""
    return data_dir.parent / f"{data_dir.name}-serve.log"


def _address(process: subprocess.Popen[bytes], log: Path) -> str:
    deadline = time.monotonic() + 180
    while time.monotonic() < deadline and process.poll() is None:
        if found := re.search(r"http://\S+", log.read_text()):
            return found[0]
        time.sleep(0.05)
    pytest.fail(f"footnote serve did not say where it is: {log.read_text()}")


def _wait_until_ready(client: httpx.Client) -> None:
    deadline = time.monotonic() + 180
    while client.get("/readyz").status_code != 200:
        assert time.monotonic() < deadline
        time.sleep(0.1)


@pytest.fixture(scope="session")
def api(footnote: Footnote, tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """A server with the sample article; tests add only articles of their own, under `own-`."""
    folder = tmp_path_factory.mktemp("served")
    assert footnote("add", SAMPLE, "--data-dir", folder).returncode == 0
    with serving(folder) as client:
        yield client
