"""Which of a definition's targets one event came through: told from the event and the plain table alone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from engine.calendar import add_span, day_start, local_day
from engine.definition.model import Definition, Outcome, TaskPlan
from engine.definition.table import (
    deadline_trigger,
    intervention_trigger,
    next_trigger,
    outcome_trigger,
    steps,
    watch_trigger,
)
from engine.operations.simulate.cells import cell_name, cells_of
from engine.operations.simulate.targets import (
    AFTER,
    CELL,
    COMPLETE,
    DEADLINE,
    GATHERED,
    LATE,
    OUTCOME,
    REMINDER,
    STATE,
    STEP,
    TIME_IS_UP,
    Target,
)
from engine.review.barrier import opening_step
from engine.review.commands import Command, FireTimer
from engine.review.events import Event
from engine.review.model import OPEN, Review, Task
from engine.review.standing.rows import outcome_key
from engine.review.tasks import tally
from engine.review.timing import JUST_BEFORE


@dataclass(frozen=True, slots=True)
class Hits:
    """found: in the order in which they happened; astray: steps that the table of the definition does not have."""

    found: tuple[Target, ...]
    astray: tuple[str, ...]


def hits_of(definition: Definition, zone: str, before: Review, command: Command | None, event: Event) -> Hits:
    here = before.state
    found: list[Target] = []
    won = _won(definition, before, event)
    if won is not None:
        row, plan, outcome, name = won
        over = outcome is not None and _over(before, row, outcome)
        suffix = AFTER if over and outcome is not None and outcome.after_way is not None else ""
        found.append(Target(OUTCOME, here, f"{plan.name}.{name}{suffix}"))
    if event.action == "gathered":
        found.append(_gathered(definition, before, event))
    if isinstance(command, FireTimer):
        found.extend(_timed(definition, zone, before, command, event))
    stepping = _Stepping(definition, event)
    first = _first_trigger(definition, before, command, event, won)
    return Hits((*found, *stepping.walk(first)), tuple(stepping.astray))


Won = tuple[Task, TaskPlan, Outcome | None, str]


def _won(definition: Definition, before: Review, event: Event) -> Won | None:
    """The row that the event ended, and the outcome by which its task (or one occurrence of it) is done with it."""
    if event.action not in ("answered", "waived") or event.task is None:
        return None
    changed = _ended_row(before, event)
    if changed is None:
        return None
    plan = definition.states[before.state].tasks[event.task]
    rows = [
        task for task in before.tasks
        if (task.name, task.visit, task.number) == (changed.name, changed.visit, changed.number)
        and task.status != "superseded"
    ]
    after = [changed if row.id == changed.id else row for row in rows]
    was, now = tally(plan, rows), tally(plan, after)
    if was.done or not now.done or now.outcome is None:
        return None
    return changed, plan, plan.outcomes.get(now.outcome), now.outcome


def _ended_row(before: Review, event: Event) -> Task | None:
    rows = {task.id: task for task in before.tasks}
    if event.action == "answered":
        row = rows.get(event.payload["answer"]["task_id"])
        return None if row is None else replace(row, status="done", outcome=event.outcome)
    for one in event.payload.get("changed", ()):
        row = rows.get(one["id"])
        waived = row is not None and row.status in OPEN and row.name == event.task
        if row is not None and waived and one.get("status") == "waived":
            return replace(row, status="waived")
    return None


def _over(before: Review, row: Task, outcome: Outcome) -> bool:
    return outcome.times is not None and before.counts.get(outcome_key(row, outcome.name), 0) >= outcome.times


def _gathered(definition: Definition, before: Review, event: Event) -> Target:
    """Whether everybody was there, or their time was up."""
    step = opening_step(definition, before.state)
    up = any(one.index == step and one.at <= event.at for one in before.deadlines)
    return Target(GATHERED, before.state, TIME_IS_UP if up else COMPLETE)


def _timed(
    definition: Definition, zone: str, before: Review, command: FireTimer, event: Event
) -> Iterator[Target]:
    if command.kind == "deadline":
        yield Target(DEADLINE, before.state, "", int(command.ref))
    elif command.kind == "late" and event.task is not None:
        yield Target(LATE, before.state, event.task)
    elif command.kind == "remind" and event.task is not None:
        row = next(task for task in before.tasks if task.id == command.ref)
        plan = definition.states[before.state].tasks[event.task]
        at = min(instant for task, instant in before.reminders if task == command.ref)
        if row.due_at is None:
            return
        due_day = local_day(zone, row.due_at - JUST_BEFORE)
        for index, span in enumerate(plan.remind):
            if day_start(zone, add_span(definition.days, due_day, span.count, span.unit)) == at:
                yield Target(REMINDER, before.state, event.task, index)


def _first_trigger(
    definition: Definition, before: Review, command: Command | None, event: Event, won: Won | None
) -> str:
    """What the first of the event's steps was taken by."""
    here = before.state
    if event.action == "intervened":
        return intervention_trigger(str(event.outcome))
    if event.action == "skipped" and (here, next_trigger(here)) not in steps(definition):
        ways = (index for index, step in enumerate(definition.states[here].deadline) if step.way is not None)
        return deadline_trigger(here, next(ways, 0))
    if event.action == "expired" and isinstance(command, FireTimer):
        return deadline_trigger(here, int(command.ref))
    if event.guards and event.guards[0][0].startswith(f"{here}.watch."):
        return watch_trigger(here, int(event.guards[0][0].rpartition(".")[2]) - 1)
    row, plan, outcome, _ = won or (None, None, None, "")
    if row is not None and plan is not None and outcome is not None:
        over = _over(before, row, outcome)
        trigger = outcome_trigger(here, plan, outcome, after=over and outcome.after_way is not None)
        targets = [branch.to for branch in steps(definition).get((here, trigger), ())]
        if (event.payload.get("trail") or [""])[0] in targets:
            return trigger
    return next_trigger(here)


class _Stepping:
    """Follows the states that an event entered, branch by branch, with what the conditions said."""

    def __init__(self, definition: Definition, event: Event) -> None:
        self.definition, self.event = definition, event
        self.truths = list(event.guards)
        self.astray: list[str] = []

    def walk(self, trigger: str) -> Iterator[Target]:
        trail = list(self.event.payload.get("trail", ()))
        here = self.event.from_state
        if here is None:  # it was opened: the first state is entered without a step
            here = trail.pop(0) if trail else self.definition.initial
            trigger = next_trigger(here)
            yield Target(STATE, here)
        for state in trail:
            yield from self._step(here, trigger, state)
            yield Target(STATE, state)
            here, trigger = state, next_trigger(state)

    def _step(self, here: str, trigger: str, there: str) -> Iterator[Target]:
        way = steps(self.definition).get((here, trigger), ())
        asked: dict[str, bool] = {}
        for index, branch in enumerate(way):
            if branch.guard is not None:
                asked[branch.guard.id] = self._holds(branch.guard.id)
                if not asked[branch.guard.id]:
                    continue
            if branch.to != there:
                break
            yield Target(STEP, here, trigger, index)
            cell = cells_of(self.definition).told(here, trigger, asked, self.event.payload.get("guard_values", {}))
            if cell:
                yield Target(CELL, here, cell_name(trigger, cell))
            return
        self.astray.append(f"{here} -> {there} ({trigger})")

    def _holds(self, guard: str) -> bool:
        return bool(self.truths) and self.truths[0][0] == guard and self.truths.pop(0)[1]
