"""The second database: one wrapped key for each person, apart from what it opens."""

from __future__ import annotations

from sqlalchemy import Column, LargeBinary, MetaData, Table, Text

from engine.store.tables.base import NAMES, Instant

metadata = MetaData(naming_convention=NAMES)

about = Table(
    "about",
    metadata,
    Column("log", Text, primary_key=True),
    Column("version", Text, nullable=False),
    Column("proof", LargeBinary, nullable=False),
)

person_key = Table(
    "person_key",
    metadata,
    Column("person", Text, primary_key=True),
    Column("wrapped", LargeBinary),
    Column("made_at", Instant, nullable=False),
    Column("destroyed_at", Instant),
)
