"""Backups of a data folder, made and put back while it is in use.

What is derived is left out: it is made again from the catalogue.
"""

from __future__ import annotations

from pathlib import Path

from index.errors import CollectionError
from index.indexer import open_indexer
from index.restoring import check_whole, put_in_place
from qa.records import open_records
from qa.settings import Settings
from storage.copying import continue_database, copy_database
from storage.database import DatabaseError
from storage.unfinished import unfinished

CATALOGUE, RECORDS = FILES = ("catalogue.sqlite", "records.sqlite")


def back_up(settings: Settings, folder: Path) -> None:
    """Writes a backup as the new folder `folder`: all of it, or nothing.

    Raises `CollectionError` when there is something already, nothing to back up, or no room.
    """
    if folder.exists():
        raise CollectionError(f"{folder} is there already; name a folder that is not.")
    if not (settings.data_dir / CATALOGUE).exists():
        raise CollectionError(f"{settings.data_dir} holds no collection; check --data-dir.")
    open_records(settings.data_dir)
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with unfinished(folder.parent) as place:
            made = place / "backup"
            made.mkdir()
            for file in FILES:
                copy_database(settings.data_dir / file, made / file)
            made.rename(folder)
    except DatabaseError as error:
        raise CollectionError(str(error)) from error
    except OSError as error:
        raise CollectionError(f"Cannot write {folder}: {error.strerror}.") from error


def restore(settings: Settings, folder: Path) -> int:
    """Puts a backup in the place of what the data folder holds; returns the generation.

    The backup is copied, brought to the newest schema and verified first, so that a bad one
    changes nothing. Running processes answer from it as soon as it is there, in a generation
    above all before it. Raises `CollectionError` when the backup is not whole.
    """
    for file in FILES:
        if not (folder / file).is_file():
            raise CollectionError(f"{folder} is no backup: it has no {file}.")
    data_dir = settings.data_dir
    data_dir.mkdir(parents=True, exist_ok=True)
    try:
        with unfinished(data_dir) as copied:
            for file in FILES:
                copy_database(folder / file, copied / file)
            open_records(copied)
            check_whole(copied)
            # The records first: answers older than the collection are compared with it again.
            continue_database(copied / RECORDS, data_dir / RECORDS, lambda: None)
            put_in_place(copied, data_dir)
    except DatabaseError as error:
        raise CollectionError(str(error)) from error
    except OSError as error:
        raise CollectionError(f"Cannot write {data_dir}: {error.strerror}.") from error
    indexer = open_indexer(settings.index_options())
    indexer.searcher().check_ready()  # makes what is derived, before anybody asks
    return indexer.status().generation
