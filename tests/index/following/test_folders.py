"""A followed folder and the collection stay in step, one look after the other."""

from __future__ import annotations

import os
from pathlib import Path
from threading import Event

import pytest

from index.following import BadSourceError, Follower
from index.indexer import Indexer
from tests.index.word_embedder import WordEmbedder


@pytest.fixture
def watched(tmp_path: Path) -> Path:
    place = tmp_path / "articles"
    place.mkdir()
    (place / "pier.txt").write_text("The pier at Heringsdorf is 508 metres long.")
    return place


@pytest.fixture
def follower(indexer: Indexer, watched: Path) -> Follower:
    found = Follower(indexer)
    found.book.add(str(watched))
    return found


def look(follower: Follower) -> str:
    assert follower.look_once(Event())
    (source,) = follower.book.all()
    return source.last_result or ""


def texts(indexer: Indexer) -> dict[str, str]:
    searcher = indexer.searcher()
    found = [searcher.article(one.id) for one in searcher.articles(after=None, limit=100)]
    return {one.metadata.id: one.text for one in found if one}


def test_new_changed_and_deleted_files_are_followed(
    follower: Follower, indexer: Indexer, watched: Path
) -> None:
    assert look(follower) == "1 added"
    (watched / "deep").mkdir()
    (watched / "deep" / "mole.txt").write_text("The mole is 90 metres long.")
    (watched / "pier.txt").write_text("The pier is closed this winter.")
    assert look(follower) == "1 added, 1 updated"
    (watched / "deep" / "mole.txt").unlink()
    assert look(follower) == "1 removed"
    assert list(texts(indexer).values()) == ["The pier is closed this winter."]
    assert look(follower) == "nothing new"


def test_a_moved_file_stays_the_same_article_and_is_not_embedded_again(
    follower: Follower, indexer: Indexer, watched: Path, embedder: WordEmbedder
) -> None:
    look(follower)
    (before,) = texts(indexer)
    embedded = len(embedder.given)
    (watched / "north").mkdir()
    (watched / "pier.txt").rename(watched / "north" / "pier.txt")
    assert look(follower) == "1 moved"
    assert list(texts(indexer)) == [before]
    assert len(embedder.given) == embedded
    assert indexer.verify() == ()


def test_a_line_that_leaves_a_jsonl_file_takes_its_article_along(
    follower: Follower, indexer: Indexer, watched: Path
) -> None:
    lines = [f'{{"id": "{n}", "title": "T", "text": "Number {n}."}}' for n in "abc"]
    (watched / "all.jsonl").write_text("\n".join(lines))
    look(follower)
    (watched / "all.jsonl").write_text("\n".join(lines[:2]))
    assert look(follower) == "1 removed"
    assert texts(indexer).keys() == {"a", "b", "pier"}


def test_files_that_editors_are_writing_are_left_alone(follower: Follower, watched: Path) -> None:
    for name in ("pier.txt~", ".pier.txt.swp", "#pier.txt#", "~$pier.docx", "new.txt.part"):
        (watched / name).write_text("Half a sen")
    assert look(follower) == "1 added"


def test_a_file_that_cannot_be_taken_is_named_once(follower: Follower, watched: Path) -> None:
    (watched / "photo.png").write_bytes(b"\x89PNG")
    first = look(follower)
    assert first.startswith("1 added, 1 refused (")
    assert "photo.png" in first
    assert look(follower) == "nothing new"


def test_a_folder_that_disappears_loses_no_article(
    follower: Follower, indexer: Indexer, watched: Path
) -> None:
    look(follower)
    os.rename(watched, watched.with_name("elsewhere"))  # noqa: PTH104
    assert look(follower).startswith("failed: the folder is not there")
    assert len(texts(indexer)) == 1
    (source,) = follower.book.all()
    assert source.failures == 1


def test_a_source_that_is_no_longer_followed_leaves_its_articles(
    follower: Follower, indexer: Indexer, watched: Path
) -> None:
    look(follower)
    assert follower.book.remove(str(watched))
    assert not follower.book.remove(str(watched))
    assert follower.book.all() == []
    assert len(texts(indexer)) == 1


def test_only_folders_and_addresses_can_be_followed(indexer: Indexer, tmp_path: Path) -> None:
    with pytest.raises(BadSourceError, match="neither a folder nor"):
        Follower(indexer).book.add(str(tmp_path / "nothing-here"))


def test_one_process_follows_at_a_time(follower: Follower, indexer: Indexer) -> None:
    other = Follower(indexer)
    assert other._is_mine()
    assert not follower.look_once(Event())
    assert not follower.follow(Event(), take_over=False)
    other._lock.release()
    assert follower.look_once(Event())
