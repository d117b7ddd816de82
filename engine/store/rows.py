"""Small constructs that both databases speak each in its own way: lists of rows as JSON, insert-or-replace, slices."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final, TypeVar

from sqlalchemy import Table, Text, bindparam, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Dialect
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql import ColumnElement, Executable
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


class text_values(FunctionElement[str]):
    """The texts of a bound JSON array as rows of one column, `value`."""

    type = Text()
    inherit_cache = True
    name = "text_values"


@compiles(text_values, "sqlite")
def _sqlite_values(element: text_values, compiler: SQLCompiler, **options: Any) -> str:
    return f"json_each({compiler.process(element.clauses, **options)})"


@compiles(text_values, "postgresql")
def _postgresql_values(element: text_values, compiler: SQLCompiler, **options: Any) -> str:
    return f"json_array_elements_text(CAST({compiler.process(element.clauses, **options)} AS JSON))"


def among(column: ColumnElement[str], name: str) -> ColumnElement[bool]:
    """Whether the column is one of the texts bound under the name by `texts`: one statement however many they are,
    where an IN list of parameters is written anew each time."""
    return column.in_(select(text_values(bindparam(name, type_=Text())).table_valued("value").c.value))


def texts(values: Iterable[str]) -> str:
    """Distinct texts in order, to be bound for `among`."""
    return json.dumps(sorted(set(values)))


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


class BulkInsert:
    """Many rows of one table, sent as the driver takes them: compiled once, each value turned by its column's type.

    SQLAlchemy's own way with many rows looks at every parameter of every row anew, which costs three times the insert.
    """

    def __init__(self, table: Table) -> None:
        self.table = table
        self._prepared: dict[str, _Prepared] = {}

    def prepare(self, dialect: Dialect, rows: Sequence[Mapping[str, Any]]) -> tuple[str, list[Any]]:
        """The statement's text, and the parameters in the driver's own form; every row has every column."""
        known = self._prepared.get(dialect.name)
        if known is None:
            known = self._prepared[dialect.name] = _prepared(self.table, dialect)
        names, turns = known.names, known.turns
        if known.positional:
            return known.text, [
                tuple([row[name] if turn is None else turn(row[name]) for name, turn in zip(names, turns, strict=True)])
                for row in rows
            ]
        return known.text, [
            {name: row[name] if turn is None else turn(row[name]) for name, turn in zip(names, turns, strict=True)}
            for row in rows
        ]


@dataclass(frozen=True, slots=True)
class _Prepared:
    """names: columns in the order of the text; turns: what makes the driver's value of each, None for as it is."""

    text: str
    positional: bool
    names: tuple[str, ...]
    turns: tuple[Callable[[Any], Any] | None, ...]


def _prepared(table: Table, dialect: Dialect) -> _Prepared:
    compiled = table.insert().compile(dialect=dialect)
    names = tuple(column.name for column in table.columns)
    positional = bool(compiled.positional)
    if positional and tuple(compiled.positiontup or ()) != names:
        raise TypeError(f"the columns of {table.name} are not sent in their order")
    turns = tuple(column.type.dialect_impl(dialect).bind_processor(dialect) for column in table.columns)
    return _Prepared(str(compiled), positional, names, turns)


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
