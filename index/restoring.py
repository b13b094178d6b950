"""A copy of a catalogue, made ready to take the place of the one that is in use."""

from __future__ import annotations

from pathlib import Path

from index.catalogue.catalogue import FILE_NAME, Catalogue
from index.catalogue.verifying import problems
from index.errors import CollectionError
from storage.copying import continue_database


def check_whole(folder: Path) -> None:
    """Brings the catalogue in a folder to the newest schema and compares all of it.

    Raises `CollectionError` when it is not whole.
    """
    catalogue = Catalogue(folder)
    try:
        with catalogue.read() as snapshot:
            if found := next(problems(snapshot), None):
                raise CollectionError(f"The backup is damaged: {found}")
    finally:
        catalogue.close()


def put_in_place(copied: Path, data_dir: Path) -> None:
    """Puts the catalogue in the folder `copied` in the place of `data_dir`'s, as its continuation.

    Generations go on from the highest that there is when it is locked for that, and the
    collection gets another name: so every running process notices, and no derived file or open
    view of before is used any more. Raises `DatabaseError` when it cannot be written.
    """
    continue_database(copied / FILE_NAME, data_dir / FILE_NAME, lambda: _begin_history(copied))


def _begin_history(folder: Path) -> None:
    catalogue = Catalogue(folder)
    try:
        with catalogue.write("restore") as transaction:
            transaction.begin_history()
    finally:
        catalogue.close()
