"""Ctrl-C ends a command at any moment of its start, even where something swallows it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
SAID = "Stopped. Everything finished before is kept.\n"
# Runs before anything else in a Python process: it interrupts itself at the n-th import.
AT_AN_IMPORT = """
import os, signal, sys
left = int(os.environ["INTERRUPTED_AT"])
def hook(event, arguments):
    global left
    left -= event == "import"
    if left == 0:
        left = -1
        os.kill(os.getpid(), signal.SIGINT)
sys.addaudithook(hook)
"""
SWALLOWED = """
import time
from qa.cli.interrupts import end_on_interrupt
end_on_interrupt()
said = "begun"
while True:
    try:
        print(said, flush=True)
        time.sleep(60)
    except KeyboardInterrupt:
        said = "swallowed"
"""


def listen_to_interrupts() -> None:
    """Tests that run in the background inherit that they are ignored."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


# The first 60 or so are Python's own, before the command has begun.
@pytest.mark.parametrize("at", [80, 160, 320, 480, 640])
def test_an_interrupt_while_it_starts_ends_it(tmp_path: Path, at: int) -> None:
    (tmp_path / "sitecustomize.py").write_text(AT_AN_IMPORT)
    article = tmp_path / "pier.txt"
    article.write_text("The pier is 508 metres long.")
    ended = subprocess.run(
        [Path(sys.executable).parent / "footnote", "add", article, "--data-dir", tmp_path / "data"],
        env=os.environ | {"PYTHONPATH": str(tmp_path), "INTERRUPTED_AT": str(at)},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
        preexec_fn=listen_to_interrupts,
    )
    assert (ended.returncode, ended.stderr) == (130, SAID)


def test_an_interrupt_that_something_swallows_ends_it_all_the_same() -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", SWALLOWED],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=listen_to_interrupts,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "begun\n"
    process.send_signal(signal.SIGINT)
    out, errors = process.communicate(timeout=60)
    assert (process.returncode, out, errors) == (130, "swallowed\n", SAID)
