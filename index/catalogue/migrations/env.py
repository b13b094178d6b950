"""Alembic's entry: runs the migrations on the connection that the catalogue hands over."""

from __future__ import annotations

from alembic import context

from index.catalogue.tables import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata)
context.run_migrations()
