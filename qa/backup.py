"""Backups of a data folder, made and put back while it is in use.

What is derived is left out: it is made again from the catalogue.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

from index.errors import CollectionError
from index.indexer import open_indexer
from index.restoring import make_ready
from qa.records import open_records
from qa.settings import Settings
from storage.copying import continue_numbers, copy_database
from storage.database import DatabaseError

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
        with tempfile.TemporaryDirectory(dir=folder.parent, prefix=f".{folder.name}-") as name:
            made = Path(name, "backup")
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
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    try:
        with tempfile.TemporaryDirectory(dir=settings.data_dir, prefix=".restore-") as name:
            copied = Path(name)
            for file in FILES:
                copy_database(folder / file, copied / file)
            open_records(copied)
            continue_numbers(copied / RECORDS, settings.data_dir / RECORDS)
            make_ready(copied, settings.data_dir)
            # The records first: answers older than the collection are compared with it again.
            for file in (RECORDS, CATALOGUE):
                copy_database(copied / file, settings.data_dir / file)
    except DatabaseError as error:
        raise CollectionError(str(error)) from error
    except OSError as error:
        raise CollectionError(f"Cannot write {settings.data_dir}: {error.strerror}.") from error
    indexer = open_indexer(settings.index_options())
    indexer.searcher().check_ready()  # makes what is derived, before anybody asks
    return indexer.status().generation
