"""Ways in (tokens, sign-in links, sessions), what somebody has begun to write, and bulk work. No secret lies here, only
hashes; what people wrote is sealed under the key of whoever wrote it."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, Integer, LargeBinary, Table, Text

from engine.store.tables.base import Instant, metadata

token = Table(
    "token",
    metadata,
    Column("id", Text, primary_key=True),
    Column("person", Text, ForeignKey("person.id"), nullable=False),
    Column("hash", Text, nullable=False),
    Column("made_at", Instant, nullable=False),
    Column("made_by", Text, ForeignKey("person.id")),
    Column("expires_at", Instant, nullable=False),
    Column("revoked_at", Instant),
    Column("revoked_by", Text, ForeignKey("person.id")),
    Index(None, "person"),
)

sign_in = Table(
    "sign_in",
    metadata,
    Column("id", Text, primary_key=True),
    Column("person", Text, ForeignKey("person.id"), nullable=False),
    Column("hash", Text, nullable=False),
    Column("made_at", Instant, nullable=False),
    Column("made_by", Text, ForeignKey("person.id")),
    Column("expires_at", Instant, nullable=False),
    Column("used_at", Instant),
    Index(None, "person"),
)

session = Table(
    "session",
    metadata,
    Column("id", Text, primary_key=True),
    Column("person", Text, ForeignKey("person.id"), nullable=False),
    Column("hash", Text, nullable=False),
    Column("made_by", Text, ForeignKey("person.id")),
    Column("begun_at", Instant, nullable=False),
    Column("seen_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
    Column("ended_at", Instant),
    Index(None, "person"),
)

draft = Table(
    "draft",
    metadata,
    Column("task", Text, primary_key=True),
    Column("person", Text, ForeignKey("person.id"), primary_key=True),
    Column("review", Text, ForeignKey("review.id"), nullable=False),
    Column("saved_at", Instant, nullable=False),
    Column("sealed", LargeBinary, nullable=False),
    Index(None, "review"),
)

job = Table(
    "job",
    metadata,
    Column("id", Text, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("actor", Text, ForeignKey("person.id"), nullable=False),
    Column("state", Text, nullable=False),
    Column("made_at", Instant, nullable=False),
    Column("changed_at", Instant, nullable=False),
    Column("ended_at", Instant),
    Column("total", Integer, nullable=False),
    Column("done", Integer, nullable=False),
    Column("refused", Integer, nullable=False),
    Column("cursor", Text, nullable=False),
    Column("result", Text, nullable=False),
    Column("sealed", LargeBinary),
    Index(None, "state", "made_at"),
    Index(None, "actor", "made_at"),
)

job_item = Table(
    "job_item",
    metadata,
    Column("job", Text, ForeignKey("job.id"), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("sealed", LargeBinary),
    Column("receipt", Text),
)
