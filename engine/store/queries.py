"""Pages of reviews, tasks and cycles as one person may see them: a statement for each kind of question, by key and not
by offset, so that a page costs what it shows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, Final

from sqlalchemy import Integer, Text, and_, bindparam, case, exists, func, literal, or_, select, tuple_
from sqlalchemy.sql import ColumnElement, Select

from engine.store.database import Tx
from engine.store.rows import texts
from engine.store.tables.cycles import cycle
from engine.store.tables.people import person
from engine.store.tables.reviews import review, task
from engine.store.visible import KEPT, OPEN, SURE, Looker, Standing, in_units, visible, waiting

LAST: Final = datetime(9999, 12, 31, tzinfo=UTC)
"""Stands for no due date: what is due at no time comes last."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which reviews: what is None does not matter. cycle and subject are ids; mine and overdue: only such as may be,
    since it is for the access table to say what of a review is hers to see. released: states (with their definitions)
    in which a result may be shown to whoever sees every review."""

    cycle: str | None = None
    subject: str | None = None
    state: str | None = None
    unit: str | None = None
    grade: str | None = None
    ended: bool | None = None
    mine: bool = False
    overdue: bool = False
    released: tuple[tuple[str, str], ...] | None = None

    @property
    def named(self) -> Mapping[str, str]:
        found = {name: getattr(self, name) for name in ("cycle", "subject", "state", "grade")}
        return {name: value for name, value in found.items() if value is not None}


@dataclass(frozen=True, slots=True)
class Seen:
    """A review in a list: whether she surely reads it, or the access table has to be asked."""

    id: str
    sure: bool


@dataclass(frozen=True, slots=True)
class Waits:
    """An open task that may wait for somebody."""

    id: str
    review: str


@dataclass(frozen=True, slots=True)
class CycleCount:
    """sure: how many reviews of the cycle somebody reads; ended: of these; unsure: how many have to be asked about."""

    cycle: str
    sure: int
    ended: int
    unsure: int


_REVIEW_KEY: Final = (
    select(cycle.c.period, cycle.c.workflow, person.c.ref, review.c.id)
    .join(cycle, cycle.c.id == review.c.cycle)
    .join(person, person.c.id == review.c.subject)
    .where(review.c.id == bindparam("key"))
)
_DUE: Final = func.coalesce(task.c.due_at, literal(LAST, task.c.due_at.type), type_=task.c.due_at.type)
_TASK_ORDER: Final = (_DUE, person.c.ref, task.c.name, task.c.id)
_TASK_BOUND: Final = ("due", "ref", "name", "key")
_TASK_KEY: Final = (
    select(_DUE.label("due"), person.c.ref, task.c.name, task.c.id)
    .join(review, review.c.id == task.c.review)
    .join(person, person.c.id == review.c.subject)
    .where(task.c.id == bindparam("key"))
)


@dataclass(frozen=True, slots=True)
class _Shape:
    """What a statement about reviews is built for; everything else is bound."""

    standing: Standing
    named: frozenset[str]
    unit: bool
    ended: bool | None
    mine: bool
    overdue: bool
    released: tuple[tuple[str, str], ...] | None
    after: bool
    limited: bool


def reviews_after(tx: Tx, looker: Looker, wanted: Wanted, after: str | None, limit: int | None) -> list[Seen] | None:
    """At most `limit` reviews that may be hers to read, newest period first, then by workflow and subject's ref; after
    the review with this id. None when there is no such review."""
    values: dict[str, Any] = {**looker.values, **{f"wanted_{name}": one for name, one in wanted.named.items()}}
    values |= {"most": limit, "unit": texts([wanted.unit or ""])}
    if after is not None:
        key = tx.execute(_REVIEW_KEY, {"key": after}).one_or_none()
        if key is None:
            return None
        values |= {"period": key.period, "workflow": key.workflow, "ref": key.ref, "key": key.id}
    shape = _Shape(
        looker.standing, frozenset(wanted.named), wanted.unit is not None, wanted.ended, wanted.mine, wanted.overdue,
        wanted.released if looker.standing.reads_all else None, after is not None, limit is not None,
    )  # fmt: skip
    return [Seen(row.id, row.reads == SURE) for row in tx.execute(_reviews(shape), values)]


def tasks_after(tx: Tx, looker: Looker, after: str | None, limit: int | None) -> list[Waits] | None:
    """Open tasks that may wait for her, first due first, then by subject's ref and task; after the task with this id,
    all of them without a limit. None when there is no such task."""
    values: dict[str, Any] = {**looker.values, "most": limit}
    if after is not None:
        key = tx.execute(_TASK_KEY, {"key": after}).one_or_none()
        if key is None:
            return None
        values |= {"due": key.due, "ref": key.ref, "name": key.name, "key": key.id}
    statement = _tasks(looker.standing, after is not None, limit is not None)
    return [Waits(row.id, row.review) for row in tx.execute(statement, values)]


def cycle_counts(tx: Tx, looker: Looker) -> tuple[CycleCount, ...]:
    """For each cycle in which there may be a review for her to read."""
    return tuple(CycleCount(*row) for row in tx.execute(_counts(looker.standing), looker.values))


def unsure_in(tx: Tx, looker: Looker, cycle_id: str) -> list[str]:
    """Reviews of the cycle about which the access table has to be asked."""
    return [row.id for row in tx.execute(_unsure(looker.standing), {**looker.values, "wanted_cycle": cycle_id})]


@lru_cache(maxsize=KEPT)
def _reviews(shape: _Shape) -> Select[Any]:
    found, reads = _readable(shape.standing)
    statement = (
        select(review.c.id, reads)
        .select_from(found)
        .join(cycle, cycle.c.id == review.c.cycle)
        .join(person, person.c.id == review.c.subject)
        .order_by(cycle.c.period.desc(), cycle.c.workflow, person.c.ref, review.c.id)
    )
    statement = statement.where(*_conditions(shape))
    if shape.after:
        period, rest = bindparam("period", type_=Text()), (cycle.c.workflow, person.c.ref, review.c.id)
        later = tuple_(*rest) > tuple_(*(bindparam(name, type_=Text()) for name in ("workflow", "ref", "key")))
        statement = statement.where(or_(cycle.c.period < period, and_(cycle.c.period == period, later)))
    return statement.limit(bindparam("most", type_=Integer())) if shape.limited else statement


def _readable(standing: Standing) -> tuple[Any, ColumnElement[int]]:
    """What to select reviews from, and how surely they are hers to read."""
    if standing.reads_all:
        return review, literal(SURE).label("reads")
    found = visible(standing).subquery("found")
    return review.join(found, found.c.id == review.c.id), found.c.reads


def _conditions(shape: _Shape) -> list[ColumnElement[bool]]:
    found = [review.c[name] == bindparam(f"wanted_{name}", type_=Text()) for name in sorted(shape.named)]
    if shape.unit:
        found.append(in_units(review.c.subject, "unit"))
    if shape.ended is not None:
        found.append(review.c.ended_at.is_not(None) if shape.ended else review.c.ended_at.is_(None))
    if shape.released is not None:
        found.append(tuple_(review.c.definition, review.c.state).in_(list(shape.released) or [("", "")]))
    if shape.mine:
        found.append(review.c.id.in_(select(waiting(shape.standing).subquery("mine").c.review)))
    if shape.overdue:
        at = bindparam("at", type_=task.c.due_at.type)
        late = exists().where(
            task.c.review == review.c.id, OPEN, task.c.visit == review.c.visit, task.c.due_at < at
        )
        found.extend((late, review.c.ended_at.is_(None)))
    return found


@lru_cache(maxsize=KEPT)
def _tasks(standing: Standing, after: bool, limited: bool) -> Select[Any]:
    found = waiting(standing).subquery("found")
    statement = (
        select(task.c.id, task.c.review)
        .join(found, found.c.id == task.c.id)
        .join(review, review.c.id == task.c.review)
        .join(person, person.c.id == review.c.subject)
        .order_by(*_TASK_ORDER)
    )
    if after:
        bound = (bindparam(name, type_=column.type) for name, column in zip(_TASK_BOUND, _TASK_ORDER, strict=True))
        statement = statement.where(tuple_(*_TASK_ORDER) > tuple_(*bound))
    return statement.limit(bindparam("most", type_=Integer())) if limited else statement


@lru_cache(maxsize=KEPT)
def _counts(standing: Standing) -> Select[Any]:
    found, reads = _readable(standing)
    sure = case((reads == SURE, 1), else_=0)
    over = case((and_(reads == SURE, review.c.ended_at.is_not(None)), 1), else_=0)
    return (
        select(review.c.cycle, func.sum(sure), func.sum(over), func.sum(1 - sure))
        .select_from(found)
        .group_by(review.c.cycle)
        .order_by(review.c.cycle)
    )


@lru_cache(maxsize=KEPT)
def _unsure(standing: Standing) -> Select[Any]:
    found, reads = _readable(standing)
    wanted = bindparam("wanted_cycle", type_=Text())
    return select(review.c.id).select_from(found).where(reads != SURE, review.c.cycle == wanted)
