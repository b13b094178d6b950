"""The tables of what was asked and answered. A change here needs a migration."""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)

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

# The articles that an answer quotes, so that their corrections find it.
quotes = Table(
    "quotes",
    metadata,
    Column("key", Integer, primary_key=True),
    Column("answer_id", ForeignKey("answers.id"), nullable=False, index=True),
    Column("article_id", String, nullable=False, index=True),
    Column("title", String, nullable=False),
    Column("quote", Text, nullable=False),
)

corrections = Table(
    "corrections",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("answer_id", ForeignKey("answers.id"), nullable=False, index=True),
    Column("article_id", String, nullable=False),
    Column("title", String, nullable=False),
    Column("change", String, nullable=False),
    Column("noticed_at", String, nullable=False),
    UniqueConstraint("answer_id", "article_id", "change"),
    sqlite_autoincrement=True,
)

# One row: the collection's generation up to which the quotes were compared.
compared = Table(
    "compared",
    metadata,
    Column("key", Integer, primary_key=True),
    Column("generation", Integer, nullable=False),
)

jobs = Table(
    "jobs",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("id", String, nullable=False, unique=True),
    Column("kind", String, nullable=False),  # of the submission: articles, page, files
    Column("status", String, nullable=False),  # queued, running, done, failed
    Column("attempts", Integer, nullable=False),
    Column("bytes", Integer, nullable=False),
    Column("changed_at", String, nullable=False),
    Column("body", Text, nullable=False),  # the job's JSON
    Index("jobs_due", "status", "number"),
    sqlite_autoincrement=True,
)

# What was sent for a job, until it has ended.
job_inputs = Table(
    "job_inputs",
    metadata,
    Column("key", Integer, primary_key=True),
    Column("job_id", ForeignKey("jobs.id"), nullable=False, index=True),
    Column("name", String, nullable=False),
    Column("data", LargeBinary, nullable=False),
)

idempotency_keys = Table(
    "idempotency_keys",
    metadata,
    Column("caller", String, primary_key=True),
    Column("key", String, primary_key=True),
    Column("fingerprint", String, nullable=False),  # of the submission that came with it
    Column("job_id", ForeignKey("jobs.id"), nullable=False),
    Column("kept_at", Float, nullable=False),  # seconds since 1970
)

# What front ends have taken and not done yet, or done: never forgotten, so never done twice.
inbox = Table(
    "inbox",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("key", String, nullable=False, unique=True),
    Column("kind", String, nullable=False),
    Column("body", Text, nullable=False),
    Column("state", String, nullable=False),  # waiting, begun, done, cancelled
    Column("attempts", Integer, nullable=False),
    Column("not_before", Float, nullable=False),  # seconds since 1970
    Column("reply", String),
    Index("inbox_due", "state", "not_before"),
    sqlite_autoincrement=True,
)

api_keys = Table(
    "api_keys",
    metadata,
    Column("name", String, primary_key=True),
    Column("scope", String, nullable=False),
    Column("hash", String, nullable=False, unique=True),
    Column("created_at", String, nullable=False),
    Column("revoked_at", String),
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
