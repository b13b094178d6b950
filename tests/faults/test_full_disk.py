"""No room to write: one clear sentence, and what was there before is there after."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.faults.conftest import Start, is_whole, opened
from tests.faults.writing import documents


@pytest.mark.parametrize("limit", [1_000, 40_000, 120_000, 250_000, 400_000])
def test_a_full_disk_is_one_clear_error_and_loses_nothing(
    folder: Path, start: Start, limit: int
) -> None:
    """Which file cannot grow any more depends on the limit: the log, the index or its vectors."""
    before = opened(folder).add(documents("before", 12))
    process = start("after", 200, limit)
    out, errors = process.communicate(timeout=120)
    assert process.returncode == 1, errors
    assert errors.startswith("CollectionError: Cannot ")
    assert "make room on the disk" in errors
    assert str(folder) in errors
    assert len(errors.splitlines()) == 1
    indexer = opened(folder)
    articles = {article.id for article in indexer.searcher().articles(limit=1_000)}
    assert {taken.article_id for taken in before.taken} <= articles
    assert {line.split(" ")[0] for line in out.splitlines()} <= articles
    assert is_whole(indexer)
    indexer.add(documents("after", 40))
    assert is_whole(indexer)
