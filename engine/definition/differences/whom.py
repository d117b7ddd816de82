"""For whom a change is one: the roles that a place of the workflow asks, or the subjects that a scorecard judges."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from engine.definition.differences.model import FORM, SCORECARD, WORKFLOW, Change, Side, Whom
from engine.definition.differences.values import at
from engine.definition.problem import Path

EVERYBODY: Whom = ("everybody", "")


def whom_of(change: Change, before: Side, after: Side) -> tuple[Whom, ...]:
    """Of both sides, those of the older first, nobody twice."""
    found = [
        one
        for side, path in ((before, change.was), (after, change.path))
        for one in _whom(change.part, path, side)
    ]
    return tuple(dict.fromkeys(found)) or (EVERYBODY,)


def _whom(part: str, path: Path, side: Side) -> Iterator[Whom]:
    if part == WORKFLOW:
        yield from _of_workflow(path, side)
    elif part == FORM and path:
        yield from _roles(task for _, task in _tasks(side) if task.get("form") == path[0])
    elif part == SCORECARD:
        yield from _of_card(path, side)


def _of_workflow(path: Path, side: Side) -> Iterator[Whom]:
    top = path[0] if path else ""
    if top == "roles" and len(path) > 1:
        yield "role", str(path[1])
    elif top == "anywhere" and len(path) > 1:
        command = at(side.workflow, path[:2])
        if isinstance(command, Mapping) and isinstance(command.get("by"), str):
            yield "role", command["by"]
    elif top == "states" and len(path) > 1:
        state = str(path[1])
        if len(path) > 3 and path[2] == "tasks":
            yield from _roles(task for place, task in _tasks(side) if place == (state, path[3]))
        elif len(path) == 2 or path[2] in ("deadline", "tasks", "title", "stage"):
            yield from _roles(task for place, task in _tasks(side) if place[0] == state)
        step = at(side.workflow, path[:4]) if len(path) > 3 and path[2] == "deadline" else None
        if isinstance(step, Mapping) and isinstance(step.get("escalate"), str):
            yield "role", step["escalate"]


def _of_card(path: Path, side: Side) -> Iterator[Whom]:
    if path[:1] == ("inputs",) and len(path) > 1:
        asked = at(side.scorecard, (*path[:2], "asked"))
        for role in asked if isinstance(asked, Mapping) else [asked] if isinstance(asked, str) else []:
            yield "role", role
    if path[:1] == ("profiles",) and len(path) > 1:
        profile = at(side.scorecard, path[:2])
        if isinstance(profile, Mapping) and isinstance(profile.get("profile"), str):
            yield "profile", profile["profile"]


def _tasks(side: Side) -> Iterator[tuple[tuple[str, str], Mapping[str, Any]]]:
    states = side.workflow.get("states")
    for state, plan in states.items() if isinstance(states, Mapping) else ():
        tasks = plan.get("tasks") if isinstance(plan, Mapping) else None
        for name, task in tasks.items() if isinstance(tasks, Mapping) else ():
            if isinstance(task, Mapping):
                yield (state, name), task


def _roles(tasks: Iterator[Mapping[str, Any]]) -> Iterator[Whom]:
    for task in tasks:
        if isinstance(task.get("by"), str):
            yield "role", task["by"]
