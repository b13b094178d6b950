"""The tables of what was asked and answered. A change here needs a migration."""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    Column,
    DateTime,
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
    Column("submitted_at", Float, nullable=False),  # seconds since 1970
    Index("jobs_due", "status", "number"),
    Index("jobs_changed", "status", "changed_at"),
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
    Column("problem", String),  # why the last attempt failed
    Index("inbox_due", "state", "not_before"),
    sqlite_autoincrement=True,
)

# What front ends have posted elsewhere, noted before and after, so that nothing is posted twice.
outbox = Table(
    "outbox",
    metadata,
    Column("key", String, primary_key=True),
    Column("answer_id", String),
    Column("version", String, nullable=False),  # of the question, where it was edited
    Column("place", String),  # where it stands, once that is known
    Column("complete", Boolean, nullable=False),
    Index("outbox_place", "place"),
)

# What people chose in a front end, each choice as JSON under a key of the front end's own.
choices = Table(
    "choices",
    metadata,
    Column("key", String, primary_key=True),
    Column("body", Text, nullable=False),
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

# The workspaces that installed the Slack app. slack_sdk reads and writes these three; their columns
# are those of its SQLAlchemy stores.
slack_installations = Table(
    "slack_installations",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("client_id", String(32), nullable=False),
    Column("app_id", String(32), nullable=False),
    Column("enterprise_id", String(32)),
    Column("enterprise_name", String(200)),
    Column("enterprise_url", String(200)),
    Column("team_id", String(32)),
    Column("team_name", String(200)),
    Column("bot_token", String(200)),
    Column("bot_id", String(32)),
    Column("bot_user_id", String(32)),
    Column("bot_scopes", String(1000)),
    Column("bot_refresh_token", String(200)),
    Column("bot_token_expires_at", DateTime),
    Column("user_id", String(32), nullable=False),
    Column("user_token", String(200)),
    Column("user_scopes", String(1000)),
    Column("user_refresh_token", String(200)),
    Column("user_token_expires_at", DateTime),
    Column("incoming_webhook_url", String(200)),
    Column("incoming_webhook_channel", String(200)),
    Column("incoming_webhook_channel_id", String(200)),
    Column("incoming_webhook_configuration_url", String(200)),
    Column("is_enterprise_install", Boolean, nullable=False),
    Column("token_type", String(32)),
    Column("installed_at", DateTime, nullable=False),
    Index(
        "slack_installations_idx",
        "client_id",
        "enterprise_id",
        "team_id",
        "user_id",
        "installed_at",
    ),
)

slack_bots = Table(
    "slack_bots",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("client_id", String(32), nullable=False),
    Column("app_id", String(32), nullable=False),
    Column("enterprise_id", String(32)),
    Column("enterprise_name", String(200)),
    Column("team_id", String(32)),
    Column("team_name", String(200)),
    Column("bot_token", String(200)),
    Column("bot_id", String(32)),
    Column("bot_user_id", String(32)),
    Column("bot_scopes", String(1000)),
    Column("bot_refresh_token", String(200)),
    Column("bot_token_expires_at", DateTime),
    Column("is_enterprise_install", Boolean, nullable=False),
    Column("installed_at", DateTime, nullable=False),
    Index("slack_bots_idx", "client_id", "enterprise_id", "team_id", "installed_at"),
)

slack_oauth_states = Table(
    "slack_oauth_states",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("state", String(200), nullable=False),
    Column("expire_at", DateTime, nullable=False),
)
