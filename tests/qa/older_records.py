"""Records as an older version of the program left them."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import create_engine

from qa.records.records import _MIGRATIONS, FILE_NAME


def older_records(folder: Path, revision: str) -> Path:
    """An empty database of the records in `folder`, of the schema `revision`."""
    file = folder / FILE_NAME
    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    engine = create_engine(f"sqlite:///{file}")
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, revision)
    engine.dispose()
    return file
