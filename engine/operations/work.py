"""Lists: the work that waits for a person, and a cycle as a table of grades."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from engine.definition.model import Definition
from engine.operations.names import cycle_in
from engine.operations.seeing import Named, mine, named
from engine.operations.sight import AT_ONCE, Sight, Sighted, sight_of, sighted
from engine.review import access
from engine.review.barrier import settling_task
from engine.review.case import Actor
from engine.review.roles import units_of
from engine.runtime import Runtime
from engine.store import people, queries, reviews
from engine.store.cycles import Cycle
from engine.store.database import Tx
from engine.store.people import Person
from engine.store.queries import Waits, Wanted
from engine.store.rows import slices


@dataclass(frozen=True, slots=True)
class WorkItem:
    """One open task that waits for the viewer. together: whether she answers it at one go with the others of the cohort
    of `unit` in `cycle`."""

    review: str
    subject: Named
    period: str
    definition: Definition
    task: str
    task_id: str
    state: str
    due_at: datetime | None
    overdue: bool
    cycle: str
    together: bool = False
    unit: str | None = None


@dataclass(frozen=True, slots=True)
class CycleRow:
    """One review in a table; total and grade are None where the viewer may not see them. waits: names of the open tasks
    that she may know of; held: nothing goes on in it for now."""

    review: str
    subject: Named
    unit: str
    state: str
    total: str | None
    grade: str | None
    first_grade: str | None
    waits: tuple[str, ...]
    ended: bool
    held: bool = False


@dataclass(frozen=True, slots=True)
class CycleTable:
    cycle: Cycle
    definition: Definition
    rows: tuple[CycleRow, ...] = field(default=())


@dataclass(frozen=True, slots=True)
class ReviewRow:
    """A row with the period and definition of its cycle (an id). due_at: the first of the open tasks that the viewer
    may know of; mine: names of those that wait for her; overdue: whether one of those that she knows of is."""

    period: str
    definition: Definition
    row: CycleRow
    cycle: str = ""
    revision: int = 0
    entered_at: datetime | None = None
    due_at: datetime | None = None
    overdue: bool = False
    mine: tuple[str, ...] = ()


ReviewRows = tuple[ReviewRow, ...]


def my_work(rt: Runtime, actor: Actor) -> tuple[WorkItem, ...]:
    """Open tasks of the actor over all reviews, first due first; for the system itself there are none."""
    if actor.person is None:
        return ()
    with rt.database.read() as tx:
        sight = sight_of(rt, tx, actor, rt.clock.now())
        return tuple(waiting_items(tx, sight, queries.tasks_after(tx, sight.looker, None, None) or ()))


def cycle_table(rt: Runtime, actor: Actor, cycle: str) -> CycleTable:
    """Every review of the cycle that the actor may see, by unit and ref. NotFound for an unknown cycle."""
    with rt.database.read() as tx:
        found = cycle_in(tx, cycle)
        sight = sight_of(rt, tx, actor, rt.clock.now())
        rows = (one.row for one in _all_rows(tx, sight, Wanted(cycle=found.id)))
        return CycleTable(found, rt.definition(tx, found.definition), tuple(rows))


def review_rows(rt: Runtime, actor: Actor, *, cycle: str | None = None, state: str | None = None) -> ReviewRows:
    """Reviews that the actor may see, newest period first; of one cycle or state where asked. NotFound as above."""
    with rt.database.read() as tx:
        wanted = Wanted(cycle=cycle_in(tx, cycle).id if cycle else None, state=state)
        return tuple(_all_rows(tx, sight_of(rt, tx, actor, rt.clock.now()), wanted))


def waiting_items(tx: Tx, sight: Sight, candidates: Sequence[Waits]) -> Iterator[WorkItem]:
    """Those of the tasks that wait for the actor, in the same order; in a review that is on hold nothing waits."""
    person, at = sight.actor.person or "", sight.looker.at
    everybody = people.relations(tx, None, at) if len(candidates) > AT_ONCE else None
    for some in slices(candidates, AT_ONCE):
        loaded = reviews.load_many(tx, [one.review for one in some])
        subjects = {one.subject for one in loaded.values()}
        around = everybody or people.relations(tx, subjects, at, sight.groups)
        persons = people.by_id(tx, subjects)
        for one in some:
            review = loaded[one.review]
            definition = sight.definitions[review.definition]
            task = next(row for row in review.tasks if row.id == one.id)
            if review.held is None and mine(definition, review, around, task, person):
                gathered = review.gathered if definition.states[review.state].gathers else None
                together = gathered is not None and gathered.members > 1 and task.name == settling_task(definition)
                yield WorkItem(
                    review.id, named(persons[review.subject]), sight.cycles[review.cycle].period, definition,
                    task.name, task.id, review.state, task.due_at, task.due_at is not None and task.due_at < at,
                    review.cycle, together, gathered.unit if gathered is not None else None,
                )  # fmt: skip


def rows_of(tx: Tx, sight: Sight, ids: Sequence[str]) -> Iterator[ReviewRow]:
    """Those of the reviews that the actor may see, in the same order, with what of each she may see."""
    for one in sighted(tx, sight, ids):
        person = people.by_id(tx, [one.review.subject])[one.review.subject]
        yield _row(sight, one, person)


def _all_rows(tx: Tx, sight: Sight, wanted: Wanted) -> list[ReviewRow]:
    ids = [one.id for one in queries.reviews_after(tx, sight.looker, wanted, None, None) or ()]
    newest = {one.id: place for place, one in enumerate(sorted(sight.cycles.values(), key=_opened, reverse=True))}
    return sorted(
        rows_of(tx, sight, ids), key=lambda one: (newest[one.cycle], one.row.unit, one.row.subject.ref)
    )


def _opened(cycle: Cycle) -> tuple[datetime, str]:
    return cycle.opened_at, cycle.id


def _row(sight: Sight, one: Sighted, person: Person) -> ReviewRow:
    review, definition, viewer, around = one
    result = review.result if access.sees(definition, review, viewer, "result") else None
    tasks = [task for task in review.tasks if task.status == "open" and task.visit == review.visit]
    own = [task for task in tasks if mine(definition, review, around, task, viewer.person)]
    now = review.held is None
    known = [task for task in tasks if review.ended_at is None and (task in own or access.sees_task(viewer, task))]
    due = min((task.due_at for task in known if task.due_at is not None), default=None)
    row = CycleRow(
        review.id, named(person), (units_of(around, review.subject) or ("",))[-1], review.state,
        result.total if result else None, result.grade if result else None, result.first_grade if result else None,
        tuple(sorted({task.name for task in known})), review.ended_at is not None, review.held is not None,
    )  # fmt: skip
    return ReviewRow(
        sight.cycles[review.cycle].period, definition, row, review.cycle, review.revision, review.entered_at, due,
        now and due is not None and due < sight.looker.at, tuple(dict.fromkeys(task.name for task in own if now)),
    )  # fmt: skip
