"""Copying a database while others use it (https://sqlite.org/backup.html)."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping
from contextlib import closing, suppress
from pathlib import Path

from storage.database import BUSY_SECONDS, DatabaseError

_LOGS = ("", "-wal", "-shm")
_STEPS = 100
_LEFT_OUT = 8


class _NumbersGivenError(Exception):
    """The target has given rows numbers since they were looked at."""


def copy_database(source: Path, target: Path) -> None:
    """Makes `target` what `source` is at this moment, in one transaction of `target`.

    Whoever reads either of them meanwhile sees one state; killed half-way, `target` is as it was.
    A target that is no whole database any more is kept beside it, as `NAME.damaged`. Raises
    `DatabaseError` when the source is no whole database or the target cannot be written.
    """
    try:
        with closing(_reading(source)) as old:
            state = old.execute("PRAGMA quick_check(1)").fetchone()[0]
        if state != "ok":
            raise DatabaseError(f"{source} is damaged ({state}); use another copy.")
    except (sqlite3.Error, OSError) as error:
        raise _uncopied(source, target, error) from error
    _copy(source, target, lambda: None)


def continue_database(source: Path, target: Path, ready: Callable[[], None]) -> None:
    """Puts `source`, which is known to be whole, in the place of `target`, as its continuation.

    As `copy_database` does it, but no number that `target` has given to a row is given to another
    one: in `source`, those of tables with AUTOINCREMENT are raised first, and `ready` may then
    change it further. Another process may have `target` give more of them before it is locked:
    then all of it is done again, each time with more numbers left out, so that it comes to an end.
    """
    left_out = 0
    while True:
        known = {name: number + left_out for name, number in numbers_given(target).items()}
        continue_numbers(source, known)
        ready()

        def check(known: Mapping[str, int] = known) -> None:
            given = numbers_given(target)
            if any(number > known.get(name, 0) for name, number in given.items()):
                raise _NumbersGivenError

        with suppress(_NumbersGivenError):
            _copy(source, target, check)
            return
        left_out = max(_LEFT_OUT, 4 * left_out)


def numbers_given(path: Path) -> dict[str, int]:
    """The highest number that each table with AUTOINCREMENT has given; none if it is unreadable."""
    try:
        with closing(_reading(path)) as database:
            return dict(database.execute("SELECT name, seq FROM sqlite_sequence").fetchall())
    except sqlite3.Error as error:
        if error.sqlite_errorcode == sqlite3.SQLITE_BUSY:
            raise
        return {}


def continue_numbers(path: Path, known: Mapping[str, int]) -> None:
    """Has the tables of the database go on from the higher of their own and the known numbers."""
    with closing(sqlite3.connect(path, timeout=BUSY_SECONDS)) as database, database:
        own = {name for (name,) in database.execute("SELECT name FROM sqlite_sequence")}
        for name, number in known.items():
            if name in own:
                raised = "UPDATE sqlite_sequence SET seq = max(seq, ?) WHERE name = ?"
            else:
                raised = "INSERT INTO sqlite_sequence (seq, name) VALUES (?, ?)"
            database.execute(raised, (number, name))


def _reading(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)


def _copy(source: Path, target: Path, check: Callable[[], None]) -> None:
    """Copies; `check` is called once, when nobody else can write to the target any more."""
    try:
        with closing(_reading(source)) as old:
            try:
                _copy_open(old, target, check)
            except sqlite3.DatabaseError as error:
                if not _is_damage(error):
                    raise
                _put_aside(target)
                _copy_open(old, target, check)
    except (sqlite3.Error, OSError) as error:
        raise _uncopied(source, target, error) from error


def _copy_open(old: sqlite3.Connection, target: Path, check: Callable[[], None]) -> None:
    pages = old.execute("PRAGMA page_count").fetchone()[0]
    locked = False

    def after_step(state: int, _left: int, _all: int) -> None:
        nonlocal locked
        if not locked and state == sqlite3.SQLITE_OK:
            locked = True
            check()

    with closing(sqlite3.connect(target, timeout=BUSY_SECONDS)) as new:
        new.execute("PRAGMA journal_mode=WAL")  # so that it can still be read when it is locked
        old.backup(new, pages=max(1, pages // _STEPS), progress=after_step)


def _uncopied(source: Path, target: Path, error: Exception) -> DatabaseError:
    return DatabaseError(f"Cannot copy {source} to {target}: {error}.")


def _is_damage(error: sqlite3.DatabaseError) -> bool:
    return error.sqlite_errorcode in (sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT)


def _put_aside(path: Path) -> None:
    """Renames a damaged database; processes that have it open notice (`storage.database`)."""
    for log in _LOGS:
        file = path.with_name(path.name + log)
        if file.exists():
            file.replace(path.with_name(f"{path.name}.damaged{log}"))
