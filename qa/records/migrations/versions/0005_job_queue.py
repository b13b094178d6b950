"""Jobs in the order they came in, with what was sent, until they are done."""

from __future__ import annotations

import json

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_LOST = "The server was stopped before this job was done; send again what was not taken."


def upgrade() -> None:
    """Gives the jobs a number and a status; what waited in an older server's memory has failed."""
    op.rename_table("jobs", "jobs_before")
    jobs = op.create_table(
        "jobs",
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("id", sa.String, nullable=False, unique=True),
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("status", sa.String, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("bytes", sa.Integer, nullable=False),
        sa.Column("changed_at", sa.String, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Index("jobs_due", "status", "number"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "job_inputs",
        sa.Column("key", sa.Integer, primary_key=True),
        sa.Column("job_id", sa.String, sa.ForeignKey("jobs.id"), nullable=False, index=True),
        sa.Column("name", sa.String, nullable=False),
        sa.Column("data", sa.LargeBinary, nullable=False),
    )
    before = op.get_bind().exec_driver_sql("SELECT id, changed_at, body FROM jobs_before")
    for job_id, changed_at, body in before.all():
        job = json.loads(body)
        if job["status"] in ("queued", "running"):
            job |= {"status": "failed", "error": _LOST}
        row = {"id": job_id, "kind": "articles", "status": job["status"], "attempts": 1}
        kept = {"bytes": 0, "changed_at": changed_at, "body": json.dumps(job)}
        op.bulk_insert(jobs, [row | kept])
    op.drop_table("jobs_before")
