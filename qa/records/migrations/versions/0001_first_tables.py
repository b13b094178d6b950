"""The first tables."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Creates the tables of answers, jobs and feedback."""
    op.create_table(
        "answers",
        sa.Column("key", sa.Integer, primary_key=True),
        sa.Column("id", sa.String, nullable=False, unique=True),
        sa.Column("conversation_id", sa.String, nullable=False, index=True),
        sa.Column("answered_at", sa.String, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "jobs",
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("changed_at", sa.String, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
    )
    op.create_table(
        "feedback",
        sa.Column("key", sa.Integer, primary_key=True),
        sa.Column("answer_id", sa.String, sa.ForeignKey("answers.id"), nullable=False, index=True),
        sa.Column("helpful", sa.Boolean, nullable=False),
        sa.Column("comment", sa.Text),
        sa.Column("given_at", sa.String, nullable=False),
        sqlite_autoincrement=True,
    )
