"""The access table as SQL: which reviews a person may read and change, and which open tasks may wait for her."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any, Final

from sqlalchemy import Text, and_, bindparam, exists, func, literal, literal_column, or_, select, tuple_, union_all
from sqlalchemy.sql import ColumnElement, Select

from engine.definition.model import Definition
from engine.review.paths import Path, paths_of
from engine.review.roles import AUDITOR, SUBJECT, hr_group
from engine.store.people import NOWHERE, Places, active
from engine.store.rows import among, texts
from engine.store.tables.people import assignment
from engine.store.tables.reviews import participant, review, task

SURE: Final = 2
ASK: Final = 1
"""How far SQL knows: `access.relations_to` has to be asked, since a role may leave somebody out or cut its list."""

KEPT: Final = 256
"""How many built statements are kept: one for each standing that somebody has."""

OPEN: Final = task.c.status == literal_column("'open'")
"""Written out, since an index of open tasks serves no statement that could ask for others."""

FOLLOWING: Final = ("manager", "owner", "team")


@dataclass(frozen=True, slots=True)
class Looker:
    """Who looks, where she stands at the instant, and the definitions of the reviews that are looked at.

    person None is the system itself, which sees what an auditor sees.
    """

    person: str | None
    at: datetime
    definitions: tuple[Definition, ...]
    places: Places = NOWHERE

    @property
    def standing(self) -> Standing:
        """What the shape of a statement depends on; the rest is bound."""
        family = Family(self.definitions)
        if self.person is None:
            return Standing(family, frozenset((AUDITOR,)), scoped=False, system=True)
        return Standing(family, self.places.groups & _groups_of(family), scoped=bool(self.places.hr_of))

    @property
    def values(self) -> Mapping[str, Any]:
        """What the statements of this room are executed with."""
        return {"person": self.person or "", "at": self.at, "scope": texts(self.places.hr_of)}


class Family:
    """Definitions as one key: statements are built once for each, and twenty workflows are known by their names."""

    __slots__ = ("definitions", "fingerprints")

    def __init__(self, definitions: tuple[Definition, ...]) -> None:
        self.definitions = definitions
        self.fingerprints = tuple(one.fingerprint for one in definitions)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Family) and self.fingerprints == other.fingerprints

    def __hash__(self) -> int:
        return hash(self.fingerprints)


@dataclass(frozen=True, slots=True)
class Standing:
    """groups: those of hers that these definitions name; scoped: whether she is HR of certain units alone."""

    family: Family
    groups: frozenset[str]
    scoped: bool
    system: bool = False

    @property
    def reads_all(self) -> bool:
        """Whether she reads every review of these definitions, so that nothing has to be looked up."""
        if AUDITOR in self.groups:
            return True
        return not self.scoped and len(_hr_for(self)) == len(self.family.definitions)


@lru_cache(maxsize=KEPT)
def visible(standing: Standing) -> Select[Any]:
    """Rows (id, reads, writes) of the reviews that she may have to do with; reads and writes are SURE, ASK or 0.

    A review that is not among them she may not read; one with 0 she may not change. Execute with `looker.values`.
    """
    if standing.system:
        return select(review.c.id, literal(SURE).label("reads"), literal(0).label("writes"))
    found = union_all(*_branches(standing)).subquery("found")
    reads, writes = func.max(found.c.reads).label("reads"), func.max(found.c.writes).label("writes")
    return select(found.c.id, reads, writes).group_by(found.c.id)


@lru_cache(maxsize=KEPT)
def waiting(standing: Standing) -> Select[Any]:
    """Rows (id, review) of open tasks that may wait for her: for `roles.resolve` to say of each whether it does."""
    own = _open().with_only_columns(task.c.id, task.c.review).where(task.c.person == _person())
    ways = [own.where(review.c.ended_at.is_(None))]
    for path, roles in _paths_of(standing.family).items():
        where = _condition(standing, path)
        if where is not None:
            open_ones = _unassigned(path, roles).with_only_columns(task.c.id, task.c.review)
            ways.append(open_ones.where(where, review.c.ended_at.is_(None)))
    found = union_all(*ways).subquery("ways")
    return select(found.c.id, found.c.review).distinct()


def in_units(subject: ColumnElement[str], name: str) -> ColumnElement[bool]:
    """Whether the subject is in one of the units bound under the name by `texts`: as `roles.units_of` says, an account
    that is in none is where its owner is. Needs `at`."""
    own, none, owned, owner = (assignment.alias() for _ in range(4))
    inside = select(own.c.person).where(own.c.kind == "unit", among(own.c.target, name), active(own))
    by_owner = (
        select(owned.c.person)
        .join(owner, owner.c.person == owned.c.target)
        .where(
            owned.c.kind == "account", active(owned), newest(owned),
            owner.c.kind == "unit", among(owner.c.target, name), active(owner),
            ~exists().where(none.c.person == owned.c.person, none.c.kind == "unit", active(none)),
        )
    )  # fmt: skip
    return or_(subject.in_(inside), subject.in_(by_owner))


def newest(one: Any) -> ColumnElement[bool]:
    """Of two managers or owners in force at once the one assigned last holds."""
    other = assignment.alias()
    later = or_(other.c.since > one.c.since, and_(other.c.since == one.c.since, other.c.target > one.c.target))
    return ~exists().where(other.c.person == one.c.person, other.c.kind == one.c.kind, active(other), later)


@lru_cache(maxsize=KEPT)
def _paths_of(family: Family) -> Mapping[Path, tuple[tuple[str, str], ...]]:
    """Each path with the (definition, role) that it leads from; roles that no task asks are left out."""
    found: dict[Path, list[tuple[str, str]]] = {}
    for definition in family.definitions:
        asked = {plan.by for state in definition.states.values() for plan in state.tasks.values()}
        for role in sorted(asked):
            for path in paths_of(definition, role):
                found.setdefault(path, []).append((definition.fingerprint, role))
    ordered = sorted(found, key=lambda path: (path.steps, path.end, path.group))
    return {path: tuple(found[path]) for path in ordered}


@lru_cache(maxsize=KEPT)
def _groups_of(family: Family) -> frozenset[str]:
    """The groups that make a difference to who sees what."""
    named = {path.group for path in _paths_of(family)}
    return frozenset({AUDITOR, *named, *(hr_group(one) for one in family.definitions)})


def _hr_for(standing: Standing) -> tuple[str, ...]:
    """Fingerprints of the definitions whose HR she belongs to."""
    return tuple(one.fingerprint for one in standing.family.definitions if hr_group(one) in standing.groups)


def _branches(standing: Standing) -> Iterable[Select[Any]]:
    """Each relation of the table by itself, so that each finds its rows by its own index."""
    yield _rows(SURE, SURE).where(review.c.subject == _person())
    yield _rows(SURE, SURE).where(review.c.subject.in_(_below()))
    if AUDITOR in standing.groups:
        yield _rows(SURE, 0)
    hr_for = _hr_for(standing)
    if hr_for:
        mine = _rows(SURE, SURE).where(review.c.definition.in_(hr_for))
        yield mine.where(in_units(review.c.subject, "scope")) if standing.scoped else mine
    yield _marked(_open(), SURE, SURE).where(task.c.person == _person())
    yield from _participations(standing.family)
    yield select(task.c.review.label("id"), *_marks(SURE, 0)).where(task.c.answered_by == _person())
    for path, roles in _paths_of(standing.family).items():
        if path.end == SUBJECT and set(path.steps) <= {"manager"}:
            continue  # the subject herself, and everybody above her, are found already
        where = _condition(standing, path)
        if where is not None:
            plain = [role for role in roles if _holds_for_sure(standing.family, path, role)]
            for mark, some in ((SURE, plain), (ASK, [role for role in roles if role not in plain])):
                if some:
                    yield _marked(_unassigned(path, some), mark, mark).where(where)


def _participations(family: Family) -> Iterable[Select[Any]]:
    """Whoever took part reads on; she writes while her row lasts, and as long as a role that follows the organisation
    is still hers."""
    follow = [
        (one.fingerprint, name) for one in family.definitions for name, role in one.roles.items()
        if role.who.kind in FOLLOWING
    ]  # fmt: skip
    took_part = (
        select(participant.c.review.label("id"))
        .join(review, review.c.id == participant.c.review)
        .where(participant.c.person == _person())
    )
    follows = tuple_(review.c.definition, participant.c.role).in_(follow or [("", "")])
    named = exists().where(
        task.c.review == participant.c.review, task.c.role == participant.c.role, task.c.person == _person()
    )
    lasting = participant.c.until.is_(None)
    yield took_part.add_columns(*_marks(SURE, SURE)).where(lasting, or_(~follows, named))
    yield took_part.add_columns(*_marks(SURE, ASK)).where(lasting, follows, ~named)
    yield took_part.add_columns(*_marks(SURE, 0)).where(~lasting)


def _holds_for_sure(family: Family, path: Path, role: tuple[str, str]) -> bool:
    """Members of a group that is not cut and leaves nobody out."""
    plan = next(one.roles[role[1]] for one in family.definitions if one.fingerprint == role[0])
    return plan.who.kind == "group" and plan.who.group == path.group and not (path.steps or plan.excludes or plan.count)


def _condition(standing: Standing, path: Path) -> ColumnElement[bool] | None:
    """Which reviews the path may lead from; None: none."""
    if path.end == SUBJECT:
        return _is(review.c.subject, path.steps)
    if path.end == "chosen":
        # Who was chosen stands in the row's JSON; of the people behind her steps any may have been.
        return literal(True) if path.steps else review.c.more.contains(_person())
    if path.steps:
        member = assignment.alias()
        return exists().where(
            member.c.kind == "group", member.c.target == path.group, active(member), _is(member.c.person, path.steps)
        )
    if path.group not in standing.groups:
        return None
    return in_units(review.c.subject, "scope") if path.end == "hr" and standing.scoped else literal(True)


def _is(column: ColumnElement[str], steps: tuple[str, ...]) -> ColumnElement[bool]:
    """Whether the column is one of those to whom the steps lead from her."""
    if not steps:
        return column == _person()
    one, before = assignment.alias(), steps[:-1]
    if steps[-1] == "team":
        mate = assignment.alias()
        units = select(one.c.target).where(one.c.kind == "unit", active(one), _is(one.c.person, before))
        return column.in_(select(mate.c.person).where(mate.c.kind == "unit", active(mate), mate.c.target.in_(units)))
    kind = "manager" if steps[-1] == "manager" else "account"
    return column.in_(select(one.c.person).where(one.c.kind == kind, active(one), _is(one.c.target, before)))


def _below() -> Select[Any]:
    """Everybody whose line of managers she is in."""
    first, next_one = assignment.alias(), assignment.alias()
    below = (
        select(first.c.person.label("id"))
        .where(first.c.kind == "manager", first.c.target == _person(), active(first), newest(first))
        .cte("below", recursive=True)
    )
    below = below.union(
        select(next_one.c.person)
        .join(below, next_one.c.target == below.c.id)
        .where(next_one.c.kind == "manager", active(next_one), newest(next_one))
    )
    return select(below.c.id)


def _open() -> Select[Any]:
    """Open tasks of the visit that their review is on."""
    joined = select(task.c.review.label("id")).join(review, review.c.id == task.c.review)
    return joined.where(OPEN, task.c.visit == review.c.visit)


def _unassigned(path: Path, roles: Sequence[tuple[str, str]]) -> Select[Any]:
    """Those that any holder of one of the (definition, role) may answer: to be found by the role, or, where the path
    ends at the subject, by her reviews, which are fewer."""
    held = _open().where(tuple_(review.c.definition, task.c.role).in_(list(roles)))
    if path.end == SUBJECT:
        return held.where(func.coalesce(task.c.person, "") == "")  # so said, no index of tasks tempts the planner
    return held.where(task.c.person.is_(None), task.c.role.in_(sorted({role for _, role in roles})))


def _rows(reads: int, writes: int) -> Select[Any]:
    return select(review.c.id.label("id"), *_marks(reads, writes))


def _marked(found: Select[Any], reads: int, writes: int) -> Select[Any]:
    return found.add_columns(*_marks(reads, writes))


def _marks(reads: int, writes: int) -> tuple[ColumnElement[int], ColumnElement[int]]:
    return literal(reads).label("reads"), literal(writes).label("writes")


def _person() -> ColumnElement[str]:
    return bindparam("person", type_=Text())
