"""Captures the SQL of some work and plays it again, raw, on a copy of the database as it was before."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Engine

from tests.statements import heard

Statement = tuple[str, Any, bool]


@contextmanager
def captured(engine: Engine) -> Iterator[list[Statement]]:
    """Every statement sent meanwhile with its parameters; the flag says that these are many rows."""
    sent: list[Statement] = []

    def note(text: str, parameters: Any, many: bool) -> None:
        if not text.startswith("BEGIN"):
            sent.append((text, parameters, many))

    with heard(engine, note):
        yield sent


def copy_of(database: Path, target: Path) -> sqlite3.Connection:
    """A connection to a copy of the database's file with the settings of the house."""
    source = sqlite3.connect(database)
    copy = sqlite3.connect(target, isolation_level=None, check_same_thread=False)
    source.backup(copy)
    source.close()
    for setting in (
        "journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "recursive_triggers=ON", "secure_delete=ON",
    ):
        copy.execute(f"PRAGMA {setting}")
    return copy


def replay(copy: sqlite3.Connection, statements: list[Statement]) -> None:
    """One transaction: the same statements, the same parameters, every row fetched."""
    copy.execute("BEGIN IMMEDIATE")
    for statement, parameters, many in statements:
        if many:
            copy.executemany(statement, parameters)
        else:
            copy.execute(statement, parameters).fetchall()
    copy.execute("COMMIT")


