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

from engine.errors import TooLong, UnsafeSettings
from engine.store import prepared, timeout

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
    # Its own knows no letters beyond ASCII, so that nobody would find Änne by "änne".
    connection.create_function("lower", 1, _lower, deterministic=True)


def _lower(text: str | None) -> str | None:
    return None if text is None else text.lower()


def check_pragmas(connection: Any) -> None:
    """UnsafeSettings when a setting of this driver connection is not the one that keeps work safe."""
    for name, value in PRAGMAS.items():
        (found,) = connection.execute(f"PRAGMA {name}").fetchone()
        if found != value:
            raise UnsafeSettings("store.database_setting", setting=name, found=found, needed=value)


def _begin(connection: Connection) -> None:
    prepared.change(connection, connection.get_execution_options().get(BEGIN, "BEGIN"), [()])


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
        """TooLong when the caller's time is over before it is her turn."""
        if self._door.inside == threading.get_ident():
            raise RuntimeError("a write transaction inside a write transaction")
        left = timeout.milliseconds_left()
        if not self._door.lock.acquire(timeout=-1 if left is None else left / 1_000):
            raise TooLong("store.too_long")
        try:
            self._door.inside = threading.get_ident()
            file = self._locked()
            try:
                yield
            finally:
                fcntl.flock(file, fcntl.LOCK_UN)
                if file != self._file:
                    os.close(file)
        finally:
            self._door.inside = None
            self._door.lock.release()

    def _locked(self) -> int:
        """The lock file, locked: this door's own, or another opening of it that somebody waited with."""
        if self._file < 0:
            self._file = self._opened()
        left = timeout.milliseconds_left()
        if left is None:
            fcntl.flock(self._file, fcntl.LOCK_EX)
            return self._file
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return _Waiting(self._opened()).locked_within(left)
        return self._file

    def _opened(self) -> int:
        return os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)

    def close(self) -> None:
        """Gives the file back; a later use opens it again."""
        if self._file >= 0:
            os.close(self._file)
            self._file = -1


class _Waiting:
    """Waits in the queue for a lock file, in a thread that may be left behind: `flock` knows no time limit, and whoever
    only looks now and then is overtaken by all who stand in the queue. Gives the lock back if nobody wants it any more.
    """

    def __init__(self, file: int) -> None:
        self._file = file
        self._guard = threading.Lock()
        self._locked = threading.Event()
        self._given_up = False

    def locked_within(self, milliseconds: int) -> int:
        threading.Thread(target=self._wait, name="waits to write", daemon=True).start()
        self._locked.wait(milliseconds / 1_000)
        with self._guard:
            if self._locked.is_set():
                return self._file
            self._given_up = True
        raise TooLong("store.too_long")

    def _wait(self) -> None:
        fcntl.flock(self._file, fcntl.LOCK_EX)
        with self._guard:
            if self._given_up:
                os.close(self._file)
            else:
                self._locked.set()
