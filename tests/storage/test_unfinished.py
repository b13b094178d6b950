"""What is being made, and what is left of it when its process is killed."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from storage.unfinished import sweep, unfinished

MAKES_SOMETHING = """
import sys
from pathlib import Path
from storage.unfinished import unfinished

with unfinished(Path(sys.argv[1])) as place:
    (place / "half").write_text("half of it")
    print(place.name, flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def maker(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    """A living process that is making something in the folder."""
    with subprocess.Popen(
        [sys.executable, "-c", MAKES_SOMETHING, str(tmp_path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        assert (tmp_path / process.stdout.readline().strip() / "half").exists()
        yield process
        process.kill()


def names(folder: Path) -> list[str]:
    return [path.name for path in folder.rglob("half")]


def test_nothing_is_left_when_it_is_finished(tmp_path: Path) -> None:
    with unfinished(tmp_path) as place:
        (place / "whole").write_text("all of it")
        (place / "whole").replace(tmp_path / "whole")
        (place / "half").write_text("not needed")
    assert [path.name for path in tmp_path.iterdir()] == ["whole"]


def test_what_a_living_process_makes_is_never_swept(
    tmp_path: Path, maker: subprocess.Popen[str]
) -> None:
    sweep(tmp_path)
    with unfinished(tmp_path):
        pass
    assert names(tmp_path) == ["half"]
    maker.communicate("")
    assert list(tmp_path.iterdir()) == []


def test_what_a_killed_process_made_is_swept_by_the_next(
    tmp_path: Path, maker: subprocess.Popen[str]
) -> None:
    maker.kill()
    maker.wait()
    assert names(tmp_path) == ["half"]
    with unfinished(tmp_path) as place:
        assert list(tmp_path.iterdir()) == [place]
    assert list(tmp_path.iterdir()) == []


def test_whoever_sweeps_while_others_make_takes_nothing_away(tmp_path: Path) -> None:
    """Threads here: a lock is a file's, so they are to each other as processes are."""
    done = threading.Event()

    def make() -> int:
        kept = 0
        for _ in range(100):
            with unfinished(tmp_path) as place:
                (place / "half").write_text("half of it")
                kept += (place / "half").exists()
        return kept

    def clean() -> None:
        while not done.wait(0.001):
            sweep(tmp_path)

    with ThreadPoolExecutor(4) as pool:
        cleaning = pool.submit(clean)
        makers = [pool.submit(make) for _ in range(3)]
        try:
            kept = [maker.result() for maker in makers]
        finally:
            done.set()
        cleaning.result()
    assert kept == [100, 100, 100]
    sweep(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_not_there_has_nothing_to_sweep(tmp_path: Path) -> None:
    sweep(tmp_path / "nowhere")
    assert not (tmp_path / "nowhere").exists()
