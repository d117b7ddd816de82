"""Someone with the stored rows in her hands, and what the audit says of them afterwards."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import create_engine, text
from sqlalchemy.engine import Connection

from engine.history.verify import Verdict
from engine.review.evolve import evolve
from engine.store import audit
from engine.store.database import Database
from tests.conftest import Addresses

TABLES = {"event": ("stream", "seq", "leaf_hash", "data"), "payload": ("stream", "seq", "number", "person", "sealed")}


@contextmanager
def tampering(addresses: Addresses) -> Iterator[Connection]:
    """Someone with the database in her hands, who has turned off what would hold her back."""
    engine = create_engine(addresses.url)
    with engine.begin() as connection:
        if addresses.kind == "sqlite":
            names = connection.execute(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).scalars().all()
            for name in names:
                connection.execute(text(f"DROP TRIGGER {name}"))
        else:
            connection.execute(text("SET LOCAL session_replication_role = replica"))
        yield connection
    engine.dispose()


def verdict_of(database: Database) -> Verdict:
    with database.read() as tx:
        return audit.check(tx, evolve)


def places(verdict: Verdict) -> set[tuple[str | None, int | None]]:
    return {(one.review, one.seq) for one in verdict.findings}
