"""Definitions as published, the cycles that run them, and what a cycle hands to the next."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, Integer, Table, Text

from engine.store.tables.base import Instant, metadata

definition = Table(
    "definition",
    metadata,
    Column("fingerprint", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("status", Text, nullable=False),
    Column("sources", Text, nullable=False),
    Column("sources_hash", Text, nullable=False),
    Column("proposed_by", Text, ForeignKey("person.id"), nullable=False),
    Column("proposed_at", Instant, nullable=False),
    Column("approved_by", Text, ForeignKey("person.id")),
    Column("approved_at", Instant),
    Index(None, "name"),
)

cycle = Table(
    "cycle",
    metadata,
    Column("id", Text, primary_key=True),
    Column("definition", Text, ForeignKey("definition.fingerprint"), nullable=False),
    Column("workflow", Text, nullable=False),
    Column("period", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("opened_at", Instant, nullable=False),
    Column("opened_by", Text, ForeignKey("person.id")),
    Column("closed_at", Instant),
    Column("attributes", Text, nullable=False),
    Index(None, "workflow", "period"),
)

start = Table(
    "start",
    metadata,
    Column("subject", Text, ForeignKey("person.id"), primary_key=True),
    Column("workflow", Text, primary_key=True),
    Column("period", Text, primary_key=True),
    Column("review", Text, nullable=False),
    Column("given", Text, nullable=False),
)
