"""Cycles, and the starting points that one cycle's reviews leave for the next."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from sqlalchemy import bindparam, select, update

from engine.clock import instant_text
from engine.errors import NotFound
from engine.store.database import Tx
from engine.store.prepared import Prepared
from engine.store.rows import json_text, upsert
from engine.store.tables.cycles import cycle, start


@dataclass(frozen=True, slots=True)
class Cycle:
    """One run of a definition for a period. definition: its fingerprint; workflow: its name; state: `open` | `closed`;
    attributes: plain data for the rules, decimals as text."""

    id: str
    definition: str
    workflow: str
    period: str
    state: str
    opened_at: datetime
    opened_by: str | None = None
    closed_at: datetime | None = None
    attributes: Mapping[str, Any] = field(default_factory=dict)

    def receipt(self) -> dict[str, Any]:
        """Which cycle it is and how it stands, as plain data."""
        closed = None if self.closed_at is None else instant_text(self.closed_at)
        return {
            "cycle": self.id, "workflow": self.workflow, "period": self.period, "state": self.state,
            "closed_at": closed,
        }  # fmt: skip


_FIELDS: Final = tuple(Cycle.__dataclass_fields__)
_ONE: Final = select(cycle).where(cycle.c.id == bindparam("id"))
_ALL: Final = select(cycle).order_by(cycle.c.opened_at, cycle.c.id)
_CLOSE: Final = (
    update(cycle)
    .where(cycle.c.id == bindparam("of"))
    .values(state="closed", closed_at=bindparam("now", type_=cycle.c.closed_at.type))
)
_DESCRIBE: Final = update(cycle).where(cycle.c.id == bindparam("of")).values(attributes=bindparam("said"))
_PUT_START: Final = Prepared(upsert(start))
_START: Final = Prepared(
    select(start.c.given).where(
        start.c.subject == bindparam("subject"),
        start.c.workflow == bindparam("workflow"),
        start.c.period == bindparam("period"),
    )
)
_STARTS: Final = select(start.c.subject, start.c.given).where(
    start.c.workflow == bindparam("workflow"), start.c.period == bindparam("period")
)


def insert(tx: Tx, one: Cycle) -> None:
    row = {name: getattr(one, name) for name in _FIELDS}
    tx.execute(cycle.insert(), row | {"attributes": json_text(one.attributes)})


def close(tx: Tx, cycle_id: str, at: datetime) -> None:
    tx.execute(_CLOSE, {"of": cycle_id, "now": at})
    tx.memory("cycles").pop(cycle_id, None)


def describe(tx: Tx, cycle_id: str, attributes: Mapping[str, Any]) -> None:
    """What is known of the cycle from now on, all of it."""
    tx.execute(_DESCRIBE, {"of": cycle_id, "said": json_text(attributes)})
    tx.memory("cycles").pop(cycle_id, None)


def get(tx: Tx, cycle_id: str) -> Cycle:
    """NotFound `store.no_such_cycle`. Read once in a transaction; loading a review has read its cycle already."""
    known: dict[str, Cycle] = tx.memory("cycles")
    if cycle_id not in known:
        row = tx.execute(_ONE, {"id": cycle_id}).one_or_none()
        if row is None:
            raise NotFound("store.no_such_cycle", cycle=cycle_id)
        known[cycle_id] = cycle_of(row)
    return known[cycle_id]


def list_all(tx: Tx) -> tuple[Cycle, ...]:
    """Oldest first."""
    return tuple(cycle_of(row) for row in tx.execute(_ALL))


def put_start(tx: Tx, *, subject: str, workflow: str, period: str, review: str, given: Mapping[str, Any]) -> None:
    """What `review` leaves for the subject's next review in `period`; a later one replaces it."""
    values = {"subject": subject, "workflow": workflow, "period": period, "review": review, "given": json_text(given)}
    tx.change(_PUT_START, values)


def start_of(tx: Tx, *, subject: str, workflow: str, period: str) -> Mapping[str, Any]:
    """The starting point, {} where nothing was left."""
    found = tx.row(_START, {"subject": subject, "workflow": workflow, "period": period})
    return {} if found is None else json.loads(found.given)


def starts(tx: Tx, *, workflow: str, period: str) -> dict[str, Mapping[str, Any]]:
    """All starting points by subject, for opening a cycle."""
    return {row.subject: json.loads(row.given) for row in tx.execute(_STARTS, {"workflow": workflow, "period": period})}


def cycle_of(row: Sequence[Any]) -> Cycle:
    """From the columns of `cycle` in their order, which is that of the fields."""
    values = (*row[:-1], json.loads(row[-1]))
    return Cycle(*values)
