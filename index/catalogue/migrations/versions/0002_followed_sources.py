"""Sources that the collection keeps in step with; articles by their last change."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Creates the tables of followed sources and of what they held, and an index."""
    op.create_index("ix_articles_generation", "articles", ["generation"])
    op.create_table(
        "followed_sources",
        sa.Column("key", sa.Integer, primary_key=True),
        sa.Column("location", sa.String, nullable=False, unique=True),
        sa.Column("every_seconds", sa.Integer, nullable=False),
        sa.Column("last_run_at", sa.String),
        sa.Column("last_result", sa.String),
        sa.Column("next_run_at", sa.String, nullable=False),
        sa.Column("failures", sa.Integer, nullable=False),
        sa.Column("etag", sa.String),
        sa.Column("last_modified", sa.String),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "followed_items",
        sa.Column(
            "source_key",
            sa.Integer,
            sa.ForeignKey("followed_sources.key", ondelete="CASCADE"),
            primary_key=True,
        ),
        sa.Column("name", sa.String, primary_key=True),
        sa.Column("version", sa.String, nullable=False),
        sa.Column("failures", sa.Integer, nullable=False),
        sa.Column("article_ids", sa.Text, nullable=False),
    )
