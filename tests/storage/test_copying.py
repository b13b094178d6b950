"""Copies of databases, and the numbers that go on in them."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from storage.copying import (
    continue_database,
    continue_numbers,
    copy_database,
    numbers_given,
)
from storage.database import DatabaseError


def made(path: Path, *rows: str) -> Path:
    with closing(sqlite3.connect(path)) as database, database:
        database.execute("CREATE TABLE notes (number INTEGER PRIMARY KEY AUTOINCREMENT, words)")
        database.executemany("INSERT INTO notes (words) VALUES (?)", [(row,) for row in rows])
    return path


def notes(path: Path) -> dict[int, str]:
    with closing(sqlite3.connect(path)) as database:
        return dict(database.execute("SELECT number, words FROM notes"))


def add(path: Path, words: str) -> None:
    with closing(sqlite3.connect(path)) as database, database:
        database.execute("INSERT INTO notes (words) VALUES (?)", (words,))


def test_numbers_go_on_from_the_higher_of_the_two(tmp_path: Path) -> None:
    older, newer = made(tmp_path / "older", "a"), made(tmp_path / "newer", "a", "b", "c")
    continue_numbers(older, numbers_given(newer))
    add(older, "d")
    assert notes(older) == {1: "a", 4: "d"}
    continue_numbers(newer, numbers_given(older))
    add(newer, "e")
    assert notes(newer)[5] == "e"


def test_a_table_that_was_empty_goes_on_too(tmp_path: Path) -> None:
    empty, full = made(tmp_path / "empty"), made(tmp_path / "full", "a", "b")
    continue_numbers(empty, numbers_given(full))
    add(empty, "c")
    assert notes(empty) == {3: "c"}


@pytest.mark.parametrize("there", [b"", b"no database", None])
def test_without_a_readable_one_there_is_nothing_to_go_by(
    tmp_path: Path, there: bytes | None
) -> None:
    copied = made(tmp_path / "copied", "a")
    if there is not None:
        (tmp_path / "existing").write_bytes(there)
    continue_numbers(copied, numbers_given(tmp_path / "existing"))
    add(copied, "b")
    assert notes(copied) == {1: "a", 2: "b"}


def test_what_is_no_database_any_more_is_kept_beside_the_copy(tmp_path: Path) -> None:
    source, target = made(tmp_path / "source", "a"), made(tmp_path / "target", "b")
    target.write_bytes(b"garbage" * 1_000)
    copy_database(source, target)
    assert notes(target) == {1: "a"}
    assert (tmp_path / "target.damaged").read_bytes() == b"garbage" * 1_000


def test_a_damaged_source_changes_nothing(tmp_path: Path) -> None:
    source, target = made(tmp_path / "source", "a"), made(tmp_path / "target", "b")
    source.write_bytes(b"garbage" * 1_000)
    with pytest.raises(DatabaseError, match="source"):
        copy_database(source, target)
    assert notes(target) == {1: "b"}


@pytest.mark.parametrize("mode", ["wal", "delete"])
def test_a_number_that_is_given_at_the_last_moment_is_not_given_again(
    tmp_path: Path, mode: str
) -> None:
    source, target = made(tmp_path / "source", "a"), made(tmp_path / "target", "b", "c")
    with closing(sqlite3.connect(target)) as database:
        database.execute(f"PRAGMA journal_mode={mode}")
    tries = 0

    def ready() -> None:
        """Another process is quicker, twice."""
        nonlocal tries
        tries += 1
        if tries < 3:
            for _ in range(tries * 10):
                add(target, "added meanwhile")

    continue_database(source, target, ready)
    add(target, "d")
    assert tries == 3
    added = max(notes(target))
    assert notes(target) == {1: "a", added: "d"}
    assert added > 32  # b, c and what the other process added


def test_nobody_can_give_a_number_while_a_database_is_put_in_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source, target = made(tmp_path / "source", *("a" * 3_000)), made(tmp_path / "target", "b")
    refused = []

    def look(path: Path) -> dict[str, int]:
        """Called once more when the target is locked."""
        if path == target and tried:
            with closing(sqlite3.connect(target, timeout=0)) as database:
                try:
                    database.execute("INSERT INTO notes (words) VALUES ('too late')")
                except sqlite3.OperationalError as error:
                    refused.append(str(error))
        tried.append(path)
        return numbers_given(path)

    tried: list[Path] = []
    monkeypatch.setattr("storage.copying.numbers_given", look)
    continue_database(source, target, lambda: None)
    assert refused == ["database is locked"]
    assert len(notes(target)) == 3_000


def test_a_database_that_cannot_be_read_is_put_aside_by_its_continuation(tmp_path: Path) -> None:
    source, target = made(tmp_path / "source", "a"), tmp_path / "target"
    target.write_bytes(b"garbage" * 1_000)
    continue_database(source, target, lambda: None)
    assert notes(target) == {1: "a"}
    assert (tmp_path / "target.damaged").exists()
