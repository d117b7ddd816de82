"""How the reviews of one cycle stand, for counting: a row each of what a count needs, and nothing loaded whole."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Text, and_, bindparam, case, exists, func, select, union_all
from sqlalchemy.sql import ColumnElement, Select

from engine.store.database import Tx
from engine.store.people import active
from engine.store.rows import texts
from engine.store.tables.people import assignment
from engine.store.tables.reviews import review, task
from engine.store.visible import OPEN, in_units, newest


@dataclass(frozen=True, slots=True)
class Stands:
    """before: the state of the last task of an earlier visit, from which an ended review ended; None without one."""

    id: str
    subject: str
    state: str
    ended: bool
    before: str | None
    grade: str | None


@dataclass(frozen=True, slots=True)
class OpenTasks:
    """How many tasks of a name are open in a cycle's reviews, and how many of these are overdue."""

    name: str
    count: int
    overdue: int


def _cycle() -> ColumnElement[bool]:
    return review.c.cycle == bindparam("cycle", type_=Text())


def _open() -> ColumnElement[bool]:
    return and_(OPEN, task.c.visit == review.c.visit, review.c.ended_at.is_(None))


def _overdue() -> ColumnElement[bool]:
    """While a review is on hold nothing in it is. `more` is canonical JSON, whose quotes in texts are escaped: what is
    looked for is the key itself, and nothing that anybody wrote."""
    return and_(task.c.due_at < bindparam("at", type_=task.c.due_at.type), review.c.more.not_like('%"held":{"by":%'))


_BEFORE: Final = (
    select(task.c.state)
    .where(task.c.review == review.c.id, task.c.visit < review.c.visit)
    .order_by(task.c.visit.desc(), task.c.place)
    .limit(1)
    .scalar_subquery()
)
_STANDS: Final = (
    select(review.c.id, review.c.subject, review.c.state, review.c.ended_at, _BEFORE.label("before"), review.c.grade)
    .where(_cycle())
    .order_by(review.c.id)
)
_IN_UNITS: Final = in_units(review.c.subject, "units")
_STANDS_IN: Final = _STANDS.where(_IN_UNITS)
_TASKS: Final = (
    select(task.c.name, func.count(), func.count(case((_overdue(), 1))))
    .join(review, review.c.id == task.c.review)
    .where(_cycle(), _open())
    .group_by(task.c.name)
    .order_by(task.c.name)
)
_TASKS_IN: Final = _TASKS.where(_IN_UNITS)
_LATE: Final = (
    select(task.c.review, task.c.id)
    .join(review, review.c.id == task.c.review)
    .where(_cycle(), _open(), _overdue())
    .order_by(task.c.due_at, task.c.id)
)
_LATE_IN: Final = _LATE.where(_IN_UNITS)


def _units_statement() -> Select[Any]:
    """Each subject's units; of an account without any, its owner's."""
    own, owned, owner, none = (assignment.alias() for _ in range(4))
    mine = (
        select(review.c.subject, own.c.since, own.c.target)
        .join(own, own.c.person == review.c.subject)
        .where(_cycle(), own.c.kind == "unit", active(own))
    )
    by_owner = (
        select(review.c.subject, owner.c.since, owner.c.target)
        .join(owned, owned.c.person == review.c.subject)
        .join(owner, owner.c.person == owned.c.target)
        .where(
            _cycle(), owned.c.kind == "account", active(owned), newest(owned), owner.c.kind == "unit", active(owner),
            ~exists().where(none.c.person == review.c.subject, none.c.kind == "unit", active(none)),
        )
    )  # fmt: skip
    found = union_all(mine, by_owner).subquery()
    return select(found.c.subject, found.c.target).order_by(found.c.since, found.c.target)


_UNITS: Final = _units_statement()


def of_cycle(tx: Tx, cycle_id: str, at: datetime, units: Iterable[str] | None = None) -> tuple[Stands, ...]:
    """All reviews of the cycle, or those whose subject is in one of the units."""
    found = tx.execute(*_asked(_STANDS, _STANDS_IN, cycle_id, at, units))
    return tuple(
        Stands(row.id, row.subject, row.state, row.ended_at is not None, row.before, row.grade) for row in found
    )


def open_tasks(tx: Tx, cycle_id: str, at: datetime, units: Iterable[str] | None = None) -> tuple[OpenTasks, ...]:
    """By the task's name."""
    return tuple(OpenTasks(*row) for row in tx.execute(*_asked(_TASKS, _TASKS_IN, cycle_id, at, units)))


def late_tasks(tx: Tx, cycle_id: str, at: datetime, units: Iterable[str] | None = None) -> list[tuple[str, str]]:
    """(review, task) of what is open and overdue, first due first."""
    return [(row.review, row.id) for row in tx.execute(*_asked(_LATE, _LATE_IN, cycle_id, at, units))]


def units_in(tx: Tx, cycle_id: str, at: datetime) -> dict[str, tuple[str, ...]]:
    """Each subject's units as `roles.units_of` says, the one given last at the end."""
    found: dict[str, list[str]] = {}
    for row in tx.execute(_UNITS, {"cycle": cycle_id, "at": at}):
        found.setdefault(row.subject, []).append(row.target)
    return {subject: tuple(dict.fromkeys(units)) for subject, units in found.items()}


def _asked(
    everywhere: Select[Any], inside: Select[Any], cycle_id: str, at: datetime, units: Iterable[str] | None
) -> tuple[Select[Any], dict[str, Any]]:
    if units is None:
        return everywhere, {"cycle": cycle_id, "at": at}
    return inside, {"cycle": cycle_id, "at": at, "units": texts(units)}
