"""Lists: the work that waits for a person, and a cycle as a table of grades."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from engine.definition.model import Definition
from engine.errors import NotFound
from engine.operations.names import cycle_in
from engine.operations.seeing import Named, mine, named, viewer_of
from engine.review import access
from engine.review.case import Actor, Relations
from engine.review.model import Review, Task
from engine.runtime import Runtime
from engine.store import cycles, people, reviews
from engine.store.cycles import Cycle
from engine.store.database import Tx


@dataclass(frozen=True, slots=True)
class WorkItem:
    """One open task that waits for the viewer."""

    review: str
    subject: Named
    period: str
    definition: Definition
    task: str
    task_id: str
    state: str
    due_at: datetime | None
    overdue: bool


@dataclass(frozen=True, slots=True)
class CycleRow:
    """One review in a table; total and grade are None where the viewer may not see them. waits: names of open tasks."""

    review: str
    subject: Named
    unit: str
    state: str
    total: str | None
    grade: str | None
    first_grade: str | None
    waits: tuple[str, ...]
    ended: bool


@dataclass(frozen=True, slots=True)
class CycleTable:
    cycle: Cycle
    definition: Definition
    rows: tuple[CycleRow, ...] = field(default=())


@dataclass(frozen=True, slots=True)
class ReviewRow:
    """A row with the period and definition of its cycle."""

    period: str
    definition: Definition
    row: CycleRow


ReviewRows = tuple[ReviewRow, ...]


def my_work(rt: Runtime, actor: Actor) -> tuple[WorkItem, ...]:
    """Open tasks of the actor over all reviews, first due first; for the system itself there are none."""
    if actor.person is None:
        return ()
    at = rt.clock.now()
    with rt.database.read() as tx:
        everybody = people.relations(tx, None, at)
        found: dict[str, tuple[Review, Task]] = {}
        for review in _concerned(rt, tx, actor.person, everybody):
            definition = rt.definition(tx, review.definition)
            for task in review.tasks:
                if mine(definition, review, everybody, task, actor.person):
                    found[task.id] = (review, task)
        persons = people.by_id(tx, {review.subject for review, _ in found.values()})
        items = [
            WorkItem(
                review.id, named(persons[review.subject]), cycles.get(tx, review.cycle).period,
                rt.definition(tx, review.definition), task.name, task.id, review.state, task.due_at,
                task.due_at is not None and task.due_at < at,
            )
            for review, task in found.values()
        ]  # fmt: skip
    last = datetime.max.replace(tzinfo=at.tzinfo)
    return tuple(sorted(items, key=lambda item: (item.due_at or last, item.subject.ref, item.task)))


def cycle_table(rt: Runtime, actor: Actor, cycle: str) -> CycleTable:
    """Every review of the cycle that the actor may see, by unit and ref. NotFound for an unknown cycle."""
    at = rt.clock.now()
    with rt.database.read() as tx:
        found = cycle_in(tx, cycle)
        rows = _rows(rt, tx, actor, found, people.relations(tx, None, at))
        return CycleTable(found, rt.definition(tx, found.definition), rows)


def review_rows(rt: Runtime, actor: Actor, *, cycle: str | None = None, state: str | None = None) -> ReviewRows:
    """Reviews that the actor may see, newest period first; of one cycle or state where asked. NotFound as above."""
    at = rt.clock.now()
    with rt.database.read() as tx:
        wanted = (cycle_in(tx, cycle),) if cycle else tuple(reversed(cycles.list_all(tx)))
        everybody = people.relations(tx, None, at)
        return tuple(
            ReviewRow(one.period, rt.definition(tx, one.definition), row)
            for one in wanted
            for row in _rows(rt, tx, actor, one, everybody)
            if state in (None, row.state)
        )


def _rows(rt: Runtime, tx: Tx, actor: Actor, cycle: Cycle, relations: Relations) -> tuple[CycleRow, ...]:
    definition = rt.definition(tx, cycle.definition)
    loaded = reviews.load_many(tx, [row.id for row in reviews.find(tx, cycle=cycle.id)])
    persons = people.by_id(tx, {review.subject for review in loaded.values()})
    rows = []
    for review in loaded.values():
        try:
            viewer = viewer_of(definition, review, relations, actor)
        except NotFound:
            continue
        result = review.result if access.sees(definition, review, viewer, "result") else None
        person = persons[review.subject]
        waits: set[str] = set()
        if review.ended_at is None and access.sees(definition, review, viewer, "tasks"):
            waits = {task.name for task in review.tasks if task.status == "open" and task.visit == review.visit}
        rows.append(
            CycleRow(
                review.id, named(person), str(person.attributes.get("unit", "")), review.state,
                result.total if result else None, result.grade if result else None,
                result.first_grade if result else None, tuple(sorted(waits)), review.ended_at is not None,
            )
        )  # fmt: skip
    return tuple(sorted(rows, key=lambda row: (row.unit, row.subject.ref)))


def _concerned(rt: Runtime, tx: Tx, person: str, relations: Relations) -> Iterable[Review]:
    """Reviews with an open task that the person might answer: by row or participation, or by a group she is in."""
    ids = {task.review for task in reviews.open_tasks_of(tx, person)}
    for cycle in cycles.list_all(tx):
        definition = rt.definition(tx, cycle.definition)
        groups = {
            name
            for name, role in definition.roles.items()
            if role.who.kind == "group" and person in relations.groups.get(role.who.group or "", ())
        }
        for state in definition.states.values():
            if any(task.by in groups for task in state.tasks.values()):
                ids.update(row.id for row in reviews.find(tx, cycle=cycle.id, state=state.name))
    return reviews.load_many(tx, ids).values()
