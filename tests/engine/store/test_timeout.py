"""A caller with little time is answered in time: reads and writes stop, and nobody waits longer to write."""

from __future__ import annotations

import contextlib
import fcntl
import os
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError

from engine.errors import TooLong
from engine.store import timeout
from engine.store.database import Database, Tx
from engine.store.tables import people
from engine.store.timeout import MILLISECOND, within
from tests.conftest import Addresses

ENDLESS = text("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n")
FINITE = text("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 30000) SELECT max(i) FROM n")
SHORT = 0.1
MUCH = 30.0


@pytest.fixture(autouse=True)
def short_seconds(monkeypatch: pytest.MonkeyPatch) -> None:
    """A second of `within` lasts a tenth of one here."""
    monkeypatch.setattr(timeout, "SECOND", 100 * MILLISECOND)


@contextlib.contextmanager
def stopped_in_time() -> Iterator[None]:
    begun = time.monotonic()
    with pytest.raises(TooLong, match="too_long"):
        yield
    assert SHORT * 0.9 <= time.monotonic() - begun < MUCH


def add_person(tx: Tx, key: str) -> None:
    row = {"id": key, "pseudonym": key, "kind": "employee", "ref": key, "name": "", "name_zh": "", "attributes": "{}"}
    tx.execute(people.person.insert(), row)


def persons(database: Database) -> list[str]:
    with database.read() as tx:
        return list(tx.execute(text("SELECT id FROM person ORDER BY id")).scalars())


def test_a_read_without_end_is_stopped_and_the_next_one_is_not(database: Database) -> None:
    with stopped_in_time(), within(1), database.read() as tx:
        tx.execute(ENDLESS).all()
    with database.read() as tx:
        assert tx.execute(FINITE).scalar_one() == 30_000
    with within(20), database.read() as tx:
        assert tx.execute(FINITE).scalar_one() == 30_000
    time.sleep(SHORT)
    with database.read() as tx:
        assert tx.execute(FINITE).scalar_one() == 30_000


def test_a_write_that_takes_too_long_changes_nothing(database: Database) -> None:
    with stopped_in_time(), within(1), database.write() as tx:
        add_person(tx, "ann")
        tx.execute(ENDLESS).all()
    assert persons(database) == []
    with within(1), database.write() as tx:
        add_person(tx, "bob")
    assert persons(database) == ["bob"]


def test_a_stop_that_is_taken_for_something_else_is_told_all_the_same(database: Database) -> None:
    with stopped_in_time(), within(1), database.read() as tx, contextlib.suppress(DBAPIError):
        tx.execute(ENDLESS).all()
    with stopped_in_time(), within(1), database.write() as tx:
        add_person(tx, "ann")
        time.sleep(SHORT)
    assert persons(database) == []


def test_a_fault_that_is_no_lack_of_time_stays_what_it_is(database: Database) -> None:
    with pytest.raises(DBAPIError), within(20), database.read() as tx:
        tx.execute(text("SELECT nothing FROM nowhere"))


def test_whose_time_is_over_is_not_even_begun_with(database: Database) -> None:
    with within(1):
        time.sleep(SHORT)
        for begin in (database.read, database.write):
            with pytest.raises(TooLong), begin():
                pytest.fail("began")


def test_a_block_inside_may_only_be_shorter(database: Database) -> None:
    with stopped_in_time(), within(1), within(100), database.read() as tx:
        tx.execute(ENDLESS).all()
    with within(100):
        with stopped_in_time(), within(1), database.read() as tx:
            tx.execute(ENDLESS).all()
        with database.read() as tx:
            assert tx.execute(FINITE).scalar_one() == 30_000


@contextlib.contextmanager
def writer(database: Database) -> Iterator[None]:
    """Another thread that has written and does not end before the block does."""
    begun, end = threading.Event(), threading.Event()

    def write() -> None:
        with database.write() as tx:
            add_person(tx, "ann")
            begun.set()
            end.wait(30)

    thread = threading.Thread(target=write)
    thread.start()
    assert begun.wait(30)
    try:
        yield
    finally:
        end.set()
        thread.join(30)


def test_nobody_waits_longer_to_write_than_she_has_time(database: Database) -> None:
    with writer(database):
        with stopped_in_time(), within(1), database.write() as tx:
            add_person(tx, "ann")
        with within(1), database.read() as tx:
            assert tx.execute(text("SELECT count(*) FROM person")).scalar_one() == 0
    with within(1), database.write() as tx:
        add_person(tx, "bob")
    assert persons(database) == ["ann", "bob"]


@contextlib.contextmanager
def locked_elsewhere(addresses: Addresses) -> Iterator[int]:
    """The lock file as another process holds it."""
    path = Path(make_url(addresses.url).database or "")
    file = os.open(path.with_name(path.name + ".lock"), os.O_RDWR | os.O_CREAT)
    fcntl.flock(file, fcntl.LOCK_EX)
    try:
        yield file
    finally:
        os.close(file)


def test_another_process_that_writes_is_waited_for_no_longer_either(sqlite_addresses: Addresses) -> None:
    database = sqlite_addresses.open()
    with locked_elsewhere(sqlite_addresses):
        for _ in range(2):
            with stopped_in_time(), within(1), database.write():
                pytest.fail("began")
    for key in ("ann", "bob"):
        with within(1), database.write() as tx:
            add_person(tx, key)
    with database.write() as tx:
        add_person(tx, "cyd")
    assert persons(database) == ["ann", "bob", "cyd"]
    database.close()


def test_who_waits_in_time_gets_her_turn_and_keeps_it_to_herself(sqlite_addresses: Addresses) -> None:
    database = sqlite_addresses.open()
    with locked_elsewhere(sqlite_addresses) as file:
        threading.Timer(SHORT, fcntl.flock, (file, fcntl.LOCK_UN)).start()
        with within(100), database.write() as tx:
            add_person(tx, "ann")
            with pytest.raises(BlockingIOError):
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    assert persons(database) == ["ann"]
    database.close()


def test_no_thread_is_left_waiting_once_the_other_process_has_ended(sqlite_addresses: Addresses) -> None:
    database = sqlite_addresses.open()
    with locked_elsewhere(sqlite_addresses):
        with pytest.raises(TooLong), within(1), database.write():
            pytest.fail("began")
        assert "waits to write" in {one.name for one in threading.enumerate()}
    until = time.monotonic() + MUCH
    while "waits to write" in {one.name for one in threading.enumerate()} and time.monotonic() < until:
        time.sleep(0.01)
    assert "waits to write" not in {one.name for one in threading.enumerate()}
    database.close()
