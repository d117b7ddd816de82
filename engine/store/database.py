"""The database: opened safely, written by one transaction at a time, read without disturbing anyone."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, select
from sqlalchemy.engine import URL, Connection, CursorResult, make_url
from sqlalchemy.exc import ArgumentError, OperationalError
from sqlalchemy.sql import Executable

from engine.clock import Clock
from engine.errors import InputError, StaleRevision, Unreachable, UnsafeSettings
from engine.ids import Ids
from engine.store import keys, postgresql, prepared, schema, sqlite, timeout
from engine.store.prepared import Prepared
from engine.store.rows import BulkInsert
from engine.store.tables import history
from engine.store.tables import keys as key_tables

Values = Mapping[str, Any]


class Tx:
    """One transaction, handed first to every function of the store.

    statements counts what was sent (one for many rows at once). known: what this transaction has already read, by
    family, so that nothing is read twice; it ends with the transaction.
    """

    def __init__(self, database: Database, connection: Connection, writes: bool) -> None:
        self.database = database
        self.connection = connection
        self.writes = writes
        self.statements = 0
        self.known: dict[str, dict[Any, Any]] = {}
        self.undone = False

    def execute(self, statement: Executable, values: Values | None = None) -> CursorResult[*tuple[Any, ...]]:
        self.statements += 1
        return self.connection.execute(statement, values)

    def rows(self, ready: Prepared, values: Values) -> list[Any]:
        """All that a prepared statement finds, with names."""
        self.statements += 1
        text, parameters, named = ready.ready(self.connection.dialect)
        return named(prepared.fetch(self.connection, text, parameters(values)))

    def tuples(self, ready: Prepared, values: Values) -> list[Any]:
        """The same as the driver gives it, without names and with instants as texts: for what comes in many rows."""
        self.statements += 1
        text, parameters, _ = ready.ready(self.connection.dialect)
        return prepared.fetch(self.connection, text, parameters(values))

    def row(self, ready: Prepared, values: Values) -> Any | None:
        """The one that it finds by a key."""
        found = self.rows(ready, values)
        return found[0] if found else None

    def change(self, ready: Prepared, *rows: Values) -> int:
        """How many rows a prepared statement has changed, carried out for each of the values given; none for none."""
        if not rows:
            return 0
        self.statements += 1
        text, parameters, _ = ready.ready(self.connection.dialect)
        return prepared.change(self.connection, text, [parameters(values) for values in rows])

    def many(self, statement: Executable, rows: Sequence[Values]) -> None:
        """The same statement for every row; nothing for none."""
        if rows:
            self.statements += 1
            self.connection.execute(statement, rows)

    def insert(self, bulk: BulkInsert, rows: Sequence[Values]) -> None:
        """New rows of a table, each with every column; nothing for none."""
        if rows:
            self.statements += 1
            prepared.change(self.connection, *bulk.prepare(self.connection.dialect, rows))

    def memory(self, family: str) -> dict[Any, Any]:
        return self.known.setdefault(family, {})

    def take_turn(self) -> None:
        """Waits until no other act on the whole organisation is under way; to be asked before anything is read.

        SQLite queues all writers anyway; on PostgreSQL two imports at once would undo one another.
        """
        if self.database.dialect == "postgresql":
            self.statements += 1
            postgresql.lock_organisation(self.connection)

    def rollback(self) -> None:
        """Nothing of this transaction stays, however the block ends; reading on inside it is allowed."""
        self.undone = True


class Database:
    """Both databases (the rows, the keys) of one organisation. `log` is the id of its history."""

    def __init__(self, engine: Engine, key_engine: Engine, ids: Ids, clock: Clock) -> None:
        self.engine = engine
        self.ids = ids
        self.clock = clock
        self.dialect = engine.dialect.name
        self.log = ""
        self._process = os.getpid()
        self.keys: keys.Keyring
        self.pseudonyms: dict[str, str] = {}
        self._key_engine = key_engine
        self._reading = _Kept(engine)
        self._write = _Writing(engine)
        self._write_keys = _Writing(key_engine)

    @staticmethod
    def open(url: str, keys_url: str, ids: Ids, clock: Clock, *, key_file: Path | None = None) -> Database:
        """Opens, creating or upgrading what is missing; key_file defaults to `<key database>.key` beside a SQLite one.

        url and keys_url: `sqlite:///path` or `postgresql://...`, never the same. UnsafeSettings when acknowledged work
        could be lost or unreadable; InputError when a database cannot be reached.
        """
        main, apart = _address(url), _address(keys_url)
        if main == apart:
            raise UnsafeSettings("store.keys_in_the_same_database")
        if key_file is None:
            if apart.drivername != "sqlite" or not apart.database:
                raise UnsafeSettings("store.key_file_unnamed")
            key_file = Path(apart.database + ".key")
        try:
            database = Database(_engine(main), _engine(apart), ids, clock)
            database._prepare(key_file)
        except OperationalError as error:
            raise InputError("store.database_unreachable", url=main.render_as_string(), why=error.orig) from error
        return database

    @contextmanager
    def write(self) -> Iterator[Tx]:
        """Commits at the end of the block; an exception or `tx.rollback()` undoes everything."""
        with self._answering(), self._write() as connection:
            tx = Tx(self, connection, writes=True)
            yield tx
            if tx.undone:
                connection.rollback()
        if not tx.undone:
            # Not before: a person added by a transaction that fails must not be remembered.
            self.pseudonyms.update(tx.memory("pseudonyms"))

    @contextmanager
    def read(self) -> Iterator[Tx]:
        """One unchanging picture of the database, at once with any writer; nothing can be written."""
        with self._answering(), self._reading.one() as connection:
            if self.dialect == "postgresql":
                connection = connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
            with connection.begin() as transaction:
                with timeout.watched(connection):
                    yield Tx(self, connection, writes=False)
                transaction.rollback()

    @contextmanager
    def _answering(self) -> Iterator[None]:
        """Unreachable when the server is gone; StaleRevision where two waited for each other and this one gave way:
        all is undone, and may be tried again. RuntimeError in a process that was forked from the one that opened this:
        both would hold one lock, and one would believe in the other's transaction."""
        if self._process != os.getpid():
            raise RuntimeError("a database that was opened before a fork")
        try:
            yield
        except OperationalError as error:
            if self.dialect == "postgresql" and (error.connection_invalidated or error.statement is None):
                url = self.engine.url.render_as_string()
                raise Unreachable("store.database_unreachable", url=url, why=error.orig) from error
            if self.dialect == "postgresql" and getattr(error.orig, "sqlstate", None) in postgresql.GAVE_WAY:
                raise StaleRevision("store.gave_way") from error
            raise

    def close(self) -> None:
        self._reading.close()
        for engine, write in ((self.engine, self._write), (self._key_engine, self._write_keys)):
            write.close()
            engine.dispose()

    def _prepare(self, key_file: Path) -> None:
        with self._write() as connection:
            if self.dialect == "postgresql":
                postgresql.check_settings(connection)
                postgresql.lock_schema(connection)
            if schema.prepare(connection):
                self.log = self.ids.new_id()
                connection.execute(history.log.insert(), {"id": self.log, "begun_at": self.clock.now()})
            else:
                self.log = connection.execute(select(history.log.c.id)).scalar_one()
            # Still inside: whoever opens the same new database at the same moment must not make the keys too.
            self._prepare_keys(key_file)

    def _prepare_keys(self, key_file: Path) -> None:
        with self._write_keys() as connection:
            if connection.dialect.name == "postgresql":
                postgresql.check_settings(connection)
                postgresql.lock_schema(connection)
            new = not connection.dialect.has_table(connection, key_tables.about.name)
            master = keys.master_key(key_file, self.ids, may_make=new)
            if new:
                key_tables.metadata.create_all(connection)
                keys.begin_keys(connection, self.log, master, self.ids)
            keys.check_keys(connection, self.log, master, key_file)
        self.keys = keys.Keyring(self._write_keys, master, self.ids)


class _Writing:
    """Begins write transactions on one engine: under the lock and at once on SQLite, plainly on PostgreSQL."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine.execution_options(**{sqlite.BEGIN: "BEGIN IMMEDIATE"})
        self._lock: sqlite.WriteLock | None = None
        self._kept = _Kept(self._engine)
        if engine.dialect.name == "sqlite" and engine.url.database:
            path = Path(engine.url.database)
            path.parent.mkdir(parents=True, exist_ok=True)
            self._lock = sqlite.WriteLock(path)

    @contextmanager
    def __call__(self) -> Iterator[Connection]:
        if self._lock is None:
            with self._engine.connect() as connection, connection.begin(), timeout.watched(connection):
                yield connection
            return
        with self._lock.held(), self._kept.one() as connection, connection.begin(), timeout.watched(connection):
            yield connection

    def close(self) -> None:
        self._kept.close()
        if self._lock is not None:
            self._lock.close()


class _Kept:
    """Connections to SQLite that wait for their next turn: to take one from SQLAlchemy's pool and give it back costs as
    much as six statements. None to PostgreSQL: its pool finds out whether the server is still there."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._keeps = engine.dialect.name == "sqlite"
        self._waiting: list[Connection] = []

    @contextmanager
    def one(self) -> Iterator[Connection]:
        """One for nobody else meanwhile; after any error it is given up."""
        try:
            connection = self._waiting.pop()
        except IndexError:
            connection = self._engine.connect()
        try:
            yield connection
        except BaseException:
            connection.close()
            raise
        if self._keeps:
            self._waiting.append(connection)
        else:
            connection.close()

    def close(self) -> None:
        while self._waiting:
            self._waiting.pop().close()


def _address(url: str) -> URL:
    try:
        address = make_url(url)
    except ArgumentError:
        raise UnsafeSettings("store.database_unknown", url=url) from None
    if address.get_backend_name() not in ("sqlite", "postgresql"):
        raise UnsafeSettings("store.database_unknown", url=address.render_as_string())
    return address


def _engine(address: URL) -> Engine:
    if address.get_backend_name() == "sqlite":
        return sqlite.sqlite_engine(address)
    return postgresql.postgresql_engine(address)
