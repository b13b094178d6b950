"""What front ends have posted, and what people chose in them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Creates the tables; where replies stand moves from the inbox to the outbox."""
    op.create_table(
        "outbox",
        sa.Column("key", sa.String, primary_key=True),
        sa.Column("answer_id", sa.String),
        sa.Column("version", sa.String, nullable=False),
        sa.Column("place", sa.String),
        sa.Column("complete", sa.Boolean, nullable=False),
        sa.Index("outbox_place", "place"),
    )
    op.create_table(
        "choices",
        sa.Column("key", sa.String, primary_key=True),
        sa.Column("body", sa.Text, nullable=False),
    )
    op.execute(
        "INSERT INTO outbox (key, version, place, complete) "
        "SELECT key, '', reply, 1 FROM inbox WHERE reply IS NOT NULL AND kind = 'message'"
    )
    op.drop_column("inbox", "reply")
    op.add_column("inbox", sa.Column("problem", sa.String))
