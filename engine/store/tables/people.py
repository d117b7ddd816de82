"""People, accounts and teams, and their dated assignments."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, Table, Text

from engine.store.tables.base import Instant, metadata

person = Table(
    "person",
    metadata,
    Column("id", Text, primary_key=True),
    Column("pseudonym", Text, nullable=False, unique=True),
    Column("kind", Text, nullable=False),
    Column("ref", Text, nullable=False, unique=True),
    Column("name", Text, nullable=False),
    Column("name_zh", Text, nullable=False),
    Column("timezone", Text),
    Column("attributes", Text, nullable=False),
)

assignment = Table(
    "assignment",
    metadata,
    Column("id", Text, primary_key=True),
    Column("person", Text, ForeignKey("person.id"), nullable=False),
    Column("kind", Text, nullable=False),
    Column("target", Text, nullable=False),
    Column("since", Instant, nullable=False),
    Column("until", Instant),
    Column("recorded_at", Instant, nullable=False),
    Index(None, "person", "kind"),
    Index(None, "kind", "target"),
)
