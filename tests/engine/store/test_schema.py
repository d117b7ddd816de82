"""Tables made at once are the tables that the migrations make, guards included."""

from __future__ import annotations

import re
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import create_engine, inspect, text
from sqlalchemy.engine import Connection

from engine.errors import UnsafeSettings
from engine.store import schema, triggers
from engine.store.tables import people
from engine.store.tables.all import metadata
from tests.conftest import Addresses, Server

SQLITE = "SELECT type, name, tbl_name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite_%' ORDER BY type, name"
POSTGRESQL = (
    "SELECT tgname, pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal "
    "UNION ALL SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public' "
    "UNION ALL SELECT conname, conrelid::regclass || ' ' || pg_get_constraintdef(oid) FROM pg_constraint "
    "WHERE connamespace = 'public'::regnamespace UNION ALL "
    "SELECT table_name || '.' || column_name, concat_ws(' ', data_type, is_nullable, collation_name) "
    "FROM information_schema.columns WHERE table_schema = 'public' ORDER BY 1, 2"
)


def described(connection: Connection) -> list[Any]:
    """Everything the database says about its tables, with blanks made equal."""
    rows = connection.execute(text(SQLITE if connection.dialect.name == "sqlite" else POSTGRESQL))
    return [tuple(re.sub(r"\s*([(),]|\s)\s*", r"\1", str(value)) for value in row) for row in rows]


@pytest.fixture
def empty(addresses: Addresses, request: pytest.FixtureRequest) -> Any:
    """Makes engines on databases without any table."""
    made = []

    def make() -> Any:
        if addresses.kind == "sqlite":
            engine = create_engine("sqlite://")
            made.append((engine, None))
        else:
            server: Server = request.getfixturevalue("postgresql")
            url = server.databases.make()
            engine = create_engine(url)
            made.append((engine, lambda: server.databases.drop(url)))
        return engine

    yield make
    for engine, drop in made:
        engine.dispose()
        if drop:
            drop()


def test_created_and_migrated_tables_are_the_same(empty: Any) -> None:
    with empty().begin() as created, empty().begin() as migrated:
        schema.create(created)
        schema.upgrade(migrated)
        assert described(created) == described(migrated)
        assert len(described(created)) > 20
        assert compare_metadata(MigrationContext.configure(migrated), metadata) == [
            ("remove_table", table) for table in ()
        ]
        versions = [
            connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one()
            for connection in (created, migrated)
        ]
        assert versions == [schema.HEAD, schema.HEAD]


def test_the_comparison_sees_a_missing_trigger_and_a_missing_index(empty: Any) -> None:
    with empty().begin() as whole, empty().begin() as less:
        for connection in (whole, less):
            schema.create(connection)
        less.execute(text("DROP INDEX ix_task_review"))
        on = "" if less.dialect.name == "sqlite" else " ON event"
        name = "event_no_delete" if less.dialect.name == "sqlite" else "event_no_truncate"
        less.execute(text(f"DROP TRIGGER {name}{on}"))
        assert len(described(whole)) == len(described(less)) + 2


def test_installing_the_guards_again_changes_nothing(empty: Any) -> None:
    with empty().begin() as connection:
        schema.create(connection)
        before = described(connection)
        triggers.install(connection)
        assert described(connection) == before


def test_a_database_of_the_first_release_is_upgraded_and_loses_nothing(empty: Any) -> None:
    with empty().begin() as old, empty().begin() as new:
        schema.upgrade(old, to="0001")
        assert "token" not in inspect(old).get_table_names()
        ann = {"id": "ann", "pseudonym": "p", "kind": "employee", "ref": "a1", "name": "Ann", "name_zh": ""}
        old.execute(people.person.insert(), {**ann, "attributes": "{}"})
        assert not schema.prepare(old)
        schema.create(new)
        assert described(old) == described(new)
        assert old.execute(text("SELECT ref FROM person")).scalars().all() == ["a1"]
        assert old.execute(text("SELECT version_num FROM alembic_version")).scalar_one() == schema.HEAD
        assert not schema.prepare(old)


def test_the_newest_migration_is_the_head() -> None:
    numbers = [path.name.partition("_")[0] for path in (schema.MIGRATIONS / "versions").glob("0*.py")]
    assert max(numbers) == schema.HEAD


def test_a_database_of_another_program_or_of_a_newer_release_is_left_alone(empty: Any) -> None:
    with empty().begin() as connection:
        connection.execute(text("CREATE TABLE other (id INTEGER)"))
        with pytest.raises(UnsafeSettings, match="foreign"):
            schema.prepare(connection)
        assert inspect(connection).get_table_names() == ["other"]
    with empty().begin() as connection:
        schema.create(connection)
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
        with pytest.raises(UnsafeSettings, match="newer"):
            schema.prepare(connection)


def test_no_column_holds_a_binary_or_an_unchecked_number() -> None:
    kinds = {column.type.__class__.__name__ for table in metadata.tables.values() for column in table.columns}
    assert kinds == {"Text", "Instant", "Integer", "BigInteger", "LargeBinary"}
