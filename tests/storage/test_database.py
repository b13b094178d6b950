"""Opening and using one SQLite file."""

from __future__ import annotations

import sqlite3
import threading
from pathlib import Path

import pytest

from index.catalogue.catalogue import _HEAD, _MIGRATIONS
from storage import database as storage
from storage.database import Database, DatabaseError


def opened(path: Path) -> Database:
    """The catalogue's database, as it is opened."""
    return Database(path, _MIGRATIONS, _HEAD)


def change(database: Database, text: str) -> None:
    """One committed row."""
    with database.write() as connection:
        connection.exec_driver_sql(
            "INSERT INTO generations (committed_at, change) VALUES ('now', ?)", (text,)
        )


def changes(database: Database) -> list[str]:
    """All committed rows."""
    with database.read() as connection:
        rows = connection.exec_driver_sql("SELECT change FROM generations ORDER BY number")
        return [str(row[0]) for row in rows]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where the database is to be."""
    return tmp_path / "new" / "folder" / "catalogue.sqlite"


def test_a_database_is_made_with_its_folder_and_kept(path: Path) -> None:
    database = opened(path)
    change(database, "first")
    database.close()
    assert changes(opened(path)) == ["first"]


def test_the_write_ahead_log_counts_in_the_size(path: Path) -> None:
    database = opened(path)
    log = path.with_name("catalogue.sqlite-wal")
    assert database.size() == path.stat().st_size + log.stat().st_size
    assert log.stat().st_size > 0


def test_an_exception_undoes_a_transaction(path: Path) -> None:
    database = opened(path)

    def fail() -> None:
        with database.write() as connection:
            connection.exec_driver_sql(
                "INSERT INTO generations (committed_at, change) VALUES ('now', 'lost')"
            )
            raise KeyError

    with pytest.raises(KeyError):
        fail()
    change(database, "kept")
    assert changes(database) == ["kept"]


def test_a_reader_keeps_its_snapshot_and_does_not_wait(path: Path) -> None:
    database = opened(path)
    change(database, "before")
    count = "SELECT count(*) FROM generations"
    with database.read() as reader:
        assert reader.exec_driver_sql(count).scalar() == 1
        change(database, "after")
        assert reader.exec_driver_sql(count).scalar() == 1
    assert changes(database) == ["before", "after"]


def test_a_second_writer_waits_for_the_first(path: Path) -> None:
    first, second = opened(path), opened(path)
    with first.write() as connection:
        thread = threading.Thread(target=change, args=(second, "second"))
        thread.start()
        thread.join(0.3)
        assert thread.is_alive()
        connection.exec_driver_sql(
            "INSERT INTO generations (committed_at, change) VALUES ('now', 'first')"
        )
    thread.join()
    assert changes(first) == ["first", "second"]


def test_a_writer_that_waited_too_long_says_so(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = opened(path)
    monkeypatch.setattr(storage, "BUSY_SECONDS", 0.1)
    second = opened(path)
    with first.write(), pytest.raises(DatabaseError, match="Another process has been writing"):
        change(second, "x")


def test_a_newer_database_is_refused_by_name(path: Path) -> None:
    opened(path).close()
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '0917'")
    with pytest.raises(DatabaseError) as raised:
        opened(path)
    message = str(raised.value)
    assert str(path) in message
    assert "newer version of Footnote" in message
    assert "0917" in message
    with sqlite3.connect(path) as connection:
        assert connection.execute("SELECT version_num FROM alembic_version").fetchone() == ("0917",)


def test_a_file_that_is_no_database_is_left_alone(path: Path) -> None:
    path.parent.mkdir(parents=True)
    path.write_text("My diary. " * 500)
    with pytest.raises(DatabaseError, match=r"is damaged .*restore it from a backup"):
        opened(path)
    assert path.read_text().startswith("My diary.")


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(DatabaseError, match=r"Cannot create .*file"):
        opened(tmp_path / "file" / "data" / "catalogue.sqlite")


def test_a_file_cut_short_is_named(path: Path) -> None:
    database = opened(path)
    change(database, "x")
    database.close()
    data = path.read_bytes()
    path.write_bytes(data[: len(data) // 2])
    with pytest.raises(DatabaseError, match="is damaged"):
        changes(opened(path))


def test_text_that_is_no_utf_8_any_more_can_still_be_read(path: Path) -> None:
    database = opened(path)
    change(database, "déjà")
    with database.write() as connection:
        connection.exec_driver_sql("UPDATE generations SET change = CAST(x'64c3' AS TEXT)")
    assert changes(database) == ["d\ufffd"]


def test_many_threads_open_a_new_database_at_once(path: Path) -> None:
    problems: list[BaseException] = []

    def use(name: str) -> None:
        try:
            change(opened(path), name)
        except BaseException as error:  # noqa: BLE001 - reported by the main thread
            problems.append(error)

    names = [f"thread {number}" for number in range(6)]
    threads = [threading.Thread(target=use, args=(name,)) for name in names]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert problems == []
    assert sorted(changes(opened(path))) == names
