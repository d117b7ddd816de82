"""PostgreSQL as we run it: psycopg 3, plain transactions, settings that cannot lose acknowledged work."""

from __future__ import annotations

from sqlalchemy import Engine, create_engine
from sqlalchemy.engine import URL, Connection

from engine.errors import UnsafeSettings

GAVE_WAY = ("40P01", "40001")
"""States of a transaction that the server undid because another one was in its way: a deadlock, a lost race."""

_LOCK_OF_SCHEMA = 0x7265766965
_LOCK_OF_ORGANISATION = 0x7265766966


def postgresql_engine(url: URL) -> Engine:
    """An engine through psycopg 3, whatever driver the address names."""
    return create_engine(url.set(drivername="postgresql+psycopg"), pool_pre_ping=True)


def check_settings(connection: Connection) -> None:
    """UnsafeSettings when the server may forget what it acknowledged."""
    for name in ("fsync", "full_page_writes", "synchronous_commit"):
        found = connection.exec_driver_sql(f"SHOW {name}").scalar_one()
        if found == "off":
            raise UnsafeSettings("store.database_setting", setting=name, found=found, needed="on")
    encoding = connection.exec_driver_sql("SHOW server_encoding").scalar_one()
    if encoding != "UTF8":
        raise UnsafeSettings("store.database_setting", setting="server_encoding", found=encoding, needed="UTF8")


def lock_schema(connection: Connection) -> None:
    """One creator or upgrader at a time, until the transaction ends."""
    connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_LOCK_OF_SCHEMA})")


def lock_organisation(connection: Connection) -> None:
    """One act on the whole organisation at a time, until the transaction ends."""
    connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_LOCK_OF_ORGANISATION})")
