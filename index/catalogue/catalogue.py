"""Opening the catalogue of a data folder."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from index.catalogue.following import FollowedSources
from index.catalogue.reading import Snapshot
from index.catalogue.writing import Transaction
from index.errors import CollectionError
from storage.database import Database, DatabaseError

FILE_NAME = "catalogue.sqlite"
_HEAD = "0002"
_MIGRATIONS = Path(__file__).parent / "migrations"


class Catalogue:
    """The one durable truth of a collection, in `data_dir/catalogue.sqlite`.

    Raises `CollectionError` when the database cannot be opened, read or written.
    """

    def __init__(self, data_dir: Path) -> None:
        self.path = data_dir / FILE_NAME
        with _explaining():
            self._database = Database(self.path, _MIGRATIONS, _HEAD)

    @contextmanager
    def read(self) -> Iterator[Snapshot]:
        """One unchanging snapshot, for as long as the block lasts."""
        with _explaining(), self._database.read() as connection:
            yield Snapshot(connection)

    @contextmanager
    def write(self, change: str) -> Iterator[Transaction]:
        """One transaction; `change` says in a word or two what it does."""
        with _explaining(), self._database.write() as connection:
            transaction = Transaction(connection, change)
            yield transaction
            transaction.finish()

    @contextmanager
    def followed(self) -> Iterator[FollowedSources]:
        """The sources that the collection follows, to read."""
        with _explaining(), self._database.read() as connection:
            yield FollowedSources(connection)

    @contextmanager
    def change_followed(self) -> Iterator[FollowedSources]:
        """The sources that the collection follows, to change; no generation comes of it."""
        with _explaining(), self._database.write() as connection:
            yield FollowedSources(connection)

    def sizes(self) -> dict[str, int]:
        """Bytes on disk, the log of what is not yet in the file itself among them."""
        return {FILE_NAME: self._database.size()}

    def close(self) -> None:
        """Lets go of the database."""
        self._database.close()


@contextmanager
def _explaining() -> Iterator[None]:
    try:
        yield
    except DatabaseError as error:
        raise CollectionError(str(error)) from error
