"""The catalogue's tables. A change here needs a migration in `migrations/versions/`."""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
)

metadata = MetaData()

# `key` numbers are never used twice (AUTOINCREMENT), so a search engine may hold on to them.
articles = Table(
    "articles",
    metadata,
    Column("key", Integer, primary_key=True),
    Column("id", String, nullable=False, unique=True),
    Column("id_given", Boolean, nullable=False),
    Column("url", String, index=True),
    Column("path", String, index=True),
    Column("title", String, nullable=False),
    Column("source", String, index=True),
    Column("author", String),
    Column("published_at", String),
    Column("published_from", String, index=True),  # the same moment in UTC, sortable
    Column("published_until", String),  # the last moment of a date's day
    Column("text", Text, nullable=False),
    Column("headings", Text, nullable=False),  # JSON [[start, end], ...]
    Column("checksum", String, nullable=False),  # SHA-256 of everything a reader sees
    Column("generation", Integer, nullable=False, index=True),  # the one that changed it last
    sqlite_autoincrement=True,
)

tags = Table(
    "tags",
    metadata,
    Column("article_key", ForeignKey("articles.key", ondelete="CASCADE"), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("tag", String, nullable=False, index=True),
)

passages = Table(
    "passages",
    metadata,
    Column("key", Integer, primary_key=True),
    Column("article_key", ForeignKey("articles.key"), nullable=False, index=True),
    Column("start", Integer, nullable=False),
    Column("end", Integer, nullable=False),
    Column("heading", String, nullable=False),
    Column("content_hash", LargeBinary, nullable=False, index=True),
    Column("generation", Integer, nullable=False, index=True),  # the one that added it
    sqlite_autoincrement=True,
)

# Passages that are gone, so that search engines can catch up from any generation.
removals = Table(
    "removals",
    metadata,
    Column("passage_key", Integer, primary_key=True),
    Column("generation", Integer, nullable=False, index=True),
)

vectors = Table(
    "vectors",
    metadata,
    Column("content_hash", LargeBinary, primary_key=True),
    Column("fingerprint", String, primary_key=True),
    Column("vector", LargeBinary, nullable=False),  # float32, little-endian
    Column("checksum", Integer, nullable=False),  # CRC-32 of `vector`
)

generations = Table(
    "generations",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("committed_at", String, nullable=False),
    Column("change", String, nullable=False),
    sqlite_autoincrement=True,
)

# One row: a name that no other collection has, so that derived files know whose they are.
collection = Table(
    "collection",
    metadata,
    Column("key", Integer, primary_key=True),
    Column("id", String, nullable=False),
)

# One row: the model that all vectors of the current generation come from.
embedding_model = Table(
    "embedding_model",
    metadata,
    Column("key", Integer, primary_key=True),
    Column("name", String, nullable=False),
    Column("fingerprint", String, nullable=False),
    Column("dimension", Integer, nullable=False),
)

# Folders, feeds, sitemaps and pages that the collection keeps in step with.
followed_sources = Table(
    "followed_sources",
    metadata,
    Column("key", Integer, primary_key=True),
    Column("location", String, nullable=False, unique=True),
    Column("every_seconds", Integer, nullable=False),
    Column("last_run_at", String),
    Column("last_result", String),
    Column("next_run_at", String, nullable=False),
    Column("failures", Integer, nullable=False),  # in a row
    Column("etag", String),
    Column("last_modified", String),
    sqlite_autoincrement=True,
)

# What a source held when it was last taken: a file by its path, a page by its address.
followed_items = Table(
    "followed_items",
    metadata,
    Column("source_key", ForeignKey("followed_sources.key", ondelete="CASCADE"), primary_key=True),
    Column("name", String, primary_key=True),
    Column("version", String, nullable=False),
    Column("failures", Integer, nullable=False),  # in a row
    Column("article_ids", Text, nullable=False),  # JSON ["id", ...]
)

Index("passages_by_place", passages.c.article_key, passages.c.start)
