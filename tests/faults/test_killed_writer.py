"""SIGKILL at any moment: the collection is whole, and adding again completes it."""

from __future__ import annotations

import random
import subprocess
import sys
import time
from collections.abc import Iterable
from pathlib import Path

import pytest

from index.engines.base import IndexedText, PassageSource
from storage.unfinished import PREFIX
from tests.faults.conftest import ROOT, Start, is_whole, opened
from tests.faults.writing import documents

COUNT = 160


def test_a_writer_killed_at_any_moment_leaves_a_whole_collection(
    folder: Path, start: Start
) -> None:
    """Each kill finds the collection as the one before it left it; one run is let finish."""
    moments = random.Random(0)  # noqa: S311 - the same moments every time
    reported: set[str] = set()
    generation = 0
    killed = 0
    for number in range(12):
        name = f"round{number}"
        process = start(name, COUNT)
        if number % 2:  # while it starts, opens and migrates; or once it has begun to add
            time.sleep(moments.uniform(0.0, 1.2))
        else:
            assert process.stdout is not None
            reported.add(process.stdout.readline().split(" ")[0])
            time.sleep(moments.uniform(0.0, 0.5))
        process.kill()
        out, _ = process.communicate()
        killed += process.returncode < 0
        complete = out.rpartition("\n")[0]
        reported |= {line.split(" ")[0] for line in complete.splitlines()}
        indexer = opened(folder)
        assert indexer.verify() == ()
        searcher = indexer.searcher()
        kept = {article.id for article in searcher.articles(limit=100_000)}
        assert reported <= kept
        assert searcher.generation >= generation
        generation = searcher.generation
    assert killed >= 6
    indexer = opened(folder)
    report = indexer.add(documents("round0", COUNT))
    assert len(report.taken) == COUNT
    assert {f"round0-{number}" for number in range(COUNT)} <= {
        article.id for article in indexer.searcher().articles(limit=100_000)
    }
    assert is_whole(indexer)


def test_a_writer_killed_between_engine_and_catalogue_leaves_the_generation_before(
    folder: Path, start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The keywords of a transaction are on disk before it commits: without it they are nothing."""
    assert start("kept", 20).wait() == 0
    indexer = opened(folder)

    class Stopped(BaseException):
        """Stands for the end of the process."""

    prepare = indexer._engine.prepare

    def prepare_and_stop(source: PassageSource, added: Iterable[IndexedText]) -> None:
        prepare(source, added)
        raise Stopped

    monkeypatch.setattr(indexer._engine, "prepare", prepare_and_stop)
    with pytest.raises(Stopped):
        indexer.add(documents("lost", 20))
    again = opened(folder)
    assert {article.id[:4] for article in again.searcher().articles()} == {"kept"}
    # The keys of the lost passages go to others now.
    again.add(documents("next", 15))
    assert is_whole(opened(folder))


_IS_WRITING = """
import sys
from pathlib import Path
from storage.unfinished import unfinished

with unfinished(Path(sys.argv[1])) as one, unfinished(Path(sys.argv[1], "derived")) as other:
    for place in (one, other):
        (place / "half").write_text("half of it")
    print("begun", flush=True)
    sys.stdin.read()
"""


def test_what_a_killed_writer_left_unfinished_is_swept_by_the_next(folder: Path) -> None:
    opened(folder).add(documents("kept", 5))
    with subprocess.Popen(
        [sys.executable, "-c", _IS_WRITING, str(folder)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as process:
        assert process.stdout is not None
        process.stdout.readline()
        opened(folder).add(documents("beside", 1))
        assert len(list(folder.rglob("half"))) == 2  # it lives
        process.kill()
    assert len(list(folder.rglob("half"))) == 2
    tantivy_s = folder / "derived" / "keywords" / ".tmpAbCdEf"
    tantivy_s.write_text("half of a list of segments")
    opened(folder).add(documents("next", 1))
    assert list(folder.rglob(f"{PREFIX}*")) == []
    assert not tantivy_s.exists()
    assert is_whole(opened(folder))
