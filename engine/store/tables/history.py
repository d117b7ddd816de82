"""The append-only record: open parts as stored bytes, sealed parts beside them; and receipts of idempotent requests."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, ForeignKeyConstraint, Index, Integer, LargeBinary, Table, Text

from engine.store.tables.base import Instant, metadata

log = Table(
    "log",
    metadata,
    Column("id", Text, primary_key=True),
    Column("begun_at", Instant, nullable=False),
)

event = Table(
    "event",
    metadata,
    Column("stream", Text, primary_key=True),
    Column("seq", Integer, primary_key=True),
    Column("leaf_hash", Text, nullable=False),
    Column("data", LargeBinary, nullable=False),
)

payload = Table(
    "payload",
    metadata,
    Column("stream", Text, primary_key=True),
    Column("seq", Integer, primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("person", Text, ForeignKey("person.id")),
    Column("sealed", LargeBinary, nullable=False),
    ForeignKeyConstraint(["stream", "seq"], ["event.stream", "event.seq"]),
    Index(None, "person"),
)

APPEND_ONLY = ("log", "event", "payload")
"""Tables whose rows are never changed or removed."""

request = Table(
    "request",
    metadata,
    Column("actor", Text, ForeignKey("person.id"), primary_key=True),
    Column("key", Text, primary_key=True),
    Column("digest", Text, nullable=False),
    Column("receipt", Text, nullable=False),
    Column("at", Instant, nullable=False),
)
