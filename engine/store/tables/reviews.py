"""Reviews as they stand, with their tasks and participants. No free text lies here: answers, comments and reasons are
in the payloads of the history, and `answer_seq` or `result_seq` points at them."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Integer, Table, Text, text

from engine.store.tables.base import Instant, metadata

review = Table(
    "review",
    metadata,
    Column("id", Text, primary_key=True),
    Column("cycle", Text, ForeignKey("cycle.id"), nullable=False),
    Column("subject", Text, ForeignKey("person.id"), nullable=False),
    Column("definition", Text, ForeignKey("definition.fingerprint"), nullable=False),
    Column("state", Text, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("head", Text, nullable=False),
    Column("visit", Integer, nullable=False),
    Column("opened_at", Instant, nullable=False),
    Column("entered_at", Instant, nullable=False),
    Column("ended_at", Instant),
    Column("result_seq", Integer),
    Column("status", Text),
    Column("total", Text),
    Column("total_sort", BigInteger),
    Column("grade", Text),
    Column("more", Text, nullable=False),
    Index(None, "cycle", "subject", unique=True),
    Index(None, "subject"),
    Index(None, "cycle", "state"),
)

task = Table(
    "task",
    metadata,
    Column("id", Text, primary_key=True),
    Column("review", Text, ForeignKey("review.id"), nullable=False),
    Column("place", Integer, nullable=False),
    Column("name", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("visit", Integer, nullable=False),
    Column("number", Integer, nullable=False),
    Column("role", Text, nullable=False),
    Column("person", Text, ForeignKey("person.id")),
    Column("status", Text, nullable=False),
    Column("opens_at", Instant),
    Column("opened_at", Instant),
    Column("due_at", Instant),
    Column("outcome", Text),
    Column("answered_by", Text, ForeignKey("person.id")),
    Column("answered_at", Instant),
    Column("answer_seq", Integer),
    Index(None, "review"),
    Index(
        "ix_task_open_person",
        "person",
        sqlite_where=text("status = 'open'"),
        postgresql_where=text("status = 'open'"),
    ),
    Index(
        "ix_task_answered_by",
        "answered_by",
        sqlite_where=text("answered_by IS NOT NULL"),
        postgresql_where=text("answered_by IS NOT NULL"),
    ),
    Index(
        "ix_task_open_role",
        "role",
        sqlite_where=text("status = 'open' AND person IS NULL"),
        postgresql_where=text("status = 'open' AND person IS NULL"),
    ),
)

participant = Table(
    "participant",
    metadata,
    Column("review", Text, ForeignKey("review.id"), primary_key=True),
    Column("place", Integer, primary_key=True),
    Column("role", Text, nullable=False),
    Column("person", Text, ForeignKey("person.id"), nullable=False),
    Column("since", Instant, nullable=False),
    Column("until", Instant),
    Column("why", Text, nullable=False),
    Index(None, "person"),
)

timer = Table(
    "timer",
    metadata,
    Column("review", Text, ForeignKey("review.id"), primary_key=True),
    Column("at", Instant, nullable=False),
    Column("kind", Text, nullable=False),
    Column("ref", Text, nullable=False),
    Index(None, "at"),
)
