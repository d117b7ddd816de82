"""Makes the history refuse change: the one home of the triggers' DDL, for create and for migrations alike.

Recreating a SQLite table drops its triggers silently, so a migration that touches one of these tables calls `install`
again.
"""

from __future__ import annotations

from sqlalchemy.engine import Connection

from engine.store.tables.history import APPEND_ONLY, event, log, payload

_REFUSED = "history is append-only"
_KEYS = {table.name: [column.name for column in table.primary_key] for table in (log, event, payload)}


def install(connection: Connection) -> None:
    """Creates the triggers, replacing older ones of the same name."""
    for statement in statements(connection.dialect.name):
        connection.exec_driver_sql(statement)


def statements(dialect: str) -> tuple[str, ...]:
    """The DDL in order, for `sqlite` or `postgresql`."""
    return tuple(_sqlite() if dialect == "sqlite" else _postgresql())


def _sqlite() -> list[str]:
    ddl: list[str] = []
    for table in APPEND_ONLY:
        for verb in ("update", "delete"):
            ddl += _sqlite_trigger(f"{table}_no_{verb}", f"BEFORE {verb.upper()} ON {table}")
        # INSERT OR REPLACE would remove the old row, and without recursive_triggers no delete trigger would fire.
        same = " AND ".join(f"{key} = NEW.{key}" for key in _KEYS[table])
        taken = f"EXISTS (SELECT 1 FROM {table} WHERE ({same}) OR rowid = NEW.rowid)"
        ddl += _sqlite_trigger(f"{table}_no_replace", f"BEFORE INSERT ON {table} WHEN {taken}")
    return ddl


def _sqlite_trigger(name: str, when: str) -> list[str]:
    body = f"BEGIN SELECT RAISE(ABORT, '{_REFUSED}'); END"
    return [f"DROP TRIGGER IF EXISTS {name}", f"CREATE TRIGGER {name} {when} {body}"]


def _postgresql() -> list[str]:
    ddl = [
        "CREATE OR REPLACE FUNCTION history_refuses() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{_REFUSED}' USING ERRCODE = 'restrict_violation'; END $$"
    ]
    for table in APPEND_ONLY:
        for name, when in (
            (f"{table}_no_change", f"BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW"),
            (f"{table}_no_truncate", f"BEFORE TRUNCATE ON {table} FOR EACH STATEMENT"),
        ):
            ddl.append(f"DROP TRIGGER IF EXISTS {name} ON {table}")
            ddl.append(f"CREATE TRIGGER {name} {when} EXECUTE FUNCTION history_refuses()")
    return ddl
