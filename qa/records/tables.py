"""The tables of what was asked and answered. A change here needs a migration."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, ForeignKey, Integer, MetaData, String, Table, Text

metadata = MetaData()

answers = Table(
    "answers",
    metadata,
    Column("key", Integer, primary_key=True),
    Column("id", String, nullable=False, unique=True),
    Column("conversation_id", String, nullable=False, index=True),
    Column("answered_at", String, nullable=False),
    Column("body", Text, nullable=False),  # the answer's JSON, as it was given
    sqlite_autoincrement=True,
)

jobs = Table(
    "jobs",
    metadata,
    Column("id", String, primary_key=True),
    Column("changed_at", String, nullable=False),
    Column("body", Text, nullable=False),  # the job's JSON
)

feedback = Table(
    "feedback",
    metadata,
    Column("key", Integer, primary_key=True),
    Column("answer_id", ForeignKey("answers.id"), nullable=False, index=True),
    Column("helpful", Boolean, nullable=False),
    Column("comment", Text),
    Column("given_at", String, nullable=False),
    sqlite_autoincrement=True,
)
