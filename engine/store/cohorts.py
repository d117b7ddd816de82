"""The reviews of one cycle as its cohort sees them: who is behind the barrier, who is still to come, who was judged."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import bindparam, select

from engine.review.model import Gathered
from engine.review.plain import gathered_from
from engine.store.database import Tx
from engine.store.people import active
from engine.store.prepared import Prepared
from engine.store.tables.people import assignment, person
from engine.store.tables.reviews import review


@dataclass(frozen=True, slots=True)
class Member:
    """One review of a cycle. fixed: whether its result is; attributes: what is known of its subject; seq: of the event
    that holds its result."""

    review: str
    subject: str
    state: str
    visit: int
    revision: int
    entered_at: datetime
    ended: bool
    fixed: bool
    held: bool
    seq: int | None
    status: str | None
    total: str | None
    grade: str | None
    first_grade: str | None
    bounds: tuple[str | None, str | None]
    gathered: Gathered | None
    attributes: Mapping[str, Any]


_MEMBERS: Final = Prepared(
    select(
        review.c.id, review.c.subject, review.c.state, review.c.visit, review.c.revision, review.c.entered_at,
        review.c.ended_at, review.c.result_seq, review.c.status, review.c.total, review.c.grade, review.c.more,
        person.c.attributes,
    )
    .join(person, person.c.id == review.c.subject)
    .where(review.c.cycle == bindparam("cycle"))
    .order_by(review.c.id)
)  # fmt: skip
_IN_STATE: Final = Prepared(
    select(review.c.id).where(
        review.c.cycle == bindparam("cycle"), review.c.state == bindparam("state"), review.c.ended_at.is_(None)
    ).limit(1)
)  # fmt: skip
_PLACES: Final = (
    select(assignment.c.person, assignment.c.kind, assignment.c.target)
    .join(review, review.c.subject == assignment.c.person)
    .where(
        review.c.cycle == bindparam("cycle"), assignment.c.kind.in_(("unit", "department")), active(assignment)
    )
    .order_by(assignment.c.since, assignment.c.target)
)  # fmt: skip


def members_of(tx: Tx, cycle: str, at: datetime, by: tuple[str | None, ...] = ()) -> tuple[Member, ...]:
    """All reviews of the cycle by id. by: attributes wanted; `unit` and `department` are where a subject stands now,
    unless she has an attribute of that name."""
    placed: dict[str, dict[str, str]] = {}
    if {"unit", "department"} & set(by):
        for row in tx.execute(_PLACES, {"cycle": cycle, "at": at}):
            placed.setdefault(row.person, {})[row.kind] = row.target
    return tuple(_member(row, placed) for row in tx.rows(_MEMBERS, {"cycle": cycle}))


def any_in(tx: Tx, cycle: str, state: str) -> bool:
    """Whether some review that has not ended is in the state."""
    return tx.row(_IN_STATE, {"cycle": cycle, "state": state}) is not None


def _member(row: Any, placed: Mapping[str, Mapping[str, str]]) -> Member:
    more = json.loads(row.more)
    first_grade, bounds = (more["result"][0], more["result"][1]) if more["result"] else (None, (None, None))
    return Member(
        row.id, row.subject, row.state, row.visit, row.revision, row.entered_at, row.ended_at is not None,
        "result" in more["fixed"], "held" in more, row.result_seq, row.status, row.total, row.grade, first_grade,
        (bounds[0], bounds[1]), gathered_from(more.get("gathered")),
        {**placed.get(row.subject, {}), **json.loads(row.attributes)},
    )  # fmt: skip
