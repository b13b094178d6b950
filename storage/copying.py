"""Copying a database while others use it (https://sqlite.org/backup.html)."""

from __future__ import annotations

import sqlite3
from contextlib import closing, suppress
from pathlib import Path

from storage.database import BUSY_SECONDS, DatabaseError

_LOGS = ("", "-wal", "-shm")


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
            try:
                _copy(old, target)
            except sqlite3.DatabaseError as error:
                if not _is_damage(error):
                    raise
                _put_aside(target)
                _copy(old, target)
    except (sqlite3.Error, OSError) as error:
        raise DatabaseError(f"Cannot copy {source} to {target}: {error}.") from error


def continue_numbers(copied: Path, existing: Path) -> None:
    """Lets no number that `existing` has given to a row be given to another one by `copied`.

    For tables with AUTOINCREMENT. Where `existing` cannot be read there is nothing to go by.
    """
    numbers: list[tuple[int, str]] = []
    with suppress(sqlite3.Error), closing(_reading(existing)) as old:
        numbers = old.execute("SELECT seq, name FROM sqlite_sequence").fetchall()
    with closing(sqlite3.connect(copied, timeout=BUSY_SECONDS)) as new, new:
        known = {name for (name,) in new.execute("SELECT name FROM sqlite_sequence")}
        for number, name in numbers:
            if name in known:
                raised = "UPDATE sqlite_sequence SET seq = max(seq, ?) WHERE name = ?"
            else:
                raised = "INSERT INTO sqlite_sequence (seq, name) VALUES (?, ?)"
            new.execute(raised, (number, name))


def _reading(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)


def _copy(old: sqlite3.Connection, target: Path) -> None:
    with closing(sqlite3.connect(target, timeout=BUSY_SECONDS)) as new:
        old.backup(new)


def _is_damage(error: sqlite3.DatabaseError) -> bool:
    return error.sqlite_errorcode in (sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT)


def _put_aside(path: Path) -> None:
    """Renames a damaged database; processes that have it open notice (`storage.database`)."""
    for log in _LOGS:
        file = path.with_name(path.name + log)
        if file.exists():
            file.replace(path.with_name(f"{path.name}.damaged{log}"))
