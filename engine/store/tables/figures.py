"""Observations: measured values with their source. A replacement is a new row; no row is ever changed."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, Integer, Table, Text, text

from engine.store.tables.base import Instant, metadata

observation = Table(
    "observation",
    metadata,
    Column("id", Text, primary_key=True),
    Column("subject", Text, ForeignKey("person.id"), nullable=False),
    Column("input", Text, nullable=False),
    Column("value", Text, nullable=False),
    Column("period", Text, nullable=False),
    Column("source", Text, nullable=False),
    Column("record", Text, nullable=False),
    Column("taken_at", Instant, nullable=False),
    Column("recorded_at", Instant, nullable=False),
    Column("samples", Integer),
    Column("replaces", Text, ForeignKey("observation.id"), unique=True),
    Index(None, "subject", "period"),
    Index(
        "uq_observation_first",
        "source",
        "record",
        unique=True,
        sqlite_where=text("replaces IS NULL"),
        postgresql_where=text("replaces IS NULL"),
    ),
    Index(None, "source", "record"),
)
