"""SQLite as we run it: settings that cannot lose acknowledged work, and one writer at a time, none of them starved."""

from __future__ import annotations

import fcntl
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine import URL, Connection

from engine.errors import UnsafeSettings

PRAGMAS = {
    "journal_mode": "wal",
    "synchronous": 2,
    "foreign_keys": 1,
    "recursive_triggers": 1,
    "secure_delete": 1,
    "busy_timeout": 30_000,
}
"""What every connection must have; 2 is FULL: NORMAL loses acknowledged commits when the power goes."""

BEGIN = "store_begin"
"""Execution option of a connection: the word that begins its transaction."""


class _Door:
    """Where the threads of this process queue for one database file."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.inside: int | None = None


_doors: dict[str, _Door] = {}
_doors_guard = threading.Lock()


def sqlite_engine(url: URL) -> Engine:
    """An engine on a database file. UnsafeSettings on connecting when a pragma did not take."""
    if not url.database or url.database == ":memory:" or url.query:
        raise UnsafeSettings("store.database_not_a_file", url=url.render_as_string())
    # The driver must begin nothing by itself: reads begin plainly, writes at once with the lock.
    engine = create_engine(url, connect_args={"isolation_level": None, "check_same_thread": False})
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)
    return engine


def _prepare(connection: Any, _record: object) -> None:
    for name, value in PRAGMAS.items():
        connection.execute(f"PRAGMA {name}={value}").close()
    check_pragmas(connection)


def check_pragmas(connection: Any) -> None:
    """UnsafeSettings when a setting of this driver connection is not the one that keeps work safe."""
    for name, value in PRAGMAS.items():
        (found,) = connection.execute(f"PRAGMA {name}").fetchone()
        if found != value:
            raise UnsafeSettings("store.database_setting", setting=name, found=found, needed=value)


def _begin(connection: Connection) -> None:
    connection.exec_driver_sql(connection.get_execution_options().get(BEGIN, "BEGIN"))


class WriteLock:
    """Lets one writer in: first among this process's threads, then among processes by a lock file beside the database.

    SQLite's own busy handler polls, and starves writers under load; these locks queue. The lock dies with its process.
    """

    def __init__(self, database: Path) -> None:
        self._path = database.with_name(database.name + ".lock")
        with _doors_guard:
            self._door = _doors.setdefault(str(database.resolve()), _Door())
        self._file = -1

    @contextmanager
    def held(self) -> Iterator[None]:
        if self._door.inside == threading.get_ident():
            raise RuntimeError("a write transaction inside a write transaction")
        with self._door.lock:
            self._door.inside = threading.get_ident()
            try:
                if self._file < 0:
                    self._file = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
                fcntl.flock(self._file, fcntl.LOCK_EX)
                try:
                    yield
                finally:
                    fcntl.flock(self._file, fcntl.LOCK_UN)
            finally:
                self._door.inside = None

    def close(self) -> None:
        """Gives the file back; a later use opens it again."""
        if self._file >= 0:
            os.close(self._file)
            self._file = -1
