"""The first tables."""

from __future__ import annotations

import uuid

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Creates every table of the first schema."""
    op.create_table(
        "articles",
        sa.Column("key", sa.Integer, primary_key=True),
        sa.Column("id", sa.String, nullable=False, unique=True),
        sa.Column("id_given", sa.Boolean, nullable=False),
        sa.Column("url", sa.String, index=True),
        sa.Column("path", sa.String, index=True),
        sa.Column("title", sa.String, nullable=False),
        sa.Column("source", sa.String, index=True),
        sa.Column("author", sa.String),
        sa.Column("published_at", sa.String),
        sa.Column("published_from", sa.String, index=True),
        sa.Column("published_until", sa.String),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("headings", sa.Text, nullable=False),
        sa.Column("checksum", sa.String, nullable=False),
        sa.Column("generation", sa.Integer, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "tags",
        sa.Column(
            "article_key",
            sa.Integer,
            sa.ForeignKey("articles.key", ondelete="CASCADE"),
            primary_key=True,
        ),
        sa.Column("position", sa.Integer, primary_key=True),
        sa.Column("tag", sa.String, nullable=False, index=True),
    )
    op.create_table(
        "passages",
        sa.Column("key", sa.Integer, primary_key=True),
        sa.Column(
            "article_key", sa.Integer, sa.ForeignKey("articles.key"), nullable=False, index=True
        ),
        sa.Column("start", sa.Integer, nullable=False),
        sa.Column("end", sa.Integer, nullable=False),
        sa.Column("heading", sa.String, nullable=False),
        sa.Column("content_hash", sa.LargeBinary, nullable=False, index=True),
        sa.Column("generation", sa.Integer, nullable=False, index=True),
        sa.Index("passages_by_place", "article_key", "start"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "removals",
        sa.Column("passage_key", sa.Integer, primary_key=True),
        sa.Column("generation", sa.Integer, nullable=False, index=True),
    )
    op.create_table(
        "vectors",
        sa.Column("content_hash", sa.LargeBinary, primary_key=True),
        sa.Column("fingerprint", sa.String, primary_key=True),
        sa.Column("vector", sa.LargeBinary, nullable=False),
        sa.Column("checksum", sa.Integer, nullable=False),
    )
    op.create_table(
        "generations",
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("committed_at", sa.String, nullable=False),
        sa.Column("change", sa.String, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "embedding_model",
        sa.Column("key", sa.Integer, primary_key=True),
        sa.Column("name", sa.String, nullable=False),
        sa.Column("fingerprint", sa.String, nullable=False),
        sa.Column("dimension", sa.Integer, nullable=False),
    )
    collection = op.create_table(
        "collection",
        sa.Column("key", sa.Integer, primary_key=True),
        sa.Column("id", sa.String, nullable=False),
    )
    op.bulk_insert(collection, [{"id": uuid.uuid4().hex}])
