"""Copying a database while others use it (https://sqlite.org/backup.html)."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from storage.database import BUSY_SECONDS, DatabaseError


def copy_database(source: Path, target: Path) -> None:
    """Makes `target` what `source` is at this moment, in one transaction of `target`.

    Whoever reads either of them meanwhile sees one state; killed half-way, `target` is as it was.
    Raises `DatabaseError` when the source is no whole database or the target cannot be written.
    """
    try:
        with (
            closing(sqlite3.connect(f"{source.absolute().as_uri()}?mode=ro", uri=True)) as old,
            closing(sqlite3.connect(target, timeout=BUSY_SECONDS)) as new,
        ):
            state = old.execute("PRAGMA quick_check(1)").fetchone()[0]
            if state != "ok":
                raise DatabaseError(f"{source} is damaged ({state}); use another copy.")
            old.backup(new)
    except sqlite3.Error as error:
        raise DatabaseError(f"Cannot copy {source} to {target}: {error}.") from error
