"""Every stored row, so that two moments can be compared."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.promises.organisation import World

Row = tuple[tuple[str, Any], ...]


def stored(world: World) -> Mapping[str, frozenset[Row]]:
    """Table -> its rows, whole. The same commands in the same world give the same rows, ids and hashes included."""
    with world.rt.database.read() as tx:
        names = tx.connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'table'").scalars().all()
        return {
            name: frozenset(
                tuple(row.items()) for row in tx.connection.exec_driver_sql(f"SELECT * FROM {name}").mappings()
            )
            for name in names
        }


def changed(before: Mapping[str, frozenset[Row]], after: Mapping[str, frozenset[Row]]) -> set[str]:
    """Tables that are not as they were."""
    return {name for name in {**before, **after} if before.get(name) != after.get(name)}
