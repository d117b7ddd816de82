"""What the net of a state proves: each task opens, can be answered and leads on, whatever was answered before."""

from __future__ import annotations

from engine.definition.model import State
from engine.definition.net import Found, behind, explore
from engine.definition.problem import Path
from engine.definition.sense import Sense
from engine.definition.visits import visits_max

MANY = 1_000
"""Visits of a state where nothing bounds them; what circles so is told elsewhere."""


def check_standstill(sense: Sense) -> None:
    """For states whose tasks stand in an order at all; `check_tasks` has said what is wrong with the others."""
    visits = visits_max(sense)
    for state in sense.states.values():
        if state.final or state.fork:
            continue
        found = explore(state, visits.get(state.name, MANY) - 1)
        if not found.complete:
            path: Path = ("states", state.name, "tasks")
            sense.add("WF104", path, level="warning", at_key=True, state=state.name, count=str(found.markings))
            continue
        _leads_on(sense, state, found)
        _opens(sense, state, found)
        _answered(sense, state, found)
        _asked_again(sense, state, found)
        _bounds(sense, state, found)


def _leads_on(sense: Sense, state: State, found: Found) -> None:
    """A state that is done and has no `next` waits for its deadline, which may be meant, or for nothing."""
    if state.next is None and found.finished is not None and not _never_all_in(sense, state):
        trail = ", ".join(found.finished or state.collects)
        moves = any(step.way is not None for step in state.deadline)
        values = {"state": state.name, "trail": trail}
        sense.add_with("WF058", ("states", state.name), values, "warning" if moves else "error", True)


def _never_all_in(sense: Sense, state: State) -> bool:
    """Whether more may always come: of a list that wants no rows at least, only the deadline ends the waiting."""
    lists = sense.card.lists if sense.card is not None else {}
    return any(name in lists and not lists[name].count.low for name in state.collects)


def _opens(sense: Sense, state: State, found: Found) -> None:
    for task in state.tasks.values():
        if task.name in found.opened:
            continue
        # Only the first of a row that cannot open is told: mending it mends those behind it.
        other = next((one for one in task.waits_for if one not in found.ended and one in found.opened), None)
        if other is not None:
            path: Path = ("states", state.name, "tasks", task.name)
            sense.add("WF074", path, at_key=True, task=task.name, other=other)


def _answered(sense: Sense, state: State, found: Found) -> None:
    for name, trail in found.barred.items():
        path: Path = ("states", state.name, "tasks", name, "outcomes")
        sense.add("WF100", path, at_key=True, task=name, trail=", ".join(trail))


def _asked_again(sense: Sense, state: State, found: Found) -> None:
    for task in state.tasks.values():
        for outcome in task.outcomes.values():
            key = (task.name, outcome.name)
            if not outcome.again or key not in found.fired:
                continue
            path: Path = ("states", state.name, "tasks", task.name, "outcomes", outcome.name, "again")
            values = {"task": task.name, "outcome": outcome.name, "other": ", ".join(outcome.again)}
            if key not in found.helped:
                sense.add_with("WF101", path, values, "warning", True)
            elif task.name not in behind(state.tasks, outcome.again):
                sense.add_with("WF102", path, values, "warning", True)


def _bounds(sense: Sense, state: State, found: Found) -> None:
    """`after_that` that can never come, since no review is in this state so often."""
    for task in state.tasks.values():
        for outcome in task.outcomes.values():
            key = (task.name, outcome.name)
            if outcome.after_way is not None and key in found.fired and key not in found.after:
                path: Path = ("states", state.name, "tasks", task.name, "outcomes", outcome.name, "after_that")
                values = {"state": state.name, "outcome": outcome.name, "task": task.name}
                sense.add_with("WF103", path, values, "warning", True)
