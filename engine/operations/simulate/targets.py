"""Everything that a definition declares and a path may come through, each with its place in the file."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from engine.definition.model import Definition, State
from engine.definition.table import steps
from engine.review.barrier import opening_step

STATE, STEP, OUTCOME, DEADLINE, REMINDER, LATE, GATHERED, CELL = (
    "states", "transitions", "outcomes", "deadlines", "reminders", "late", "gathered", "cells",
)
KINDS = (STATE, STEP, OUTCOME, DEADLINE, REMINDER, LATE, GATHERED)
"""What coverage is told of; cells of conditions are told beside them, since not all of them can occur."""

AFTER = "/after"
COMPLETE, TIME_IS_UP = "complete", "time"

Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Target:
    """kind: one of KINDS or `cells`; index: a branch, step or reminder; state: where it is met.

    name: of a transition the trigger, of an outcome `task.outcome` (`…/after` once its `times` are used up), of a
    reminder or late waiver the task, of a cohort's barrier how it opened, of a cell the trigger and what its condition
    reads.
    """

    kind: str
    state: str
    name: str = ""
    index: int = 0


def targets_of(definition: Definition) -> tuple[Target, ...]:
    """In the order of the file: states with what is in them, then the steps of every state."""
    found: list[Target] = []
    for state in definition.states.values():
        found.append(Target(STATE, state.name))
        found.extend(_within(state, definition))
    for (source, trigger), way in steps(definition).items():
        if definition.states[source].fork and trigger.startswith("anywhere/"):
            continue  # a fork is passed at once: no review is ever found there
        found.extend(Target(STEP, source, trigger, index) for index in range(len(way)))
    return tuple(found)


def _within(state: State, definition: Definition) -> Iterator[Target]:
    for task in state.tasks.values():
        for name in definition.outcomes_of(task):
            yield Target(OUTCOME, state.name, f"{task.name}.{name}")
            if name in task.outcomes and task.outcomes[name].after_way is not None:
                yield Target(OUTCOME, state.name, f"{task.name}.{name}{AFTER}")
        for index in range(len(task.remind) if task.due is not None else 0):
            yield Target(REMINDER, state.name, task.name, index)
        if task.late_waive and task.due is not None:
            yield Target(LATE, state.name, task.name)
    if state.gathers:
        yield Target(GATHERED, state.name, COMPLETE)
        if opening_step(definition, state.name) is not None:
            yield Target(GATHERED, state.name, TIME_IS_UP)
    for index in range(len(state.deadline)):
        yield Target(DEADLINE, state.name, "", index)


def place_of(target: Target) -> Path:
    """Where in the workflow's file it is written."""
    if target.kind == REMINDER:
        return ("states", target.state, "tasks", target.name, "remind", target.index)
    if target.kind == LATE:
        return ("states", target.state, "tasks", target.name, "late")
    if target.kind == DEADLINE:
        return ("states", target.state, "deadline", target.index)
    if target.kind == OUTCOME:
        task, _, outcome = target.name.removesuffix(AFTER).partition(".")
        return ("states", target.state, "tasks", task, "outcomes", outcome)
    if target.kind in (STATE, GATHERED):
        return ("states", target.state, *(("gathers",) if target.kind == GATHERED else ()))
    return _of_trigger(target)


def _of_trigger(target: Target) -> Path:
    trigger, index = target.name, target.index
    if trigger.startswith("anywhere/"):
        return ("anywhere", trigger.removeprefix("anywhere/"), "to", index)
    parts = trigger.removeprefix(f"{target.state}/").split("/")
    here: Path = ("states", target.state)
    if parts[0] == "next":
        return (*here, "next", index)
    if parts[0] in ("deadline", "watch"):
        return (*here, parts[0], int(parts[1]), "to")
    task, outcome = parts[1], parts[2]
    return (*here, "tasks", task, "outcomes", outcome, *(("after_that",) if len(parts) > 3 else ()), "to", index)


def line_of(definition: Definition, target: Target) -> int:
    """The line of the target, or of what stands around it where it has none of its own; 0 for a definition that was
    not read from a file."""
    path = place_of(target)
    while path:
        line = definition.lines.get(("workflow.yaml", path))
        if line is not None:
            return line
        path = path[:-1]
    return 0
