"""The store refuses to start, or to write, where acknowledged work could be lost or read by others."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError, InternalError

from engine.clock import HandClock
from engine.errors import HistoryBroken, InputError, Unreachable, UnsafeSettings
from engine.ids import SeededIds
from engine.store import history, people, sqlite
from engine.store.database import Database, _engine
from tests.conftest import BEGIN, Addresses
from tests.engine.store.organisation import NOW, PLANTED, PLANTED_NAME, entry, found, open_review, opening, whole_review


def _file(url: str) -> Path:
    return Path(make_url(url).database or "")


def test_every_connection_has_the_safe_settings(sqlite_addresses: Addresses) -> None:
    database = sqlite_addresses.open()
    with database.read() as tx:
        found_now = {name: tx.connection.exec_driver_sql(f"PRAGMA {name}").scalar_one() for name in sqlite.PRAGMAS}
    database.close()
    assert found_now == sqlite.PRAGMAS


@pytest.mark.parametrize("name", [name for name in sqlite.PRAGMAS if name != "busy_timeout"])
def test_a_setting_that_did_not_take_stops_the_start(tmp_path: Path, name: str) -> None:
    with closing(sqlite3.connect(tmp_path / "x.sqlite")) as connection:
        for pragma, value in sqlite.PRAGMAS.items():
            connection.execute(f"PRAGMA {pragma}={value}")
        sqlite.check_pragmas(connection)
        connection.execute(f"PRAGMA {name}={'delete' if name == 'journal_mode' else 0}")
        with pytest.raises(UnsafeSettings, match=name):
            sqlite.check_pragmas(connection)


def test_a_postgresql_that_may_forget_is_refused(addresses: Addresses) -> None:
    if addresses.kind != "postgresql":
        pytest.skip("a setting of PostgreSQL")
    joint = "&" if "?" in addresses.url else "?"
    url = f"{addresses.url}{joint}options=-c%20synchronous_commit%3Doff"
    with pytest.raises(UnsafeSettings, match="synchronous_commit"):
        Database.open(url, addresses.keys_url, SeededIds(1), HandClock(BEGIN))
    addresses.open().close()


@pytest.mark.parametrize(
    ("url", "keys_url"),
    [("sqlite://", "sqlite:///keys"), ("sqlite:///:memory:", "sqlite:///keys"), ("sqlite:///same", "sqlite:///same"),
     ("mysql://x/y", "sqlite:///keys"), ("no address", "sqlite:///keys"), ("sqlite:///x", "postgresql://x/y")],
)  # fmt: skip
def test_addresses_that_cannot_hold_a_history_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, url: str, keys_url: str
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UnsafeSettings):
        Database.open(url, keys_url, SeededIds(1), HandClock(BEGIN))


def test_a_database_that_cannot_be_reached_is_told_in_words(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="unreachable"):
        Database.open(
            f"postgresql://nobody@/x?host={tmp_path}", f"sqlite:///{tmp_path}/k", SeededIds(1), HandClock(BEGIN)
        )


def _gone(key: Path) -> None:
    key.unlink()


def _open_to_all(key: Path) -> None:
    key.chmod(0o644)


def _another(key: Path) -> None:
    key.write_text("00" * 32)


def _rubbish(key: Path) -> None:
    key.write_text("rubbish")


@pytest.mark.parametrize(
    ("damage", "code"),
    [
        (_gone, "key_file_missing"),
        (_open_to_all, "key_file_open"),
        (_another, "key_file_wrong"),
        (_rubbish, "key_file_wrong"),
    ],
)
def test_a_key_file_that_is_not_the_one_stops_the_start(
    sqlite_addresses: Addresses, damage: Callable[[Path], None], code: str
) -> None:
    sqlite_addresses.open().close()
    key = _file(sqlite_addresses.keys_url + ".key")
    assert key.stat().st_mode & 0o777 == 0o600
    sqlite_addresses.open().close()
    damage(key)
    with pytest.raises(UnsafeSettings, match=code):
        sqlite_addresses.open()


def test_keys_of_another_history_are_refused(sqlite_addresses: Addresses, tmp_path: Path) -> None:
    sqlite_addresses.open(1).close()
    with pytest.raises(UnsafeSettings, match="another_log"):
        Database.open(f"sqlite:///{tmp_path}/other.sqlite", sqlite_addresses.keys_url, SeededIds(2), HandClock(BEGIN))


def test_keys_may_lie_in_a_postgresql_of_their_own(
    addresses: Addresses, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    if addresses.kind != "postgresql":
        pytest.skip("both databases are PostgreSQL here")
    keys = request.getfixturevalue("postgresql").databases.make()
    url = keys.render_as_string(hide_password=False)
    database = Database.open(addresses.url, url, SeededIds(1), HandClock(BEGIN), key_file=tmp_path / "key")
    with database.write() as tx:
        found(tx)
    one = whole_review(database)
    with database.read() as tx:
        assert history.read(tx, f"review:{one.id}")[-1].payload
    others = [
        Database.open(addresses.url, url, SeededIds(seed), HandClock(BEGIN), key_file=tmp_path / "key")
        for seed in (2, 3, 4)
    ]
    with ThreadPoolExecutor(3) as pool:
        given = list(pool.map(lambda other: other.keys.keys_for_writing(["zoe", "hugh"], NOW), others))
    assert given[0] == given[1] == given[2] == database.keys.keys_for_writing(["zoe", "hugh"], NOW)
    for other in (database, *others):
        other.close()
    request.getfixturevalue("postgresql").databases.drop(keys)


def test_nothing_new_is_sealed_about_an_erased_person(database: Database) -> None:
    with database.write() as tx:
        found(tx)
        open_review(tx)
    database.keys.destroy("ann", NOW)
    with database.read() as tx:
        assert history.read(tx, "review:r1")[0].payload is None
        assert history.payload_of(tx, "review:r1", 1) is None
    with pytest.raises(InputError, match="person_erased"), database.write() as tx:
        history.append(tx, [entry(opening("r7"))])


def test_a_damaged_payload_is_never_read_as_something_else(database: Database, addresses: Addresses) -> None:
    with database.write() as tx:
        found(tx)
        open_review(tx)
    engine = create_engine(addresses.url)
    with engine.begin() as connection:
        guard = (
            "DROP TRIGGER payload_no_update"
            if addresses.kind == "sqlite"
            else "ALTER TABLE payload DISABLE TRIGGER USER"
        )
        connection.execute(text(guard))
        connection.execute(text("UPDATE payload SET sealed = :junk"), {"junk": b"j" * 99})
    engine.dispose()
    with database.read() as tx, pytest.raises(HistoryBroken, match="payload_unreadable"):
        history.read(tx, "review:r1")


@pytest.mark.parametrize("table", ["log", "event", "payload"])
def test_no_verb_changes_the_history_even_past_our_own_connections(
    database: Database, addresses: Addresses, table: str
) -> None:
    with database.write() as tx:
        found(tx)
        open_review(tx)
    verbs = [f"UPDATE {table} SET {'id' if table == 'log' else 'stream'} = 'x'", f"DELETE FROM {table}"]
    if addresses.kind == "sqlite":
        verbs += [
            f"INSERT OR REPLACE INTO {table} SELECT * FROM {table}",
            f"REPLACE INTO {table} SELECT * FROM {table}",
            f"UPDATE OR REPLACE {table} SET rowid = rowid + 1",
        ]
        if table != "log":
            columns = "stream, seq, leaf_hash, data" if table == "event" else "stream, seq, number, person, sealed"
            moved = columns.replace("stream", "'y'", 1)
            verbs.append(f"INSERT OR REPLACE INTO {table} (rowid, {columns}) SELECT rowid, {moved} FROM {table}")
    else:
        verbs.append(f"TRUNCATE {table} CASCADE")
    engine = create_engine(addresses.url)
    for verb in verbs:
        with pytest.raises(DBAPIError, match="append-only"), engine.begin() as connection:
            connection.execute(text(verb))
    with engine.connect() as connection:
        assert connection.execute(text(f"SELECT count(*) FROM {table}")).scalar_one() == 1
    engine.dispose()


def _stored_bytes(addresses: Addresses) -> Iterator[bytes]:
    """All that lies in the databases: the files themselves, or every value of every PostgreSQL table."""
    folder = _file(addresses.keys_url).parent
    for file in folder.iterdir():
        yield file.read_bytes()
    if addresses.kind == "postgresql":
        engine = create_engine(addresses.url)
        with engine.connect() as connection:
            names = (
                connection.execute(text("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")).scalars().all()
            )
            for name in names:
                for row in connection.execute(text(f"SELECT * FROM {name}")):
                    for value in row:
                        yield value if isinstance(value, bytes) else str(value).encode()
        engine.dispose()


def test_no_free_text_lies_outside_payloads(database: Database, addresses: Addresses) -> None:
    with database.write() as tx:
        found(tx)
    whole_review(database)
    with database.read() as tx:
        assert PLANTED in str(history.read(tx, "review:r1")[1].payload)
    for closed in (False, True):
        everything = b"\n".join(_stored_bytes(addresses))
        assert PLANTED_NAME.encode() in everything
        for part in (PLANTED, PLANTED[:12], "她答应回电"):
            assert part.encode() not in everything
            assert part.encode("utf-16-le") not in everything
        if not closed:
            database.close()


def test_the_key_of_a_person_lies_nowhere_unwrapped(database: Database, addresses: Addresses) -> None:
    with database.write() as tx:
        found(tx)
    whole_review(database)
    key = database.keys.keys_for_reading(["ann"])["ann"]
    assert key is not None
    assert key not in b"\n".join(_stored_bytes(addresses))


def test_a_read_transaction_cannot_write_on_postgresql(addresses: Addresses, database: Database) -> None:
    if addresses.kind != "postgresql":
        pytest.skip("SQLite has no such promise")
    with pytest.raises(InternalError, match="read-only"), database.read() as tx:
        found(tx)


def test_a_server_that_is_gone_is_told_as_such() -> None:
    away = _engine(make_url("postgresql+psycopg://nobody@127.0.0.1:1/nothing"))
    database = Database(away, away, SeededIds(1), HandClock(BEGIN))
    for turn in (database.read, database.write):
        with pytest.raises(Unreachable) as told, turn():
            pass
        assert told.value.code == "store.database_unreachable"


def test_a_database_is_not_taken_along_through_a_fork(sqlite_addresses: Addresses) -> None:
    database = sqlite_addresses.open()
    child = os.fork()
    if child == 0:
        try:
            with database.read():
                os._exit(1)
        except RuntimeError:
            os._exit(0)
    assert os.waitpid(child, 0)[1] == 0
    with database.read() as tx:
        assert people.by_ref(tx) == {}
    database.close()
