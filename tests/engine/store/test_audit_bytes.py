"""No value of any kind makes the audit stumble, and no changed byte of a stored row escapes it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress

import pytest
from sqlalchemy.engine import make_url

from engine.store.database import Database
from tests.conftest import Addresses
from tests.engine.store.organisation import found, whole_review
from tests.engine.store.tampering import TABLES, places, tampering, verdict_of

BROKEN = (None, "", "x" * 10_000, "review:", -1, 2**60, b"", b"\xff\xfe", 0.5)
NOT_TEXT = "CAST(x'ff00fe' AS TEXT)"


def cells(connection: sqlite3.Connection) -> list[tuple[str, str, int, bytes]]:
    """Table, column, rowid and bytes of everything stored about r1."""
    return [
        (table, column, row, value)
        for table, columns in TABLES.items()
        for column in columns
        for row, value in connection.execute(
            f"SELECT rowid, CAST({column} AS BLOB) FROM {table} WHERE stream = 'review:r1'"
        )
    ]


@contextmanager
def file_of(addresses: Addresses) -> Iterator[sqlite3.Connection]:
    """The database file without any guard."""
    with tampering(addresses):
        pass
    with closing(sqlite3.connect(make_url(addresses.url).database or "", isolation_level=None)) as connection:
        yield connection


@pytest.fixture
def told_in_a_file(sqlite_addresses: Addresses) -> Iterator[Database]:
    database = sqlite_addresses.open()
    with database.write() as tx:
        found(tx)
    whole_review(database)
    yield database
    database.close()


def test_no_value_of_any_kind_makes_the_audit_stumble(told_in_a_file: Database, sqlite_addresses: Addresses) -> None:
    with file_of(sqlite_addresses) as connection:
        # Every second cell: each column still meets each kind of value in several rows.
        for table, column, row, _ in cells(connection)[::2]:
            (old,) = connection.execute(f"SELECT {column} FROM {table} WHERE rowid = {row}").fetchone()
            for value in (*BROKEN, NOT_TEXT):
                shown = NOT_TEXT if value is NOT_TEXT else "?"
                given = () if value is NOT_TEXT else (value,)
                with suppress(sqlite3.IntegrityError):
                    connection.execute(f"UPDATE {table} SET {column} = {shown} WHERE rowid = {row}", given)
                    assert not verdict_of(told_in_a_file).ok, (table, column, row, value)
            connection.execute(f"UPDATE {table} SET {column} = ? WHERE rowid = {row}", (old,))
    assert verdict_of(told_in_a_file).ok


@pytest.mark.parametrize(
    "every", [pytest.param(3, marks=pytest.mark.slow), pytest.param(1, marks=pytest.mark.soak)]
)
def test_every_changed_byte_of_the_stored_rows_is_named(
    told_in_a_file: Database, sqlite_addresses: Addresses, every: int
) -> None:
    tried = 0
    with file_of(sqlite_addresses) as connection:
        for table, column, row, value in cells(connection):
            kind = {"seq": "INTEGER", "number": "INTEGER", "data": "BLOB", "sealed": "BLOB"}.get(column, "TEXT")
            update = f"UPDATE {table} SET {column} = CAST(? AS {kind}) WHERE rowid = {row}"
            for at in range(tried % every, len(value), every):
                with suppress(sqlite3.IntegrityError):  # a number may meet its neighbour's, and is refused
                    connection.execute(update, (value[:at] + bytes([value[at] ^ 1]) + value[at + 1 :],))
                    named = places(verdict_of(told_in_a_file))
                    assert any(seq is not None for _, seq in named), (table, column, row, at)
                    tried += 1
            connection.execute(update, (value,))
    assert verdict_of(told_in_a_file).ok
    assert tried > 3_000 // every
