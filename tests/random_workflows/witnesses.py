"""For each alarm of the checker that says what a review would do: the run that shows it, in the engine where a review
must do it, in the table where a step must be there or not."""

from __future__ import annotations

import random
import re
from collections import deque
from collections.abc import Callable, Mapping
from decimal import Decimal
from itertools import chain, pairwise
from typing import Any

from engine.definition.model import Definition, State, TaskPlan, Way
from engine.definition.problem import Path, Problem
from engine.definition.table import choose, has_step, next_trigger, steps, truth_of, ways_of
from engine.review import roles
from engine.review.case import Refused
from engine.review.model import OPEN
from engine.review.standing.rows import usable
from rules.expressions.types import MISSING, Kind
from tests.engine.review.world import World
from tests.random_workflows.cells import cells_of, types_of
from tests.random_workflows.exploring import LATE, Found, answered, attempt, drained, entered, explore, state_done, walk
from tests.random_workflows.playing import START, kind_of

Witness = Callable[[Problem, Definition], bool]


def shown(problem: Problem, definition: Definition) -> bool:
    """Whether a run shows what the problem says."""
    return WITNESSES[problem.code](problem, definition)


# The graph of states, searched in the table


def _reach(
    definition: Definition, starts: list[str], closed: frozenset[str] = frozenset(), anywhere: bool = True
) -> set[str]:
    """States reached by the steps of the table, never leaving those that are closed."""
    seen, waiting = set(starts), deque(starts)
    while waiting:
        here = waiting.popleft()
        for (source, trigger), way in steps(definition).items():
            if source != here or here in closed or (not anywhere and kind_of(trigger, here) == "anywhere"):
                continue
            for branch in way:
                if branch.to not in seen:
                    seen.add(branch.to)
                    waiting.append(branch.to)
    return seen


def not_reached(problem: Problem, definition: Definition) -> bool:
    return problem.values["state"] not in _reach(definition, [definition.initial])


def no_end_from(problem: Problem, definition: Definition) -> bool:
    reached = _reach(definition, [problem.values["state"]], anywhere=False)
    return not any(definition.states[name].final for name in reached)


def no_final(problem: Problem, definition: Definition) -> bool:
    return not any(state.final for state in definition.states.values())


def circle_without_bound(problem: Problem, definition: Definition) -> bool:
    """Each step of the circle told is there, and none of them is counted."""
    names = problem.values["circle"].split(" → ")
    return names[0] == names[-1] and all(
        any(
            source == here and not _counted(definition, here, trigger) and any(branch.to == there for branch in way)
            for (source, trigger), way in steps(definition).items()
        )
        for here, there in pairwise(names)
    )


def _counted(definition: Definition, state: str, trigger: str) -> bool:
    parts = trigger.split("/")
    if parts[0] == "anywhere":
        return definition.anywhere[parts[1]].times is not None
    if kind_of(trigger, state) == "tasks":
        return len(parts) == 4 and definition.states[state].tasks[parts[2]].outcomes[parts[3]].times is not None
    return kind_of(trigger, state) == "watch" and definition.states[state].watch[int(parts[2])].times is not None


def left_from_the_end(problem: Problem, definition: Definition) -> bool:
    one = definition.anywhere[problem.values["word"]]
    missing = one.within if problem.values["needs"] == "within" else one.times
    return missing is None and has_step(definition, problem.values["state"], f"anywhere/{one.name}")


def no_way_on(problem: Problem, definition: Definition) -> bool:
    return not has_step(definition, problem.values["state"], next_trigger(problem.values["state"]))


def past_what_it_reads(problem: Problem, definition: Definition) -> bool:
    """A way to the state on which what lacks has not come in."""
    lacking, state = problem.values["lacking"].split(", ")[0], definition.states[problem.values["state"]]
    gathering = frozenset(
        name for name, one in definition.states.items()
        if lacking in one.collects or lacking in one.tasks or any(lacking in task.asks for task in one.tasks.values())
    )
    return state.name in _reach(definition, [definition.initial], gathering)


# Conditions, asked in the table


def _way_at(definition: Definition, path: Path) -> Way:
    """The way that a place in the file belongs to."""
    words = [str(one) for one in path]
    best = max(
        (trigger for trigger, sources, _ in ways_of(definition) if _belongs(trigger, sources, words)),
        key=len, default="",
    )
    return next(way for trigger, _, way in ways_of(definition) if trigger == best)


def _belongs(trigger: str, sources: tuple[str, ...], path: list[str]) -> bool:
    parts = trigger.split("/")
    if parts[0] == "anywhere":
        return path[:2] == parts
    key = {"after": "after_that"}
    plain = [key.get(one, one) for one in parts[1:]]
    if plain[0] == "tasks":
        plain.insert(2, "outcomes")
    return path[0] == "states" and path[1] == sources[0] and path[2 : 2 + len(plain)] == plain and (
        "after_that" not in path or "after_that" in plain)


def gap(problem: Problem, definition: Definition) -> bool:
    """With the values that the message names no branch is chosen."""
    values = _values_of(problem.values["witness"], definition)
    return choose(_way_at(definition, problem.path), values, ()).to is None


def _values_of(text: str, definition: Definition) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, said in re.findall(r"(\S+) = ([^,]+)", text):
        kind = types_of(definition)[name].kind
        if said == "?":
            found[name] = MISSING
        elif kind is Kind.YES_NO:
            found[name] = said in ("true", "yes")
        else:
            found[name] = said if kind is Kind.CHOICE else Decimal(said)
    return found


def never_taken(problem: Problem, definition: Definition) -> bool:
    """In no cell is the branch chosen. Where a person takes the way, one that lacks something is not taken at all."""
    way = _way_at(definition, problem.path)
    place = next(one for one in reversed(problem.path) if isinstance(one, int))
    by_time = "deadline" in problem.path or ("next" in problem.path and definition.states[str(problem.path[1])].fork)
    known = {name for name, one in definition.card.guard_scope().names.items() if not one.missing}
    for names in cells_of(way, types_of(definition), random.Random(1)):
        if not by_time and any(names.get(name, MISSING) is MISSING for name in known & _read(way)):
            continue
        chosen = choose(way, names, ())
        if chosen.to is not None and _index(way, names) == place:
            return False
    return True


def _read(way: Way) -> set[str]:
    return {name for branch in way if branch.guard is not None for name in branch.guard.expression.reads}


def _index(way: Way, names: Mapping[str, Any]) -> int:
    return next(
        place for place, one in enumerate(way) if one.guard is None or truth_of(one.guard, names, ()) is True
    )


# One state, in the engine


def _state_of(problem: Problem, definition: Definition) -> State:
    return definition.states[str(problem.path[1])]


def _task_of(problem: Problem, definition: Definition, key: str = "task") -> TaskPlan:
    return _state_of(problem, definition).tasks[problem.values[key]]


def _open(world: World, name: str) -> list[Any]:
    return [row for row in world.review.tasks if row.name == name and row.status == "open"
            and row.visit == world.review.visit]  # fmt: skip


def _sought(
    problem: Problem, definition: Definition, goal: Callable[[World], bool], waive: bool = True,
    spare: tuple[str, ...] = (),
) -> Found | None:
    """In the state of the problem: from a first visit, else from one on which the bounded outcomes are used up; entered
    early in the period, else after its end."""
    state = _state_of(problem, definition)
    starts = [entered(definition, state.name, used_up, start) for used_up in (False, True) for start in (START, LATE)]
    straight = (walk(one, goal, spare) for one in starts)
    searched = (explore(one, goal, waive) for one in starts)
    return next((found for found in chain(straight, searched) if found is not None), None)


def waits_for_ever(problem: Problem, definition: Definition) -> bool:
    state = problem.values["state"]
    return drained(entered(definition, state)).review.state == state


def sent_back_for_ever(problem: Problem, definition: Definition) -> bool:
    """The same outcome four times over, each time asked again."""
    plan, outcome = _task_of(problem, definition), problem.values["outcome"]
    found = _sought(problem, definition, lambda world: bool(_open(world, plan.name)), False)
    for _ in range(4):
        if found is None or not answered(found.world, _open(found.world, plan.name)[0], outcome):
            return False
        while plan.each and _open(found.world, plan.name) and answered(
            found.world, _open(found.world, plan.name)[0], outcome
        ):
            pass
        found = explore(found.world, lambda world: bool(_open(world, plan.name)), False)
    return found is not None


def never_opens(problem: Problem, definition: Definition) -> bool:
    """Whatever is answered, none of the tasks said never to open does (HR may waive what stands before one)."""
    said = problem.values.get("circle", "").split(" → ") if "circle" in problem.values else [problem.values["task"]]
    return _sought(problem, definition, lambda world: any(_open(world, name) for name in said), False) is None


def both_open(problem: Problem, definition: Definition) -> bool:
    names = problem.values["task"], problem.values["other"]

    def both(world: World) -> bool:
        return all(_open(world, name) for name in names)

    return _sought(problem, definition, both, spare=names) is not None


def left_undone(problem: Problem, definition: Definition) -> bool:
    """An answer to the other task leaves the state while the task is not done."""
    state, task, other = _state_of(problem, definition), problem.values["task"], problem.values["other"]

    def left(world: World) -> bool:
        event = world.events[-1]
        rows = [row for row in world.review.tasks if row.name == task and row.visit == 1]
        if event.payload.get("trail") and event.seq > 1:
            return event.task == other and all(row.status == "superseded" for row in rows)
        undone = all(row.status in OPEN for row in rows)
        return undone and any(_held_up(world, row, name) for row in _open(world, other) for name in moving)

    moving = [one.name for one in state.tasks[other].outcomes.values() if one.way is not None]
    return _sought(problem, definition, left, False, (task, other)) is not None


def _held_up(world: World, row: Any, outcome: str) -> bool:
    """Whether only a figure that lacks keeps the answer from moving the review."""
    said = attempt(world.twin(), row, outcome)
    return isinstance(said, Refused) and said.code == "result_blocked"


def done_and_nowhere_to_go(problem: Problem, definition: Definition) -> bool:
    state = problem.values["state"]
    return not has_step(definition, state, next_trigger(state)) and _sought(
        problem, definition, lambda world: world.review.state == state and state_done(world)
    ) is not None


def too_few(problem: Problem, definition: Definition) -> bool:
    """Not so many people have the role as answers are needed."""
    world = entered(definition, str(problem.path[1]))
    people = roles.resolve(definition, world.review, world.relations, problem.values["role"])
    return len(people) < int(problem.values["need"])


def cannot_be_answered(problem: Problem, definition: Definition) -> bool:
    """The task is open and none of its outcomes is offered."""
    plan, state = _task_of(problem, definition), _state_of(problem, definition)

    def barred(world: World) -> bool:
        counts = world.review.counts
        return bool(_open(world, plan.name)) and not any(
            usable(one, counts.get(f"{state.name}.{plan.name}.{one.name}", 0)) for one in plan.outcomes.values()
        )

    return _sought(problem, definition, barred) is not None


def asked_before_it_opened(problem: Problem, definition: Definition) -> bool:
    """The task can be answered while what it sends back has not been asked yet."""
    task, other = problem.values["task"], problem.values["other"]

    def early(world: World) -> bool:
        rows = [row for row in world.review.tasks if row.name == other and row.visit == world.review.visit]
        return bool(_open(world, task)) and all(row.opened_at is None for row in rows)

    return _sought(problem, definition, early, False) is not None


def shown_before_handed_in(problem: Problem, definition: Definition) -> bool:
    return both_open(problem, definition)


WITNESSES: dict[str, Witness] = {
    "WF034": too_few, "WF050": not_reached, "WF051": no_end_from, "WF052": waits_for_ever,
    "WF053": circle_without_bound, "WF054": sent_back_for_ever, "WF055": never_opens, "WF056": both_open,
    "WF057": left_undone, "WF058": done_and_nowhere_to_go, "WF059": no_way_on, "WF061": left_from_the_end,
    "WF062": no_final, "WF063": gap, "WF065": never_taken, "WF066": never_taken, "WF068": past_what_it_reads,
    "WF074": never_opens, "WF100": cannot_be_answered, "WF101": asked_before_it_opened,
    "WF105": never_opens, "WF113": shown_before_handed_in,
}

NO_RUN = {
    "WF019": "a question nobody is asked: the file says it", "WF020": "an input nobody collects: the file says it",
    "WF060": "a key that has no place", "WF106": "about who there is to do it", "WF107": "about who there is to do it",
    "WF102": "a wish for another order, no run is wrong",
    "WF110": "about who may do what, not about what happens", "WF111": "about who may do what",
    "WF112": "about who may do what", "WF114": "about who may do what",
}
"""Errors that claim nothing about what a review does."""
