"""Hears every statement that is sent to a database, whichever way the store takes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Engine, event
from sqlalchemy.engine import Connection

from engine.store import prepared

Heard = Callable[[str, Any, bool], None]
"""Called with the text, the parameters, and whether these are many rows."""


@contextmanager
def heard(engine: Engine, note: Heard) -> Iterator[None]:
    """Statements that SQLAlchemy sends tell of themselves; those of `prepared` are listened to on their way."""
    fetch, change = prepared.fetch, prepared.change

    def usual(_connection: Any, _cursor: Any, text: str, parameters: Any, _context: Any, many: bool) -> None:
        note(text, parameters, many)

    def fetched(connection: Connection, text: str, parameters: Any) -> list[Any]:
        if connection.engine.pool is engine.pool:
            note(text, parameters, False)
        return fetch(connection, text, parameters)

    def changed(connection: Connection, text: str, rows: list[Any]) -> int:
        if connection.engine.pool is engine.pool:
            note(text, *((rows[0], False) if len(rows) == 1 else (rows, True)))
        return change(connection, text, rows)

    event.listen(engine, "before_cursor_execute", usual)
    prepared.fetch, prepared.change = fetched, changed
    try:
        yield
    finally:
        prepared.fetch, prepared.change = fetch, change
        event.remove(engine, "before_cursor_execute", usual)
