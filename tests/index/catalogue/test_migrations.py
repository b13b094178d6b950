"""The migrations make exactly the tables that the code uses."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from index.catalogue.catalogue import _HEAD, _MIGRATIONS, FILE_NAME, Catalogue
from index.catalogue.tables import metadata


def test_migrations_and_tables_agree(tmp_path: Path) -> None:
    Catalogue(tmp_path).close()
    engine = sqlalchemy.create_engine(f"sqlite:///{tmp_path / FILE_NAME}")
    with engine.connect() as connection:
        differences = compare_metadata(MigrationContext.configure(connection), metadata)
    engine.dispose()
    assert differences == []


def test_the_head_is_the_newest_migration() -> None:
    revisions = sorted(file.name[:4] for file in (_MIGRATIONS / "versions").glob("0*.py"))
    assert revisions[-1] == _HEAD


def test_every_collection_has_a_name_of_its_own(tmp_path: Path) -> None:
    names = set()
    for number in range(3):
        with Catalogue(tmp_path / str(number)).read() as snapshot:
            names.add(snapshot.collection_id())
    assert len(names) == 3
