"""Plays a review by the clock: its own tasks, deadlines and working days, with answers that say nothing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from engine.calendar import day_end
from engine.definition.model import TaskPlan, Way
from engine.review import roles, tasks
from engine.review.ahead.choosing import Chooser, targets_of
from engine.review.ahead.model import (
    ANSWERED,
    DEADLINE,
    FORK,
    LATE,
    LEFT,
    NEXT,
    OUTCOME,
    WAIVED,
    Asked,
    Course,
    Stay,
    Step,
)
from engine.review.case import Actor, Case
from engine.review.draft import Draft
from engine.review.model import Deadline, Gathered, Task

LAST_MINUTE = timedelta(minutes=1)
"""How long before a task is due, or a deadline moves the review, the late answer comes."""
STAYS_MOST = 100
_GATHER, _OPEN, _FIGURES, _ANSWER, _DEADLINE = range(5)
"""What happens first of several things at one instant."""
_HOW = {"done": ANSWERED, "waived": WAIVED}
_SOMEBODY = "somebody"
"""Whoever will be chosen in a form that nobody has filled in yet: a role that waits for it is not an empty one."""


@dataclass(frozen=True, slots=True)
class _Left:
    """How a state was left: to where, by what."""

    to: str
    by: str
    task: str = ""
    outcome: str = ""


@dataclass(frozen=True, slots=True)
class _Due:
    """Something that happens next: when, what, and to which row or step."""

    at: datetime
    what: int
    row: Task | None = None
    step: Deadline | None = None


def course_of(case: Case, at: datetime, view: str, via: Sequence[str] = ()) -> Course:
    """The course of the case's review from where it stands; of a review without a visit (revision 0) from its opening
    at the instant. via: states to be passed."""
    return _Play(case, at, view, via).run()


class _Play:
    def __init__(self, case: Case, at: datetime, view: str, via: Sequence[str]) -> None:
        self.draft = Draft(case, Actor(None, "system"), at)
        for role in case.definition.roles.values():
            if role.who.kind == "chosen" and not roles.resolve(case.definition, self.draft, case.relations, role.name):
                self.draft.chosen[f"{role.who.task}.{role.who.field_name}"] = (_SOMEBODY,)
        self.chooser = Chooser(case.definition, via)
        self.view = view
        self.entered = at if case.review.revision == 0 else case.review.entered_at
        self.steps = tuple(case.review.deadlines)
        self.figures_at: datetime | None = None

    def run(self) -> Course:
        stays: list[Stay] = []
        fresh = self.draft.before.revision == 0
        if fresh:
            self._enter(self.draft.state)
        while len(stays) < STAYS_MOST and not self.draft.plan.final:
            left = self._stay()
            stays.append(self._told(left))
            if left is None:
                break
            tasks.end_visit(self.draft)
            self._enter(left.to)
        if self.draft.plan.final:
            stays.append(Stay(self.draft.state, self.entered, None))
        return Course(self.view, tuple(stays), self.draft.plan.final, tuple(self.chooser.via))

    def _enter(self, state: str) -> None:
        draft = self.draft
        draft.state, self.entered, self.figures_at = state, draft.at, None
        draft.entered_at = draft.at
        draft.visit += 1
        self.chooser.entered(state)
        draft.deadlines = []
        if not draft.plan.fork and not draft.plan.final:
            tasks.begin_visit(draft)
        self.steps = tuple(draft.deadlines)

    def _stay(self) -> _Left | None:
        """What happens in the present state until it is left; None where nothing more happens."""
        draft = self.draft
        if draft.plan.fork:
            return self._by(FORK, draft.plan.next)
        while True:
            tasks.open_ready(draft)
            if draft.plan.next is not None and tasks.state_done(draft):
                return self._by(NEXT, draft.plan.next)
            due = min(self._ahead(), key=lambda one: (one.at, one.what), default=None)
            if due is None:
                return None
            draft.at = max(due.at, draft.at)
            left = self._happens(due)
            if left is not None:
                return left

    def _by(self, by: str, way: Way | None, task: str = "", outcome: str = "") -> _Left | None:
        return None if way is None else _Left(self.chooser.branch(self.draft.state, way), by, task, outcome)

    def _ahead(self) -> Iterator[_Due]:
        draft = self.draft
        if tasks.awaits_cohort(draft):
            yield _Due(draft.at, _GATHER)
        for row in draft.open_rows():
            if row.status == "open":
                yield _Due(self._answer_at(row), _ANSWER, row)
            elif row.opens_at is not None:
                yield _Due(row.opens_at, _OPEN, row)
        for step in draft.deadlines:
            yield _Due(step.at, _DEADLINE, step=step)
        figures = self._figures_at()
        if figures is not None:
            yield _Due(figures, _FIGURES)

    def _answer_at(self, row: Task) -> datetime:
        if self.view != LATE:
            return self.draft.at
        last = row.due_at or self._moved_at()
        return self.draft.at if last is None else max(last - LAST_MINUTE, self.draft.at)

    def _moved_at(self) -> datetime | None:
        steps = self.draft.plan.deadline
        return min((one.at for one in self.draft.deadlines if steps[one.index].way is not None), default=None)

    def _figures_at(self) -> datetime | None:
        """When the figures that the state still waits for would come."""
        draft = self.draft
        if set(self._expected()) <= set(draft.arrived):
            return None
        over, moved = day_end(draft.case.zone, draft.case.period.end), self._moved_at()
        if moved is None:
            return over
        if self.view == LATE:
            return moved - LAST_MINUTE
        return over if over < moved else draft.at  # what is measured before the period is over can be there at once

    def _expected(self) -> tuple[str, ...]:
        """What the state collects and can be complete before its deadline: a list that wants no rows never is."""
        lists = self.draft.definition.card.lists
        return tuple(name for name in self.draft.plan.collects if name not in lists or lists[name].count.low)

    def _happens(self, due: _Due) -> _Left | None:
        draft = self.draft
        if due.what == _GATHER:
            draft.gathered = Gathered(draft.visit, "all")
            tasks.open_ready(draft)
            tasks.start_deadlines(draft)
            self.steps = tuple(draft.deadlines)
        elif due.what == _FIGURES:
            draft.arrived = tuple(dict.fromkeys((*draft.arrived, *self._expected())))
            self.figures_at = draft.at
        elif due.row is not None and due.what == _ANSWER:
            return self._answered(due.row, draft.plan.tasks[due.row.name])
        elif due.step is not None:
            return self._passed(due.step)
        return None

    def _answered(self, row: Task, plan: TaskPlan) -> _Left | None:
        draft = self.draft
        outcome = self.chooser.outcome(draft.plan, plan)
        name = outcome.name if outcome is not None else "done"
        draft.put(replace(row, status="done", outcome=name, answered_at=draft.at))
        if outcome is None or not tasks.tally(plan, tasks.occurrence(draft, plan, row.number)).done:
            return None
        if outcome.again:
            tasks.reopen(draft, outcome.again)
        return self._by(OUTCOME, outcome.way, plan.name, outcome.name)

    def _passed(self, step: Deadline) -> _Left | None:
        draft = self.draft
        draft.deadlines = [one for one in draft.deadlines if one.index != step.index]
        return self._by(DEADLINE, draft.plan.deadline[step.index].way)

    def _told(self, left: _Left | None) -> Stay:
        """The visit that has just ended."""
        draft = self.draft
        rows = [row for row in draft.tasks.values() if row.visit == draft.visit and row.state == draft.state]
        waiting = {one.index for one in draft.deadlines}
        return Stay(
            draft.state, self.entered, draft.at if left is not None else None, left.by if left else "",
            left.task if left else "", left.outcome if left else "", tuple(self._asked(row) for row in rows),
            tuple(Step(one.index, one.at, draft.plan.deadline[one.index].way is not None, one.index not in waiting)
                  for one in self.steps),
            tuple(name for name in targets_of(draft.plan) if left is None or name != left.to), self.figures_at,
        )

    def _asked(self, row: Task) -> Asked:
        draft = self.draft
        people = (row.person,) if row.person is not None else roles.resolve(
            draft.definition, draft, draft.case.relations, row.role)
        reminders = sorted(instant for task, instant in draft.reminders if task == row.id)
        done = row.status == "done"
        last = row.answered_at if done else draft.at
        return Asked(
            row.name, row.number, row.role, tuple(one for one in people if one != _SOMEBODY),
            row.opened_at or row.opens_at, row.due_at,
            tuple(one for one in reminders if last is None or one <= last), row.answered_at if done else None,
            _HOW.get(row.status, LEFT), row.outcome or "",
        )
