"""HR and the clocks of a review: a last day is put off, all of them stop, and go on by as much later."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from engine.clock import instant_text
from engine.definition.model import TaskPlan
from engine.review import roles, tasks, timing
from engine.review.commands import Extend, Hold, Resume
from engine.review.decide import moves
from engine.review.decide.watch import watch, watching_since
from engine.review.draft import Draft
from engine.review.events import Event
from engine.review.model import Deadline, Held, Task


def extend(draft: Draft, row: Task | None, plan: TaskPlan | None, command: Extend) -> Event:
    """The task's last day, or the next step of the state's deadline, is the day named."""
    after = timing.end_of_day(draft.case, command.until)
    told: dict[str, Any] = {"after": instant_text(after)}
    if row is not None and plan is not None:
        assert row.due_at is not None
        told |= {"before": instant_text(row.due_at), "task_id": row.id}
        later = draft.put(replace(row, due_at=after))
        draft.reminders = [one for one in draft.reminders if one[0] != row.id]
        tasks.remind(draft, plan, later)
        people = (row.person,) if row.person is not None else moves.people_of(draft, row.role)
        draft.notice("extended", plan.by, people, task=plan.name, until=command.until.isoformat())
    else:
        first = min(draft.deadlines, key=lambda step: (step.at, step.index))
        told |= {"before": instant_text(first.at), "step": first.index}
        draft.deadlines = _in_order(draft, first, after)
    payload = {"reason": command.reason, "extended": told}
    return draft.event("extended", role=roles.HR, task=plan.name if plan is not None else None, payload=payload)


def _in_order(draft: Draft, first: Deadline, after: datetime) -> list[Deadline]:
    """The first step at its new end; each later one that would now lie before the one before it moves as many days."""
    case, last = draft.case, after
    moved = timing.day_of(case, after) - timing.day_of(case, first.at)
    found = {first.index: after}
    for step in sorted(draft.deadlines, key=lambda step: (step.at, step.index)):
        if step.index == first.index:
            continue
        if step.at < last:
            found[step.index] = timing.end_of_day(case, timing.day_of(case, step.at) + moved)
        last = max(last, found.get(step.index, step.at))
    return [replace(step, at=found.get(step.index, step.at)) for step in draft.deadlines]


def hold(draft: Draft, command: Hold) -> Event:
    """From now on no timer fires and nobody hands anything in."""
    until = None if command.until is None else timing.end_of_day(draft.case, command.until)
    draft.held = Held(draft.at, until, draft.actor.person)
    return draft.event("held", role=roles.HR, payload={"reason": command.reason})


def resume(draft: Draft, command: Resume | None) -> Event:
    """The clocks go on: by a person, or (None) because the day until which they were to stand is over.

    Whatever was counted by spans moves by the working days that were lost; dates of the cycle stay, and what is past of
    them happens next. Then the review goes on where it was done meanwhile.
    """
    held = draft.held
    assert held is not None
    draft.held = None
    moved = _lost(draft, held.since)
    _move_rows(draft, held)
    begun = max(held.since, draft.entered_at)
    steps = draft.plan.deadline
    draft.deadlines = [
        replace(step, at=timing.put_off(draft.case, step.at, _lost(draft, begun)))
        if steps[step.index].span is not None else step
        for step in draft.deadlines
    ]
    if watching_since(draft, held.since):
        watch(draft)
    moves.follow(draft)
    payload: dict[str, Any] = {"moved": moved}
    if command is not None:
        payload["reason"] = command.reason
    return draft.event("resumed", role=None if command is None else roles.HR, payload=payload)


def _lost(draft: Draft, since: datetime) -> int:
    return timing.working_days_of(draft.case, since, draft.at)


def _move_rows(draft: Draft, held: Held) -> None:
    case, plans = draft.case, draft.plan.tasks
    lost: dict[str, int] = {}
    for row in draft.open_rows():
        count = lost[row.id] = _lost(draft, max(held.since, row.opened_at or draft.entered_at))
        if row.due_at is not None:
            draft.put(replace(row, due_at=timing.put_off(case, row.due_at, count)))
        elif row.status == "waiting" and row.opens_at is not None and timing.counted(plans[row.name]):
            draft.put(replace(row, opens_at=timing.put_off(case, row.opens_at, count)))
    draft.reminders = [
        (task, timing.put_off(case, at, lost.get(task, 0), begins=True)) for task, at in draft.reminders
    ]
