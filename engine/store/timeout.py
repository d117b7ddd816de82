"""How long a caller has: reads and writes that take longer are stopped, and nobody waits longer to write."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Final

from sqlalchemy.engine import Connection
from sqlalchemy.exc import DBAPIError

from engine.clock import ticks
from engine.errors import TooLong

SECOND: Final = 1_000_000_000
MILLISECOND: Final = 1_000_000
LOOK_EVERY: Final = 5_000
"""After how many of its steps (a tenth of a millisecond's work) SQLite asks whether to go on."""

_end: ContextVar[int | None] = ContextVar("end", default=None)


@contextmanager
def within(seconds: int) -> Iterator[None]:
    """What the block asks of the database it gets within so many seconds, or TooLong; blocks inside may only be
    shorter. Nothing but waiting for the database is bounded."""
    end, outer = ticks() + seconds * SECOND, _end.get()
    token = _end.set(end if outer is None else min(end, outer))
    try:
        yield
    finally:
        _end.reset(token)


def milliseconds_left() -> int | None:
    """At least 1; None for whoever has all the time in the world. TooLong when there is none left."""
    end = _end.get()
    if end is None:
        return None
    left = end - ticks()
    if left <= 0:
        raise TooLong("store.too_long")
    return left // MILLISECOND + 1


def check() -> None:
    """TooLong when the caller's time is over."""
    end = _end.get()
    if end is not None and ticks() >= end:
        raise TooLong("store.too_long")


@contextmanager
def watched(connection: Connection) -> Iterator[None]:
    """Stops the statements of the block when the caller's time is over. Nothing is stopped after the block: a commit
    that has begun is not to be left in the dark."""
    end = _end.get()
    if end is None:
        yield
        return
    left = milliseconds_left()
    driver: Any = connection.connection.dbapi_connection
    sqlite = connection.dialect.name == "sqlite"
    if sqlite:
        driver.set_progress_handler(lambda: ticks() >= end, LOOK_EVERY)
    else:
        connection.exec_driver_sql(f"SET LOCAL statement_timeout = {left}")
    try:
        yield
        # Where a stopped statement was taken for something else, and for what is done between two statements.
        check()
    except DBAPIError as error:
        if ticks() >= end:
            raise TooLong("store.too_long") from error
        raise
    finally:
        if sqlite:
            driver.set_progress_handler(None, 0)
