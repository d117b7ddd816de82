"""Statements of the hot way, compiled once and sent as the driver takes them.

SQLAlchemy looks a statement, its parameters and its result up anew each time: 40 us around a key look-up of 3 us, twice
that in a process that has just waited for the disk; and a command sends a dozen of them.
"""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy.engine import Connection, Dialect
from sqlalchemy.exc import DBAPIError
from sqlalchemy.sql import Executable
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.selectable import SelectBase

Values = Mapping[str, Any]


class Ready(NamedTuple):
    """text: as the driver takes it; parameters: makes them of values by name; rows: names what the driver found."""

    text: str
    parameters: Callable[[Values], Any]
    rows: Callable[[list[Any]], list[Any]]


class Prepared:
    """One statement, or one for each dialect by name. Lists are bound as one text (`rows.among`)."""

    def __init__(self, statement: Executable | Mapping[str, Executable]) -> None:
        self._statement = statement
        self._ready: dict[str, Ready] = {}

    def ready(self, dialect: Dialect) -> Ready:
        known = self._ready.get(dialect.name)
        if known is None:
            given = self._statement
            statement = given[dialect.name] if isinstance(given, Mapping) else given
            known = self._ready[dialect.name] = _ready(statement, dialect)
        return known


def fetch(connection: Connection, text: str, parameters: Any) -> list[Any]:
    """All rows as the driver gives them. Errors are SQLAlchemy's own, as those of any other statement."""
    try:
        cursor = driver_of(connection).cursor()
        cursor.execute(text, parameters)
        found: list[Any] = cursor.fetchall()
    except connection.dialect.loaded_dbapi.Error as error:
        raise _error(connection, text, parameters, error) from error
    return found


def change(connection: Connection, text: str, rows: list[Any]) -> int:
    """How many rows were changed by the statement, carried out with the parameters of one row after another."""
    try:
        cursor = driver_of(connection).cursor()
        if len(rows) == 1:
            cursor.execute(text, rows[0])
        else:
            cursor.executemany(text, rows)
        changed: int = cursor.rowcount
    except connection.dialect.loaded_dbapi.Error as error:
        raise _error(connection, text, rows, error) from error
    return changed


def driver_of(connection: Connection) -> Any:
    return connection.connection.dbapi_connection


def _error(connection: Connection, text: str, parameters: Any, error: Exception) -> BaseException:
    dialect = connection.dialect
    return DBAPIError.instance(text, parameters, error, dialect.loaded_dbapi.Error, dialect=dialect)


def _ready(statement: Any, dialect: Dialect) -> Ready:
    compiled = statement.compile(dialect=dialect)
    if compiled.post_compile_params:
        raise TypeError("a list is written anew for each call: bind it by `rows.among`, or make literals of its items")
    rows = _rows_of(statement, dialect) if isinstance(statement, SelectBase) else list
    return Ready(str(compiled), _parameters_of(compiled, dialect), rows)


def _parameters_of(compiled: SQLCompiler, dialect: Dialect) -> Callable[[Values], Any]:
    binds = {name: bind for bind, name in compiled.bind_names.items()}
    turns = {name: bind.type.dialect_impl(dialect).bind_processor(dialect) for name, bind in binds.items()}
    fixed = {name: value for name, value in compiled.params.items() if name not in binds or not binds[name].required}
    order = tuple((name, turns.get(name)) for name in compiled.positiontup or compiled.params)

    def placed(values: Values) -> tuple[Any, ...]:
        known = {**fixed, **values}
        return tuple([known[name] if turn is None else turn(known[name]) for name, turn in order])

    def named(values: Values) -> dict[str, Any]:
        known = {**fixed, **values}
        return {name: known[name] if turn is None else turn(known[name]) for name, turn in order}

    return placed if compiled.positional else named


def _rows_of(statement: SelectBase, dialect: Dialect) -> Callable[[list[Any]], list[Any]]:
    columns = statement.selected_columns
    made: Any = namedtuple("Row", columns.keys())  # type: ignore[misc]  # the names are the statement's
    make = made._make
    found = [column.type.dialect_impl(dialect).result_processor(dialect, None) for column in columns]
    turns = [(place, turn) for place, turn in enumerate(found) if turn is not None]

    def turned(row: Sequence[Any]) -> Any:
        values = list(row)
        for place, turn in turns:
            values[place] = turn(values[place])
        return make(values)

    row = turned if turns else make
    return lambda rows: [row(one) for one in rows]
