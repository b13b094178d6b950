"""What answers quote, and what became of it."""

from __future__ import annotations

import json

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Creates the tables, and notes what the answers kept so far quote."""
    quotes = op.create_table(
        "quotes",
        sa.Column("key", sa.Integer, primary_key=True),
        sa.Column("answer_id", sa.String, sa.ForeignKey("answers.id"), nullable=False, index=True),
        sa.Column("article_id", sa.String, nullable=False, index=True),
        sa.Column("title", sa.String, nullable=False),
        sa.Column("quote", sa.Text, nullable=False),
    )
    op.create_table(
        "corrections",
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("answer_id", sa.String, sa.ForeignKey("answers.id"), nullable=False, index=True),
        sa.Column("article_id", sa.String, nullable=False),
        sa.Column("title", sa.String, nullable=False),
        sa.Column("change", sa.String, nullable=False),
        sa.Column("noticed_at", sa.String, nullable=False),
        sa.UniqueConstraint("answer_id", "article_id", "change"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "compared",
        sa.Column("key", sa.Integer, primary_key=True),
        sa.Column("generation", sa.Integer, nullable=False),
    )
    for answer_id, body in op.get_bind().exec_driver_sql("SELECT id, body FROM answers"):
        kept = [one for one in json.loads(body)["citations"] if one.get("supports", True)]
        names = ("article_id", "title", "quote")
        rows = [{"answer_id": answer_id} | {n: one[n] for n in names} for one in kept]
        if rows:
            op.bulk_insert(quotes, rows)
