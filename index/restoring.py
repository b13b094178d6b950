"""A copy of a catalogue, made ready to take the place of the one that is in use."""

from __future__ import annotations

from pathlib import Path

from index.catalogue.catalogue import FILE_NAME, Catalogue
from index.catalogue.verifying import problems
from index.errors import CollectionError
from storage.copying import continue_numbers


def make_ready(copied: Path, data_dir: Path) -> None:
    """Checks the catalogue in the folder `copied` and makes it the continuation of `data_dir`'s.

    Generations go on from the higher of the two, and the collection gets another name, so that
    every running process notices, and no derived file or open view of before is used any more.
    Raises `CollectionError` when the copy is not whole.
    """
    catalogue = Catalogue(copied)
    try:
        with catalogue.read() as snapshot:
            if found := next(problems(snapshot), None):
                raise CollectionError(f"The backup is damaged: {found}")
        continue_numbers(copied / FILE_NAME, data_dir / FILE_NAME)
        with catalogue.write("restore") as transaction:
            transaction.begin_history()
    finally:
        catalogue.close()
