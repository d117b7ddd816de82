"""How far a cycle is, unit by unit: where reviews stand, who is late, how grades fall."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from engine.calendar import local_day
from engine.definition.model import STAGES, Definition
from engine.operations.seeing import Named, named
from engine.operations.sight import Sight, Sighted, cycle_in_sight, sight_of, sighted
from engine.operations.watching import watched_cycle
from engine.review import access, roles
from engine.review.case import Actor
from engine.review.model import Task
from engine.review.roles import AUDITOR, hr_group
from engine.runtime import Runtime
from engine.store import people, queries, standings
from engine.store.cycles import Cycle
from engine.store.database import Tx
from engine.store.queries import Wanted
from engine.store.standings import Stands

NOWHERE = ""
"""The unit of subjects who are in none."""

_EVALUATE = STAGES.index("evaluate")


@dataclass(frozen=True, slots=True)
class LateItem:
    """An open task whose due day is over. holders: who is asked, empty where the viewer may not know or nobody holds
    the role; days_late: days of the subject's calendar since the due day, at least one."""

    review: str
    subject: Named
    task: str
    holders: tuple[Named, ...]
    due_at: datetime
    days_late: int


@dataclass(frozen=True, slots=True)
class UnitProgress:
    """states: reviews by state, in the order of the workflow; overdue: reviews in which something is late; late: what
    it is, first due first."""

    unit: str
    states: Mapping[str, int]
    total: int
    ended: int
    overdue: int
    late: tuple[LateItem, ...]


@dataclass(frozen=True, slots=True)
class UnitGrades:
    """grades: how many reviews have each, in the ladder's order, all of them named; without: reviews that have none, or
    none that the viewer may see yet."""

    unit: str
    grades: Mapping[str, int]
    without: int


@dataclass(frozen=True, slots=True)
class Grades:
    """How grades fall over the units; ladder: best first, then what stands beside it."""

    ladder: tuple[str, ...]
    units: tuple[UnitGrades, ...]

    @property
    def counts(self) -> Mapping[str, Mapping[str, int]]:
        """unit -> grade -> how many, as a chart takes it."""
        return {one.unit: one.grades for one in self.units}


def by_unit(rt: Runtime, actor: Actor, cycle: str) -> tuple[UnitProgress, ...]:
    """The cycle as HR (of certain units: these alone) and auditors watch it, by the subjects' present units.

    NotFound for an unknown cycle, NotAllowed for everybody else.
    """
    at = rt.clock.now()
    with rt.database.read() as tx:
        found, definition, scope = watched_cycle(rt, tx, actor, cycle, at)
        rows = standings.of_cycle(tx, found.id, at, scope)
        units = standings.units_in(tx, found.id, at)
        sight = sight_of(rt, tx, actor, at)
        late: dict[str, list[LateItem]] = {}
        for item, subject in _late(tx, sight, standings.late_tasks(tx, found.id, at, scope)):
            late.setdefault(_unit(units, subject, scope), []).append(item)
    return tuple(
        _progress(definition, unit, some, tuple(late.get(unit, ()))) for unit, some in _parted(rows, units, scope)
    )


def grades(rt: Runtime, actor: Actor, cycle: str) -> Grades:
    """How grades fall, over the reviews that the actor sees and the results that are released to her.

    NotFound for a cycle in which she sees no review.
    """
    at = rt.clock.now()
    with rt.database.read() as tx:
        sight = sight_of(rt, tx, actor, at)
        found = cycle_in_sight(tx, sight, cycle)
        definition = rt.definition(tx, found.definition)
        rows, units = _seen(tx, sight, found, definition)
    card = definition.card.grades
    ladder = (*card.ladder, *card.outside) if card is not None else ()
    counted = []
    for unit, some in _parted(rows, units, None):
        counts = dict.fromkeys(ladder, 0)
        for one in some:
            if one.grade is not None:
                counts[one.grade] = counts.get(one.grade, 0) + 1
        counted.append(UnitGrades(unit, counts, sum(one.grade is None for one in some)))
    return Grades(ladder, tuple(counted))


def _seen(
    tx: Tx, sight: Sight, cycle: Cycle, definition: Definition
) -> tuple[list[Stands], dict[str, tuple[str, ...]]]:
    """The cycle's reviews that she sees, with the grade only where it is released to her; and their subjects' units.

    HR and auditors see results from the evaluation on; of all others, and of their own review, the table is asked.
    """
    places, at = sight.looker.places, sight.looker.at
    known: dict[str, Stands] = {}
    scope = None
    if sight.actor.person is None or AUDITOR in places.groups or hr_group(definition) in places.groups:
        scope = None if sight.actor.person is None or AUDITOR in places.groups else places.hr_of or None
        known = {one.id: one for one in standings.of_cycle(tx, cycle.id, at, scope)}
    asked = [key for key, one in known.items() if one.subject == sight.actor.person or _shown_early(definition, one)]
    if sight.actor.person is not None and (not known or scope is not None):
        others = queries.reviews_after(tx, sight.looker, Wanted(cycle=cycle.id), None, None) or []
        asked.extend(one.id for one in others if one.id not in known)
    found = [_released(definition, one) for key, one in known.items() if key not in asked]
    units = standings.units_in(tx, cycle.id, at) if known else {}
    for one in sighted(tx, sight, asked):
        result = one.review.result if access.sees(one.definition, one.review, one.viewer, "result") else None
        review = one.review
        units[review.subject] = roles.units_of(one.around, review.subject)
        grade = result.grade if result else None
        found.append(Stands(review.id, review.subject, review.state, review.ended_at is not None, None, grade))
    return found, units


def _released(definition: Definition, one: Stands) -> Stands:
    if _stage(definition, one) >= _EVALUATE:
        return one
    return Stands(one.id, one.subject, one.state, one.ended, one.before, None)


def _stage(definition: Definition, one: Stands) -> int:
    """As `access.stage_now`, from what a count reads."""
    for state in (one.state, one.before):
        stage = definition.states[state].stage if state is not None else None
        if stage is not None:
            return STAGES.index(stage)
    return 0


def _shown_early(definition: Definition, one: Stands) -> bool:
    """Whether a task of the state may show its holder a result that is not released to everybody yet."""
    tasks = definition.states[one.state].tasks.values()
    return _stage(definition, one) < _EVALUATE and any("result" in plan.shows for plan in tasks)


def _late(tx: Tx, sight: Sight, tasks: Sequence[tuple[str, str]]) -> Iterable[tuple[LateItem, str]]:
    """Each with its subject's id."""
    found = {one.review.id: one for one in sighted(tx, sight, list(dict.fromkeys(review for review, _ in tasks)))}
    late = [(found[review], key) for review, key in tasks if review in found]
    rows = [(one, next(task for task in one.review.tasks if task.id == key)) for one, key in late]
    asked = [_holders(one, task) for one, task in rows]
    persons = people.by_id(tx, {person for some in asked for person in some} | {one.review.subject for one, _ in rows})
    for (one, task), holders in zip(rows, asked, strict=True):
        if task.due_at is not None:
            subject = persons[one.review.subject]
            days = _days_late(subject.timezone or one.definition.calendar.timezone, task.due_at, sight.looker.at)
            by = tuple(named(persons[person]) for person in holders)
            yield LateItem(one.review.id, named(subject), task.name, by, task.due_at, days), subject.id


def _holders(one: Sighted, task: Task) -> tuple[str, ...]:
    if not access.names_holder(one.definition, one.review, one.viewer, task):
        return ()
    return (task.person,) if task.person else roles.resolve(one.definition, one.review, one.around, task.role)


def _days_late(zone: str, due_at: datetime, now: datetime) -> int:
    """A due instant is the end of its day."""
    due = local_day(zone, due_at - timedelta(microseconds=1))
    return max((local_day(zone, now) - due).days, 1)


def _parted(
    rows: Iterable[Stands], units: Mapping[str, tuple[str, ...]], scope: Iterable[str] | None
) -> list[tuple[str, list[Stands]]]:
    """By unit; those of none come last."""
    found: dict[str, list[Stands]] = {}
    for one in rows:
        found.setdefault(_unit(units, one.subject, scope), []).append(one)
    return sorted(found.items(), key=lambda part: (part[0] == NOWHERE, part[0]))


def _unit(units: Mapping[str, tuple[str, ...]], subject: str, scope: Iterable[str] | None) -> str:
    """The unit given last, of those that the viewer watches."""
    watched = [unit for unit in units.get(subject, ()) if scope is None or unit in scope]
    return watched[-1] if watched else NOWHERE


def _progress(definition: Definition, unit: str, rows: list[Stands], late: tuple[LateItem, ...]) -> UnitProgress:
    states = {name: sum(one.state == name for one in rows) for name in definition.states}
    return UnitProgress(
        unit, {name: count for name, count in states.items() if count}, len(rows), sum(one.ended for one in rows),
        len({one.review for one in late}), late,
    )  # fmt: skip
