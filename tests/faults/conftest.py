"""Processes that write to a collection, and the collection seen from outside."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from index.indexer import Indexer
from tests.faults.writing import opened

ROOT = Path(__file__).resolve().parents[2]
Start = Callable[..., subprocess.Popen[str]]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A data folder that is not there yet."""
    return tmp_path / "data"


@pytest.fixture
def start(folder: Path) -> Start:
    """Starts a process that adds articles; see `tests.faults.writing`."""

    def start_process(name: str, count: int, *more: int) -> subprocess.Popen[str]:
        arguments = [str(folder), name, str(count), *map(str, more)]
        return subprocess.Popen(
            [sys.executable, "-m", "tests.faults.writing", *arguments],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    return start_process


def is_whole(indexer: Indexer) -> bool:
    """Nothing damaged, every fifth article findable by a word of its own, in its own text."""
    assert indexer.verify() == ()
    searcher = indexer.searcher()
    for metadata in searcher.articles(limit=100_000)[::5]:
        article = searcher.article(metadata.id)
        assert article is not None
        word = metadata.id.replace("-", "", 1) + "x0"
        best = searcher.search(f"what was seen in {word}?", top_k=1).hits[0]
        assert best.article.id == metadata.id
        assert article.text[best.passage.start : best.passage.end] == best.passage.text
    return True


__all__ = ["Start", "is_whole", "opened"]
