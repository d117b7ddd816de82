"""Small constructs that both databases speak each in its own way: lists of rows as JSON, insert-or-replace, slices."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any, Final, TypeVar

from sqlalchemy import Table, Text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql import Executable
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from engine.canonical import canonical_bytes

CHUNK: Final = 500
"""How many values one IN list holds; SQLite and PostgreSQL both allow far more, statements stay short."""

SORT_DIGITS: Final = 6
_SORT_MAX: Final = 2**63 - 1

Item = TypeVar("Item")


class json_rows(FunctionElement[str]):
    """Text of a JSON array with one array of the given columns for each row; empty text or null for no rows."""

    type = Text()
    inherit_cache = True
    name = "json_rows"


@compiles(json_rows, "sqlite")
def _sqlite_rows(element: json_rows, compiler: SQLCompiler, **options: Any) -> str:
    return f"json_group_array(json_array({compiler.process(element.clauses, **options)}))"


@compiles(json_rows, "postgresql")
def _postgresql_rows(element: json_rows, compiler: SQLCompiler, **options: Any) -> str:
    return f"CAST(json_agg(json_build_array({compiler.process(element.clauses, **options)})) AS TEXT)"


def read_rows(found: str | None) -> list[list[Any]]:
    """What `json_rows` gave; the order is the database's own."""
    rows: list[list[Any]] = json.loads(found) if found else []
    return rows


def upsert(table: Table) -> dict[str, Executable]:
    """Insert, or replace all but the key, by dialect name."""
    keys = [column.name for column in table.primary_key]
    statements: dict[str, Executable] = {}
    for dialect, room in (("sqlite", sqlite), ("postgresql", postgresql)):
        insert = room.insert(table)
        changed = {column.name: insert.excluded[column.name] for column in table.columns if column.name not in keys}
        statements[dialect] = insert.on_conflict_do_update(index_elements=keys, set_=changed)
    return statements


def json_text(plain: Any) -> str:
    return canonical_bytes(plain).decode()


def sort_number(text: str | None) -> int | None:
    """A decimal text as an integer of millionths, to sort by; finer digits are cut off, too large a one is clamped."""
    if text is None:
        return None
    scaled = int(Decimal(text).scaleb(SORT_DIGITS))
    return max(-_SORT_MAX, min(_SORT_MAX, scaled))


def slices(items: Sequence[Item], size: int = CHUNK) -> Iterator[Sequence[Item]]:
    for first in range(0, len(items), size):
        yield items[first : first + size]
