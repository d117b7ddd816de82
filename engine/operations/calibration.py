"""A cohort as those see it who settle its grades: who is here, what each has, what the quota says of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from engine.definition.model import Definition
from engine.errors import NotFound
from engine.operations.barriers import Group, groups_of, joint
from engine.operations.gathering import Judged, Wish, judge
from engine.operations.seeing import Named, mine, named
from engine.operations.sight import Sight, Sighted, cycle_in_sight, sight_of, sighted
from engine.review import access
from engine.review.barrier import gathering_state, settling_task
from engine.review.case import Actor
from engine.review.content import grades_between
from engine.runtime import Runtime
from engine.store import people
from engine.store.cohorts import Member
from engine.store.cycles import Cycle
from engine.store.database import Tx
from rules.cohort.telling import unit_step
from rules.scorecard.model import Card


@dataclass(frozen=True, slots=True)
class CohortRow:
    """One review of a cohort. stands: `open` (its task waits for an answer) | `here` (behind the barrier) | `missing`
    (not here yet) | `back` (sent back) | `done` (settled).

    mine: whether the actor answers it in the next batch; outcomes and grades: what she may choose then; before: the
    grade before the quota. total to grades are empty where the result is not the actor's to see.
    """

    review: str
    subject: Named
    stands: str
    state: str
    mine: bool = False
    outcomes: tuple[str, ...] = ()
    grades: tuple[str, ...] = ()
    total: str | None = None
    grade: str | None = None
    first_grade: str | None = None
    before: str | None = None


@dataclass(frozen=True, slots=True)
class Calibration:
    """kind and unit as `rules.cohort` names them; opened: whether the barrier is open; members, missing: how many;
    hidden: how many are not the actor's to read; quota: unit, n and rules with their arithmetic for the grades as they
    are (`rules.cohort.telling.unit_step`), None without a quota or where something is hidden."""

    cycle: Cycle
    definition: Definition
    state: str
    task: str
    kind: str
    unit: str | None
    pooled: tuple[str, ...]
    opened: bool
    members: int
    missing: int
    hidden: int
    rows: tuple[CohortRow, ...]
    when_over: str | None = None
    quota: Mapping[str, Any] | None = None

    @property
    def waiting(self) -> tuple[CohortRow, ...]:
        """The rows that the actor's next batch must answer."""
        return tuple(one for one in self.rows if one.mine)


def cohorts_of(rt: Runtime, actor: Actor, cycle: str) -> tuple[Calibration, ...]:
    """Every cohort of a cycle of which the actor may read some review. NotFound for a cycle she does not see, and OP240
    for one whose workflow gathers no cohort."""
    at = rt.clock.now()
    with rt.database.read() as tx:
        sight = sight_of(rt, tx, actor, at)
        found = cycle_in_sight(tx, sight, cycle)
        definition = sight.definitions[found.definition]
        if gathering_state(definition) is None:
            raise NotFound("OP240", workflow=definition.name)
        groups = groups_of(tx, definition, found.id, at)
        seen = (_calibration(tx, sight, found, definition, groups, one) for one in groups)
        return tuple(one for one in seen if one.rows)


def cohort_of(rt: Runtime, actor: Actor, cycle: str, unit: str | None = None) -> Calibration:
    """The cohort of that unit; without a unit the only one. NotFound OP241 for another unit, OP242 where there are
    several."""
    return chosen(cohorts_of(rt, actor, cycle), unit)


def chosen(found: Sequence[Calibration], unit: str | None) -> Calibration:
    units = ", ".join(one.unit or "-" for one in found)
    if unit is None and len(found) == 1:
        return found[0]
    for one in found:
        if unit is not None and (one.unit or "-") == unit:
            return one
    if unit is None and found:
        raise NotFound("OP242", units=units)
    raise NotFound("OP241", unit=unit or "-", units=units or "-")


def judged_as_they_are(
    tx: Tx, definition: Definition, cycle: Cycle, groups: tuple[Group, ...], group: Group
) -> Judged:
    """The cohort with the grades that its reviews have now."""
    card = definition.card
    together = joint(card, groups, group, cycle)
    ladder = card.grades.ladder if card.grades is not None else ()
    here = [one for one in group.members if one in group.here or is_open(one)]
    grades = {one.review: one.grade for one in here if one.grade is not None and one.grade in ladder}
    return judge(tx, definition, cycle, together, Wish(frozenset(one.review for one in here), grades))


def is_open(one: Member) -> bool:
    """Whether the barrier of its present visit is open."""
    return not one.ended and one.gathered is not None and one.gathered.visit == one.visit


def report_of(judged: Judged, group: Group) -> Mapping[str, Any]:
    place = next(at for at, one in enumerate(judged.groups) if (one.kind, one.name) == (group.kind, group.name))
    return unit_step(judged.result.units[place])


def _calibration(
    tx: Tx, sight: Sight, cycle: Cycle, definition: Definition, groups: tuple[Group, ...], group: Group
) -> Calibration:
    state, task = gathering_state(definition) or "", settling_task(definition)
    members = {one.review: one for one in group.members}
    seen = list(sighted(tx, sight, list(members)))
    persons = people.by_id(tx, {one.review.subject for one in seen})
    rows = tuple(
        _row(sight.actor, members[one.review.id], one, named(persons[one.review.subject]), state, task) for one in seen
    )
    hidden = len(members) - len(rows)
    quota = None
    if definition.card.quota is not None and rows and not hidden:
        quota = report_of(judged_as_they_are(tx, definition, cycle, groups, group), group)
    return Calibration(
        cycle, definition, state, task, group.kind, group.name, group.pooled, group.opened, len(members), group.missing,
        hidden, tuple(sorted(rows, key=lambda row: row.subject.ref)),
        None if definition.card.quota is None else definition.card.quota.when_over, quota,
    )  # fmt: skip


def _row(actor: Actor, member: Member, one: Sighted, subject: Named, state: str, task: str) -> CohortRow:
    review, definition = one.review, one.definition
    held = [
        row for row in review.tasks
        if actor.person is not None and row.name == task and mine(definition, review, one.around, row, actor.person)
    ]
    asked = bool(held) and review.held is None and is_open(member)
    row = CohortRow(review.id, subject, _stands(member, state), review.state, asked)
    if not (held or access.sees(definition, review, one.viewer, "result")) or review.result is None:
        return row
    result, plan = review.result, definition.states[state].tasks.get(task)
    outcomes = definition.outcomes_of(plan) if plan is not None and asked else ()
    adjusts = plan is not None and plan.adjusts == "grade" and asked and result.grade is not None
    return CohortRow(
        review.id, subject, row.stands, review.state, asked, outcomes,
        grades_between(_ladder(definition.card), *result.bounds) if adjusts else (), result.total, result.grade,
        result.first_grade, None if review.gathered is None else review.gathered.before,
    )  # fmt: skip


def _ladder(card: Card) -> tuple[str, ...]:
    return card.grades.ladder if card.grades is not None else ()


def _stands(member: Member, state: str) -> str:
    if is_open(member) and member.state == state:
        return "open"
    if not member.ended and member.state == state:
        return "here"
    if member.gathered is None:
        return "missing"
    return "back" if not member.ended and not member.fixed else "done"
