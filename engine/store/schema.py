"""Brings a database to this release's tables: creates them in an empty one, upgrades an older one."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from sqlalchemy import Column, MetaData, String, Table, inspect, select
from sqlalchemy.engine import Connection

from engine.errors import UnsafeSettings
from engine.store import triggers
from engine.store.tables.all import metadata

HEAD: Final = "0003"
"""The newest migration; a test compares it with the folder."""

MIGRATIONS: Final = Path(__file__).parent / "migrations"

_version = Table("alembic_version", MetaData(), Column("version_num", String(32), nullable=False))


def prepare(connection: Connection) -> bool:
    """True when the tables were created now. UnsafeSettings when a newer release, or another program, made them."""
    found = inspect(connection).get_table_names()
    if not found:
        create(connection)
        return True
    if _version.name not in found:
        raise UnsafeSettings("store.database_foreign", tables=", ".join(sorted(found)[:5]))
    version = connection.execute(select(_version.c.version_num)).scalar_one()
    if version != HEAD:
        upgrade(connection, version)
    return False


def create(connection: Connection) -> None:
    """All tables and triggers at once, stamped as if every migration had run; a test proves that it is the same."""
    metadata.create_all(connection, checkfirst=False)
    triggers.install(connection)
    connection.exec_driver_sql(
        "CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL, "
        "CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num))"
    )
    connection.execute(_version.insert(), {"version_num": HEAD})


def upgrade(connection: Connection, version: str | None = None, to: str = HEAD) -> None:
    """Runs the missing migrations in this transaction, from the version that was found."""
    # Alembic costs more to import than a whole command to run; only an upgrade pays for it.
    from alembic import command
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    if version is not None and version not in known:
        raise UnsafeSettings("store.database_newer", version=version, known=HEAD)
    config.attributes["connection"] = connection
    command.upgrade(config, to)
