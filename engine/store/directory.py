"""Whom a person may look up: herself, her colleagues, those below her; HR and auditors find those in their charge."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Text, bindparam, func, or_, select, tuple_
from sqlalchemy.sql import ColumnElement

from engine.review.case import Observation
from engine.review.roles import AUDITOR, HR
from engine.store import admission
from engine.store.database import Tx
from engine.store.people import Person, Places, active, person_of
from engine.store.rows import among, texts
from engine.store.tables.base import Instant
from engine.store.tables.figures import observation
from engine.store.tables.people import assignment, person
from engine.store.visible import in_units, newest

_FIELDS: Final = tuple(Observation.__dataclass_fields__)
_SEARCHED: Final = (person.c.ref, person.c.name, person.c.name_zh)
_LITERALLY: Final = re.compile(r"[\\%_]")
_ESCAPED: Final = r"\\\g<0>"
_ABOUT: Final = (
    select(assignment.c.person, assignment.c.kind, assignment.c.target)
    .where(among(assignment.c.person, "persons"), assignment.c.kind.in_(("unit", "manager", "account")), active())
    .order_by(assignment.c.since, assignment.c.target)
)


@dataclass(frozen=True, slots=True)
class Asker:
    """Who looks somebody up, and where she stands; person None is the system itself, which finds everybody."""

    person: str | None
    at: datetime
    places: Places

    @property
    def values(self) -> dict[str, Any]:
        return {"person": self.person or "", "at": self.at, "scope": texts(self.places.hr_of)}

    @property
    def finds_all(self) -> bool:
        if self.person is None or AUDITOR in self.places.groups:
            return True
        return HR in self.places.groups and not self.places.hr_of


@dataclass(frozen=True, slots=True)
class Around:
    """Where people stand: units in the order of joining, and one manager (of an account: its owner), by person."""

    units: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    above: Mapping[str, str] = field(default_factory=dict)


_EMPLOYEES: Final = select(person).where(
    among(person.c.id, "persons"), person.c.kind == "employee", admission.employed(person.c.id)
)


def find(
    tx: Tx, asker: Asker, *, search: str | None = None, unit: str | None = None, kind: str | None = None,
    ref: str | None = None, employed: bool = False, after: str | None = None, limit: int,
) -> tuple[Person, ...]:  # fmt: skip
    """People by ref, after the ref given. search: part of a ref or a name, in whatever case; ref: this one alone;
    employed: without those who have left or have not come yet."""
    statement = select(person).order_by(person.c.ref).limit(limit)
    values = asker.values
    if not asker.finds_all:
        statement = statement.where(_known(asker, person.c.id, figures=False))
    if search:
        part, typed = bindparam("search", type_=Text()), bindparam("typed", type_=Text())
        in_any_case = (func.lower(one).like(part, escape="\\") for one in _SEARCHED)
        # Also as it was typed: a PostgreSQL whose locale is C knows the case of no letter beyond ASCII.
        as_typed = (one.like(typed, escape="\\") for one in _SEARCHED)
        statement = statement.where(or_(*in_any_case, *as_typed))
        values |= {name: f"%{_LITERALLY.sub(_ESCAPED, text)}%"
                   for name, text in (("search", search.lower()), ("typed", search))}
    if unit:
        statement = statement.where(in_units(person.c.id, "unit"))
        values["unit"] = texts([unit])
    for column, value, name in ((person.c.kind, kind, "kind"), (person.c.ref, ref, "ref")):
        if value is not None:
            statement = statement.where(column == bindparam(name))
            values[name] = value
    if employed:
        statement = statement.where(admission.employed(person.c.id))
    if after is not None:
        statement = statement.where(person.c.ref > bindparam("after"))
        values["after"] = after
    return tuple(person_of(row) for row in tx.execute(statement, values))


def employees(tx: Tx, ids: Iterable[str], at: datetime) -> tuple[Person, ...]:
    """Those of the people who are employees at the instant."""
    return tuple(person_of(row) for row in tx.execute(_EMPLOYEES, {"persons": texts(ids), "at": at}))


def observed(
    tx: Tx, asker: Asker, *, subject: str | None = None, period: str | None = None,
    after: tuple[datetime, str] | None = None, limit: int,
) -> tuple[Observation, ...]:  # fmt: skip
    """Observations of the people whose figures the asker may read, the newest taken first, after (taken_at, id)."""
    newest_first = (observation.c.taken_at.desc(), observation.c.id.desc())
    statement = select(*(observation.c[name] for name in _FIELDS)).order_by(*newest_first).limit(limit)
    values = asker.values
    if not asker.finds_all:
        statement = statement.where(_known(asker, observation.c.subject, figures=True))
    for column, value, name in ((observation.c.subject, subject, "subject"), (observation.c.period, period, "period")):
        if value is not None:
            statement = statement.where(column == bindparam(name))
            values[name] = value
    if after is not None:
        place = tuple_(bindparam("taken_at", type_=Instant()), bindparam("of", type_=Text()))
        statement = statement.where(tuple_(observation.c.taken_at, observation.c.id) < place)
        values |= {"taken_at": after[0], "of": after[1]}
    return tuple(Observation(*row) for row in tx.execute(statement, values))


def around(tx: Tx, persons: Iterable[str], at: datetime) -> Around:
    """Units and managers at the instant, in one statement."""
    units: dict[str, list[str]] = {}
    above: dict[str, str] = {}
    for row in tx.execute(_ABOUT, {"persons": texts(persons), "at": at}):
        if row.kind == "unit":
            units.setdefault(row.person, []).append(row.target)
        else:
            above[row.person] = row.target  # of two at once the one assigned last
    return Around({one: tuple(dict.fromkeys(some)) for one, some in units.items()}, above)


def _known(asker: Asker, one: ColumnElement[str], *, figures: bool) -> ColumnElement[bool]:
    """Herself and those below her, and of HR those of the units in her charge; where it is not about figures, also the
    colleagues of her units, and the accounts that she or somebody below her owns."""
    below = select(bindparam("person", type_=Text()).label("id")).cte("below", recursive=True)
    below = below.union(
        select(assignment.c.person)
        .join(below, assignment.c.target == below.c.id)
        .where(assignment.c.kind == "manager", active(), newest(assignment))
    )
    ways: list[ColumnElement[bool]] = [one.in_(select(below.c.id))]
    if not figures:
        owned = select(assignment.c.person).where(
            assignment.c.kind == "account", active(), newest(assignment), assignment.c.target.in_(select(below.c.id))
        )
        own, mate = assignment.alias("own"), assignment.alias("mate")
        units = select(own.c.target).where(
            own.c.kind == "unit", own.c.person == bindparam("person", type_=Text()), active(own)
        )
        mates = select(mate.c.person).where(mate.c.kind == "unit", mate.c.target.in_(units), active(mate))
        ways.extend((one.in_(owned), one.in_(mates)))
    if HR in asker.places.groups:
        ways.append(in_units(one, "scope"))
    return or_(*ways)
