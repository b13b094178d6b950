"""A database that many processes read while one writes.

Readers see one snapshot from the first statement of `read()` to its end and never wait for the
writer (SQLite's write-ahead log, https://sqlite.org/wal.html). Writers take turns: `write()`
waits up to `BUSY_SECONDS` for the one before.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy
from sqlalchemy import Connection, Engine, event, exc
from sqlalchemy.pool import ConnectionPoolEntry

BUSY_SECONDS = 60
_WRITES = "footnote_writes"


class DatabaseError(Exception):
    """The database cannot be used; the message is one plain sentence with the remedy."""


class Database:
    """One SQLite file, brought to its newest schema when opened.

    `migrations` is the folder of an Alembic environment and `head` its newest revision.
    Raises `DatabaseError` when the file cannot be created, is no database, or was made by a
    newer version.
    """

    def __init__(self, path: Path, migrations: Path, head: str) -> None:
        self.path = path
        self._engine = _engine(path)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._migrate(migrations, head)
        except OSError as error:
            raise DatabaseError(f"Cannot create {path.parent}: {error.strerror}.") from error
        except exc.DBAPIError as error:
            raise explained(path, error) from error

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A connection on one unchanging snapshot."""
        with self._explaining(), self._engine.connect() as connection, connection.begin():
            yield connection

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """A transaction that holds the write lock from its start; an exception undoes it."""
        with self._explaining(), self.engine.connect() as connection, connection.begin():
            yield connection

    @property
    def engine(self) -> Engine:
        """For libraries that want one: every transaction of it holds the write lock."""
        return self._engine.execution_options(**{_WRITES: True})

    def size(self) -> int:
        """Bytes on disk, those of the write-ahead log among them."""
        log = self.path.with_name(f"{self.path.name}-wal")
        return sum(path.stat().st_size for path in (self.path, log) if path.exists())

    def close(self) -> None:
        """Lets go of the file."""
        self._engine.dispose()

    @contextmanager
    def _explaining(self) -> Iterator[None]:
        try:
            yield
        except exc.DBAPIError as error:
            raise explained(self.path, error) from error

    def _migrate(self, migrations: Path, head: str) -> None:
        current = self._revision()
        if current == head:
            return
        if current is not None and not list(migrations.glob(f"versions/{current}_*.py")):
            raise DatabaseError(
                f"{self.path} was made by a newer version of Footnote (schema {current}); "
                "upgrade Footnote to open it."
            )
        # Alembic takes a tenth of a second to import: only when there is something to migrate.
        from alembic import command
        from alembic.config import Config

        config = Config()
        config.set_main_option("script_location", str(migrations).replace("%", "%%"))
        with self.write() as connection:
            config.attributes["connection"] = connection
            command.upgrade(config, "head")

    def _revision(self) -> str | None:
        with self._engine.connect() as connection:
            known = connection.exec_driver_sql(
                "SELECT 1 FROM sqlite_master WHERE name = 'alembic_version'"
            ).first()
            if known is None:
                return None
            row = connection.exec_driver_sql("SELECT version_num FROM alembic_version").first()
            return None if row is None else str(row[0])


def explained(path: Path, error: exc.DBAPIError) -> DatabaseError:
    """What a driver's error means to the person at the keyboard."""
    cause = str(error.orig)
    if "locked" in cause:
        return DatabaseError(
            f"Another process has been writing to {path} for over {BUSY_SECONDS} seconds; "
            "wait for it to finish, then try again."
        )
    if "full" in cause or "disk I/O" in cause:
        return DatabaseError(f"Cannot write {path}: {cause}; make room on the disk and try again.")
    if "readonly" in cause or "unable to open" in cause:
        return DatabaseError(
            f"Cannot write {path}: {cause}; check the folder's permissions "
            "or use another --data-dir."
        )
    if "malformed" in cause or "not a database" in cause:
        return DatabaseError(
            f"{path} is damaged ({cause}); restore it from a backup, "
            "or move it away and add the articles again."
        )
    return DatabaseError(f"The database {path} refused: {cause}.")


def _engine(path: Path) -> Engine:
    engine = sqlalchemy.create_engine(
        sqlalchemy.URL.create("sqlite", database=str(path)),
        connect_args={"timeout": BUSY_SECONDS, "check_same_thread": False},
        poolclass=sqlalchemy.QueuePool,
        pool_size=8,
        max_overflow=32,
    )
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)
    _follow_file(engine, path)
    return engine


def _follow_file(engine: Engine, path: Path) -> None:
    """Lets no connection go on with a file that another one has taken the place of."""

    def identity() -> tuple[int, int] | None:
        try:
            facts = path.stat()
        except OSError:
            return None
        return facts.st_dev, facts.st_ino

    def on_connect(_connection: object, record: ConnectionPoolEntry) -> None:
        record.info["file"] = identity()

    def on_checkout(_connection: object, record: ConnectionPoolEntry, _proxy: object) -> None:
        if record.info["file"] != identity():
            raise exc.DisconnectionError

    event.listen(engine, "connect", on_connect)
    event.listen(engine, "checkout", on_checkout)


def _prepare(connection: Any, _record: object) -> None:  # noqa: ANN401 - the driver's own type
    connection.isolation_level = None  # we begin transactions ourselves, see _begin
    # Bytes that a damaged disk turned into no UTF-8 must not stop `verify` from naming them.
    connection.text_factory = _text
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}")


def _text(stored: bytes) -> str:
    return stored.decode("utf-8", "replace")


def _begin(connection: Connection) -> None:
    writes = connection.get_execution_options().get(_WRITES, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
