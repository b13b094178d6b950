"""When each job came, and finding those that ended long ago."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Adds the column; jobs that are there already came when they last changed."""
    column = sa.Column("submitted_at", sa.Float, nullable=False, server_default="0")
    op.add_column("jobs", column)
    op.execute("UPDATE jobs SET submitted_at = coalesce(strftime('%s', changed_at), 0)")
    op.create_index("jobs_changed", "jobs", ["status", "changed_at"])
