"""Task rows of one visit: made on entering a state, opened when their time has come, counted when answered."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from datetime import date, datetime

from engine.calendar import local_day
from engine.definition.model import TaskPlan
from engine.review import barrier, roles, timing
from engine.review.draft import Draft
from engine.review.model import OPEN, Deadline, Task


@dataclass(frozen=True, slots=True)
class Tally:
    """Whether a task (or one occurrence of it) is done, and by which outcome; None when nobody's answer decided."""

    done: bool
    outcome: str | None = None


def begin_visit(draft: Draft) -> None:
    """Rows and deadlines of the state just entered; what can be worked on is open afterwards."""
    for plan in draft.plan.tasks.values():
        add_row(draft, plan, 1)
    open_ready(draft)
    start_deadlines(draft)


def start_deadlines(draft: Draft) -> None:
    """The steps of the state's deadline count from when the first of its tasks can be worked on."""
    workable = [row.opened_at or row.opens_at for row in draft.open_rows()]
    first = min((instant for instant in workable if instant is not None), default=draft.at)
    deadlines = []
    for index, step in enumerate(draft.plan.deadline):
        if step.at is not None:
            end = timing.closing_of(draft.case, step.at)
        elif step.span is not None:
            end = timing.end_of(draft.case, first, step.span)
        else:
            continue
        deadlines.append(Deadline(index, max(end, draft.at)))
    draft.deadlines = deadlines


def end_visit(draft: Draft) -> None:
    """What is still open is superseded; the answers that were given stay."""
    close(draft, draft.open_rows(), "superseded")
    draft.deadlines = []
    draft.delegated = {}


def close(draft: Draft, rows: list[Task], status: str) -> None:
    for row in rows:
        draft.put(replace(row, status=status))


def add_row(draft: Draft, plan: TaskPlan, number: int, person: str | None = None) -> Task:
    return draft.put(
        Task(
            id=draft.new_id(), name=plan.name, state=draft.state, visit=draft.visit, number=number, role=plan.by,
            person=person, status="waiting", opens_at=None, opened_at=None, due_at=None,
        )
    )


def reopen(draft: Draft, names: tuple[str, ...]) -> None:
    """These tasks and those that wait for them begin anew in this visit; what was handed in stays as a draft."""
    begin_anew(draft, followers(draft, names))
    open_ready(draft)


def followers(draft: Draft, names: tuple[str, ...]) -> list[str]:
    """These tasks and all that wait for them, and for those; in the order of the file."""
    again = set(names)
    plans = draft.plan.tasks
    growing = True
    while growing:
        waiting = [plan.name for plan in plans.values() if plan.name not in again and set(plan.waits_for) & again]
        again.update(waiting)
        growing = bool(waiting)
    return [name for name in plans if name in again]


def begin_anew(draft: Draft, names: list[str]) -> None:
    for name in names:
        close(draft, draft.rows(name), "superseded")
        add_row(draft, draft.plan.tasks[name], 1)


def open_ready(draft: Draft) -> None:
    """Opens every waiting row whose time has come, until nothing more does (one opening may make the next row)."""
    for plan in draft.plan.tasks.values():
        rows = draft.rows(plan.name)
        # One occurrence at a time of a task that decides: else two could decide against each other.
        if plan.every is not None and plan.decides and rows and is_done(draft, plan.name):
            add_next(draft, plan, max(rows, key=lambda row: row.number))
    moving = True
    while moving:
        moving = False
        for row in [one for one in draft.open_rows() if one.status == "waiting"]:
            moving = _open_if_ready(draft, row) or moving


def _open_if_ready(draft: Draft, row: Task) -> bool:
    plan = draft.plan.tasks[row.name]
    if awaits_cohort(draft):
        return False
    if not all(is_done(draft, name) for name in plan.waits_for if name in draft.plan.tasks):
        return False
    opens_at = row.opens_at
    if opens_at is None:
        opens_at = _opens_at(draft, plan, row.number)
    if opens_at is not None and opens_at > draft.at:
        draft.put(replace(row, opens_at=opens_at))
        return False
    _open(draft, plan, row, opens_at)
    return True


def awaits_cohort(draft: Draft) -> bool:
    return barrier.waits(draft.definition, draft.state, draft.visit, draft.gathered)


def _opens_at(draft: Draft, plan: TaskPlan, number: int) -> datetime | None:
    if plan.every is not None:
        return timing.occurrence_at(draft.case, plan, number, draft.at)
    return timing.opening_of(draft.case, plan.opens) if plan.opens is not None else None


def _open(draft: Draft, plan: TaskPlan, row: Task, opens_at: datetime | None) -> None:
    if row.person is not None:
        people: tuple[str, ...] = (row.person,)
    else:
        people = roles.resolve(draft.definition, draft, draft.case.relations, plan.by)
    due_at = None
    if plan.due is not None:
        due_at = max(timing.end_of(draft.case, draft.at, plan.due), draft.at)
    row = replace(row, status="open", opens_at=opens_at, opened_at=draft.at, due_at=due_at)
    if not plan.decides:
        add_next(draft, plan, row)
    if not people:
        _nobody(draft, plan, row)
        return
    each: tuple[str | None, ...] = people if plan.each else (row.person,)
    for place, person in enumerate(each):
        # The waiting row becomes the first holder's; the others get rows of their own.
        one = draft.put(replace(row, person=person, id=row.id if place == 0 else draft.new_id()) if plan.each else row)
        remind(draft, plan, one)
        if person is not None:
            draft.take_part(plan.by, person, plan.name)
    if not plan.each and row.person is None and kept_by_name(draft, plan.by):
        for person in people:
            draft.take_part(plan.by, person, plan.name)


def unnamed(draft: Draft, plan: TaskPlan) -> bool:
    """Whether nobody learns who answers this task."""
    role = draft.definition.roles.get(plan.by)
    return role is not None and role.anonymous_below is not None


def occurrence(draft: Draft, plan: TaskPlan, number: int) -> list[Task]:
    return [row for row in draft.rows(plan.name) if row.number == number]


def kept_by_name(draft: Draft, role: str) -> bool:
    """Whether holders stand in the review's rows; those of a group are found by the group."""
    return role == roles.SUBJECT or draft.definition.roles[role].who.kind != "group"


def _nobody(draft: Draft, plan: TaskPlan, row: Task) -> None:
    hr = roles.hr_people(draft.definition, draft.case.relations, draft.before.subject)
    if plan.late_waive:
        draft.put(replace(row, status="waived"))
        draft.notice("role_empty_waived", plan.by, hr, task=plan.name)
    else:
        draft.put(row)
        remind(draft, plan, row)
        draft.notice("role_empty", plan.by, hr, task=plan.name)


def remind(draft: Draft, plan: TaskPlan, row: Task) -> None:
    if row.due_at is None:
        return
    for instant in timing.reminders_of(draft.case, plan, draft.at, row.due_at):
        draft.reminders.append((row.id, instant))


def add_next(draft: Draft, plan: TaskPlan, row: Task) -> None:
    """The row of the occurrence after this one, if the task recurs and is not over; it waits for its time."""
    if plan.every is None or any(other.number > row.number for other in draft.rows(plan.name)):
        return
    most = timing.occurrences_max(draft.case, plan)
    if most is not None and row.number >= most:
        return
    before = row.opens_at or draft.at
    opens_at = timing.occurrence_at(draft.case, plan, row.number + 1, before, _earlier(draft, plan, row, before))
    if opens_at is not None:
        later = add_row(draft, plan, row.number + 1)
        draft.put(replace(later, opens_at=opens_at))


def _earlier(draft: Draft, plan: TaskPlan, row: Task, before: datetime) -> list[date]:
    """The day from which the first occurrence was counted, and the days of all up to the row's."""
    begun = [draft.entered_at, *(one.answered_at for name in plan.waits_for for one in draft.rows(name))]
    if plan.opens is not None:
        begun.append(timing.opening_of(draft.case, plan.opens))
    opened = {one.number: one.opens_at for one in draft.rows(plan.name) if one.number < row.number}
    days = [timing.day_of(draft.case, at) for _, at in sorted(opened.items()) if at is not None]
    first = local_day(draft.case.zone, max(at for at in begun if at is not None))
    return [first, *days, timing.day_of(draft.case, before)]


def is_done(draft: Draft, name: str) -> bool:
    """Whether the task is over in this visit: every occurrence, with the last one."""
    rows = draft.rows(name)
    plan = draft.plan.tasks[name]
    numbers = {row.number for row in rows}
    return bool(numbers) and all(tally(plan, [row for row in rows if row.number == one]).done for one in numbers)


def tally(plan: TaskPlan, rows: list[Task]) -> Tally:
    """Count the rows of one occurrence.

    An `each` task is done when as many answers are in as `need` says; where an outcome moves or sends back, as soon as
    one outcome has so many. It is also done when nobody is left to answer: then, without a winner, by `tie`, else by
    the outcome most often given (the first in the file of several).
    """
    open_left = [row for row in rows if row.status in OPEN]
    given = [row.outcome for row in rows if row.status == "done" and row.outcome is not None]
    if not plan.each:
        return Tally(not open_left, given[0] if given else None)
    votes = Counter(given)
    needed = _needed(plan.need, sum(row.status != "waived" for row in rows))
    order = {name: place for place, name in enumerate(plan.outcomes)}
    ranked = sorted(votes, key=lambda name: (-votes[name], order.get(name, 0)))
    acts = any(outcome.way is not None or outcome.again for outcome in plan.outcomes.values())
    if ranked and (votes[ranked[0]] if acts else votes.total()) >= needed:
        return Tally(True, ranked[0])
    if open_left:
        return Tally(False)
    return Tally(True, (plan.tie or ranked[0]) if ranked else None)


def _needed(need: int | str | None, holders: int) -> int:
    """How many equal answers decide, of so many people; at least one."""
    if isinstance(need, int):
        return max(need, 1)
    if need == "majority":
        return holders // 2 + 1
    if need is None or need == "all":
        return max(holders, 1)
    share = int(need.removesuffix("%").strip())
    return max(-(-holders * share // 100), 1)


def state_done(draft: Draft) -> bool:
    """All tasks are done and every collected input has arrived, and the cohort where the state gathers it."""
    plan = draft.plan
    arrived = set(plan.collects) <= set(draft.arrived)
    return arrived and not awaits_cohort(draft) and all(is_done(draft, name) for name in plan.tasks)
