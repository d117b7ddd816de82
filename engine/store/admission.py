"""Who is still let in: whoever works here, by a pass made since she has had the rights that she has."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from sqlalchemy import and_, bindparam, exists, or_, select
from sqlalchemy.sql import ColumnElement

from engine.review.roles import AUDITOR, HR
from engine.store.database import Tx
from engine.store.people import active
from engine.store.prepared import Prepared
from engine.store.tables.people import assignment

EMPLOYMENT: Final = "employment"


def admitted(person: ColumnElement[str], made_at: ColumnElement[datetime]) -> ColumnElement[bool]:
    """In SQL, at the bound instant `at`: the person works here, and was no newer HR or auditor than her pass is old.

    HR may make passes for others, never for HR or auditors. One made for somebody who became either later would be a
    second pair of eyes in the pocket of its maker, whoever else made it for himself with its help.
    """
    rank = assignment.alias("rank")
    return and_(
        employed(person),
        ~exists().where(
            rank.c.person == person,
            rank.c.kind == "group",
            or_(rank.c.target == HR, rank.c.target == AUDITOR),
            active(rank),
            or_(rank.c.since > made_at, rank.c.recorded_at > made_at),
        ),
    )


def employed(person: ColumnElement[str]) -> ColumnElement[bool]:
    """In SQL, at the bound instant `at`. Of whom no employment is written down (a customer, a team) is taken as
    employed. An import writes an end as another employment, so any one in force is enough."""
    known, present = assignment.alias("known"), assignment.alias("present")
    return or_(
        ~exists().where(known.c.person == person, known.c.kind == EMPLOYMENT),
        exists().where(present.c.person == person, present.c.kind == EMPLOYMENT, active(present)),
    )


_EMPLOYED: Final = Prepared(select(employed(bindparam("person", type_=assignment.c.person.type)).label("employed")))


def is_employed(tx: Tx, person: str, at: datetime) -> bool:
    return bool(tx.rows(_EMPLOYED, {"person": person, "at": at})[0].employed)
