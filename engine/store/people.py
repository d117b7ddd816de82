"""People, accounts and teams with their dated assignments; who stands where as of an instant."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from operator import itemgetter
from typing import Any, Final

from sqlalchemy import and_, bindparam, case, exists, literal, literal_column, or_, select, union_all, update
from sqlalchemy.sql import ColumnElement, Select

from engine.review.case import Relations
from engine.store.database import Tx
from engine.store.prepared import Prepared
from engine.store.rows import BulkInsert, among, json_text, slices, texts
from engine.store.tables.people import assignment, person

KINDS: Final = ("employee", "account", "team")


@dataclass(frozen=True, slots=True)
class Person:
    """An employee, a customer account or a team. ref: the organisation's own name for it, unique; pseudonym: random,
    the only name that the open part of the history carries; attributes: plain data, decimals as text."""

    id: str
    pseudonym: str
    kind: str
    ref: str
    name: str
    name_zh: str = ""
    timezone: str | None = None
    attributes: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Assignment:
    """`person` stands in a relation to `target` from since until (exclusive; None: still).

    manager: target is the id of the person's manager; account: person is the account and target the id of its owner;
    unit, group, department, employment: target is a name; hr_of: target is a unit that the person is HR of, so that she
    is not HR of everybody.
    """

    id: str
    person: str
    kind: str
    target: str
    since: datetime
    until: datetime | None
    recorded_at: datetime


@dataclass(frozen=True, slots=True)
class Places:
    """Where one person stands at an instant; hr_of is empty for whoever is no HR, or HR of everybody."""

    groups: frozenset[str]
    hr_of: tuple[str, ...]
    units: tuple[str, ...]


NOWHERE: Final = Places(frozenset(), (), ())

_PEOPLE: Final = BulkInsert(person)
_ASSIGNMENTS: Final = BulkInsert(assignment)
_BY_ID: Final = select(person).where(person.c.id.in_(bindparam("ids", expanding=True)))
_BY_REF: Final = select(person).where(person.c.ref.in_(bindparam("refs", expanding=True)))
_ALL: Final = select(person).order_by(person.c.ref)
_PSEUDONYMS: Final = select(person.c.id, person.c.pseudonym).where(
    person.c.id.in_(bindparam("ids", expanding=True))
)
_NAMED: Final = select(person.c.pseudonym, person.c.id)
_NAMED_SOME: Final = _NAMED.where(among(person.c.pseudonym, "wanted"))
_UPDATE: Final = (
    update(person)
    .where(person.c.id == bindparam("of"))
    .values({
        name: bindparam(f"new_{name}") for name in ("kind", "ref", "name", "name_zh", "timezone", "attributes")
    })
)
_END: Final = (
    update(assignment)
    .where(assignment.c.id == bindparam("of"), assignment.c.until.is_(None))
    .values(until=bindparam("new_until"))
)


def active(table: Any = assignment) -> ColumnElement[bool]:
    """In force at the bound instant `at`."""
    at = bindparam("at", type_=assignment.c.since.type)
    since, until = table.c.since, table.c.until
    return and_(since <= at, or_(until.is_(None), until > at))


# Where a customer or a team stands is a `place`: nobody's colleague stands there.
_KIND: Final = case(
    (
        and_(
            assignment.c.kind == literal_column("'unit'"),
            exists().where(person.c.id == assignment.c.person, person.c.kind != literal_column("'employee'")),
        ),
        literal_column("'place'"),
    ),
    else_=assignment.c.kind,
).label("kind")
_COLUMNS: Final = (assignment.c.person, _KIND, assignment.c.target)
_AT: Final = select(assignment).where(active()).order_by(assignment.c.person, assignment.c.kind, assignment.c.since)
_PLACES: Final = (
    select(assignment.c.kind, assignment.c.target)
    .where(assignment.c.person == bindparam("person"), assignment.c.kind.in_(("group", "hr_of", "unit")), active())
    .order_by(assignment.c.since, assignment.c.target)
)

# An IN, since SQLite looks an OR of the two up over the whole organisation; of literals, so that it can be prepared.
_ABOVE: Final = assignment.c.kind.in_((literal("manager"), literal("account")))


def _around_statement(all_groups: bool) -> Select[Any]:
    """Everything about the subjects, the managers above them, their colleagues, and who is in which group (of all, or
    of the bound `groups`), with the managers of those members: a role may be the manager of one that a group holds."""
    chain = (
        select(person.c.id.label("id"))
        .where(among(person.c.id, "subjects"))
        .cte("chain", recursive=True)
    )
    chain = chain.union(
        select(assignment.c.target)
        .join(chain, assignment.c.person == chain.c.id)
        .where(_ABOVE, active())
    )
    near = assignment.alias("near")
    units = select(near.c.target).where(
        near.c.kind == "unit", near.c.person.in_(select(chain.c.id)), active(near)
    )
    about = select(*_COLUMNS, assignment.c.since).where(active())
    named = () if all_groups else (among(assignment.c.target, "groups"),)
    member = assignment.alias("member")
    members = select(member.c.person).where(
        member.c.kind == "group", *(() if all_groups else (among(member.c.target, "groups"),)), active(member)
    )
    return union_all(
        about.where(_ABOVE, assignment.c.person.in_(select(chain.c.id))),
        about.where(_ABOVE, assignment.c.person.in_(members)),
        about.where(assignment.c.kind == "unit", assignment.c.target.in_(units)),
        about.where(assignment.c.kind == "group", *named),
        about.where(assignment.c.kind == "hr_of"),
    )  # type: ignore[return-value]


_AROUND: Final = Prepared(_around_statement(all_groups=True))
_AROUND_NAMED: Final = Prepared(_around_statement(all_groups=False))
_EVERYWHERE: Final = Prepared(
    select(*_COLUMNS, assignment.c.since)
    .where(active(), assignment.c.kind.in_([literal(one) for one in ("manager", "account", "unit", "group", "hr_of")]))
)


def insert_people(tx: Tx, people: Sequence[Person]) -> None:
    tx.insert(_PEOPLE, [_row(one) for one in people])


def update_person(tx: Tx, one: Person) -> None:
    """Everything but id and pseudonym, which never change."""
    row = {f"new_{name}": value for name, value in _row(one).items() if name not in ("id", "pseudonym")}
    tx.execute(_UPDATE, {"of": one.id, **row})
    tx.memory("people").pop(one.id, None)


def insert_assignments(tx: Tx, assignments: Sequence[Assignment]) -> None:
    tx.insert(
        _ASSIGNMENTS,
        [{name: getattr(one, name) for name in Assignment.__dataclass_fields__} for one in assignments],
    )


def end_assignments(tx: Tx, ids: Sequence[str], until: datetime) -> None:
    """Those that have no end yet get this one."""
    tx.many(_END, [{"of": one, "new_until": until} for one in ids])


def by_ref(tx: Tx, refs: Iterable[str] | None = None) -> dict[str, Person]:
    """By `ref`; None gives everybody, unknown ones are left out."""
    if refs is None:
        return {row.ref: person_of(row) for row in tx.execute(_ALL).all()}
    wanted = sorted(set(refs))
    return {row.ref: person_of(row) for some in slices(wanted) for row in tx.execute(_BY_REF, {"refs": list(some)})}


def by_id(tx: Tx, ids: Iterable[str] | None = None) -> dict[str, Person]:
    """By id; None gives everybody, unknown ones are left out. Read once in a transaction."""
    if ids is None:
        return {row.id: person_of(row) for row in tx.execute(_ALL).all()}
    known: dict[str, Person] = tx.memory("people")
    wanted = sorted(set(ids))
    for some in slices([one for one in wanted if one not in known]):
        known |= {row.id: person_of(row) for row in tx.execute(_BY_ID, {"ids": list(some)})}
    return {one: known[one] for one in wanted if one in known}


def assignments_at(tx: Tx, instant: datetime) -> tuple[Assignment, ...]:
    """All in force at the instant, by person, kind and since."""
    return tuple(Assignment(*row) for row in tx.execute(_AT, {"at": instant}).all())


def relations(
    tx: Tx, subjects: Iterable[str] | None, instant: datetime, groups: Iterable[str] | None = None
) -> Relations:
    """The people around the subjects at the instant, in one statement; None: around everybody (for opening a cycle).

    groups: only the members of these are read (None: of all), since a group may be as large as the organisation.
    Where two managers or owners are in force at once, the one assigned last holds.
    """
    statement = _EVERYWHERE if subjects is None else _AROUND if groups is None else _AROUND_NAMED
    values = {"subjects": texts(subjects or ()), "at": instant, "groups": texts(groups or ())}
    found = tx.tuples(statement, values)
    # By since, person and target: canonical texts of instants sort as the instants do.
    return relations_of(sorted(found, key=itemgetter(3, 0, 2)))


def places_of(tx: Tx, one: str, instant: datetime) -> Places:
    """In one statement."""
    found: dict[str, list[str]] = {"group": [], "hr_of": [], "unit": []}
    for row in tx.execute(_PLACES, {"person": one, "at": instant}):
        found[row.kind].append(row.target)
    return Places(frozenset(found["group"]), tuple(dict.fromkeys(found["hr_of"])), tuple(dict.fromkeys(found["unit"])))


def pseudonyms(tx: Tx, ids: Iterable[str]) -> dict[str, str]:
    """Pseudonym by id, remembered for the process because it never changes; KeyError when used for a stranger."""
    known = tx.database.pseudonyms
    here: dict[str, str] = tx.memory("pseudonyms")
    wanted = set(ids)
    for some in slices(sorted(wanted - known.keys() - here.keys())):
        here |= {row.id: row.pseudonym for row in tx.execute(_PSEUDONYMS, {"ids": list(some)})}
    return {one: known.get(one) or here[one] for one in wanted if one in known or one in here}


def by_pseudonym(tx: Tx, wanted: Iterable[str] | None = None) -> dict[str, str]:
    """Id by pseudonym, of everybody, or of those wanted that are known."""
    if wanted is None:
        return {row.pseudonym: row.id for row in tx.execute(_NAMED)}
    return {row.pseudonym: row.id for row in tx.execute(_NAMED_SOME, {"wanted": texts(wanted)})}


def relations_of(rows: Iterable[tuple[str, str, str, str]]) -> Relations:
    """Of rows (person, kind, target, since) in the order in which they came into force. The kind `place` is the unit
    of a customer or a team: whoever stands there has colleagues and is none."""
    managers: dict[str, str] = {}
    owners: dict[str, str] = {}
    groups: dict[str, list[str]] = {}
    members_of: dict[str, list[str]] = {}
    units: dict[str, list[str]] = {}
    scopes: dict[str, list[str]] = {}
    for one, kind, target, _ in rows:
        if kind == "manager":
            managers[one] = target
        elif kind == "account":
            owners[one] = target
        elif kind == "group":
            groups.setdefault(target, []).append(one)
        elif kind == "hr_of":
            scopes.setdefault(one, []).append(target)
        else:
            if kind == "unit":
                members_of.setdefault(target, []).append(one)
            units.setdefault(one, []).append(target)
    teams: dict[str, set[str]] = {
        one: {member for unit in some for member in members_of.get(unit, ())} for one, some in units.items()
    }
    return Relations(
        managers=managers,
        teams={member: tuple(sorted(others - {member})) for member, others in teams.items()},
        groups={group: tuple(sorted(set(members))) for group, members in groups.items()},
        owners=owners,
        units={one: tuple(dict.fromkeys(some)) for one, some in units.items()},
        scopes={one: tuple(dict.fromkeys(some)) for one, some in scopes.items()},
    )


def _row(one: Person) -> dict[str, Any]:
    return {
        "id": one.id,
        "pseudonym": one.pseudonym,
        "kind": one.kind,
        "ref": one.ref,
        "name": one.name,
        "name_zh": one.name_zh,
        "timezone": one.timezone,
        "attributes": json_text(one.attributes),
    }


def person_of(row: Sequence[Any]) -> Person:
    """From the columns of `person` in their order, which is that of the fields."""
    values = (*row[:-1], json.loads(row[-1]))
    return Person(*values)
