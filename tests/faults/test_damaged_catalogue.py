"""Flipped bits in the catalogue: named, or without effect; never served."""

from __future__ import annotations

import random
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from index.errors import CollectionError, DamagedArticleError
from index.indexer import Indexer
from tests.faults.conftest import opened
from tests.faults.writing import documents

FILE = "catalogue.sqlite"


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Twenty articles, all of them in the one file."""
    folder = tmp_path_factory.mktemp("whole") / "data"
    indexer = opened(folder)
    indexer.add(documents("a", 20))
    indexer._catalogue.close()
    with closing(sqlite3.connect(folder / FILE)) as database:
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return folder


def texts(indexer: Indexer) -> dict[str, str]:
    searcher = indexer.searcher()
    found = [searcher.article(one.id) for one in searcher.articles()]
    return {one.metadata.id: one.text for one in found if one}


def test_a_flipped_bit_is_never_served(whole: Path, tmp_path: Path) -> None:
    originals = set(texts(opened(whole)).values())
    order = random.Random(0)  # noqa: S311 - the same places every time
    named = 0
    for number in range(30):
        folder = Path(shutil.copytree(whole, tmp_path / str(number)))
        data = bytearray((folder / FILE).read_bytes())
        place = order.randrange(len(data) * 8)
        data[place // 8] ^= 1 << place % 8
        (folder / FILE).write_bytes(data)
        try:
            indexer = opened(folder)
            hits = indexer.searcher().search("what was seen again?", top_k=60).hits
            for hit in hits:
                start, end = hit.passage.start, hit.passage.end
                assert any(text[start:end] == hit.passage.text for text in originals), place
            named += bool(indexer.verify())
        except CollectionError:
            named += 1
    assert named > 5


def test_an_article_with_another_word_is_left_out_and_named(
    whole: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    folder = Path(shutil.copytree(whole, tmp_path / "data"))
    with closing(sqlite3.connect(folder / FILE)) as database, database:
        changed = "UPDATE articles SET text = replace(text, 'In a7x0 the', 'In a7x0 no')"
        database.execute(changed + " WHERE id = 'a-7'")
    indexer = opened(folder)
    searcher = indexer.searcher()
    hits = searcher.search("what was seen in a7x0?", top_k=60).hits
    assert len({hit.article.id for hit in hits}) == 19
    assert "a-7" not in {hit.article.id for hit in hits}
    named = "Article a-7 is not as it was stored; add it again, or restore a backup."
    assert named in caplog.messages
    with pytest.raises(DamagedArticleError, match="a-7"):
        searcher.article("a-7")
    assert "Article a-7 is not as it was stored; add it again." in indexer.verify()
    indexer.add(documents("a", 8))
    assert indexer.verify() == ()
    assert searcher.search("what was seen in a7x0?").hits[0].article.id == "a-7"
