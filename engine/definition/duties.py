"""Separation of duties, as far as roles tell it: nobody approves what is her own, decides on herself or reads along.

Whether two roles are the same person in a firm is for `check --people` to say.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Protocol

from engine.definition.model import Outcome, Role, State, TaskPlan
from engine.definition.problem import Path
from engine.definition.sense import Sense
from engine.definition.tasks import ONE_PERSON, before, one_person

SUBJECT = "subject"
GRADE = "grade"
RESULT = "result"


class Plan(Protocol):
    """A workflow, as it is checked or as it is defined."""

    @property
    def roles(self) -> Mapping[str, Role]: ...
    @property
    def states(self) -> Mapping[str, State]: ...


def check_duties(sense: Sense) -> None:
    plan = sense.workflow
    for first, second, path in approvals(plan):
        if by_subject(plan, second.by):
            continue
        if same_people(plan, first.by, second.by):
            sense.add("WF110", (*path, "by"), task=second.name, other=first.name, role=second.by)
        elif may_be(plan, first.by, second.by):
            _may_be_hers(sense, second, first)
    for path, _, task in tasks_of(plan):
        if task.adjusts == GRADE and by_subject(plan, task.by):
            sense.add("WF111", (*path, "by"), task=task.name, role=task.by)
    for path, task in hearings(plan):
        _hearing(sense, path, task)
    for path, state, task in tasks_of(plan):
        _reads_along(sense, path, state, task)


def _may_be_hers(sense: Sense, task: TaskPlan, made: TaskPlan) -> None:
    values = {"task": task.name, "other": made.name, "role": task.by, "by": made.by}
    sense.add_with("WF115", ("roles", task.by), values, "warning", True)


def tasks_of(plan: Plan) -> Iterator[tuple[Path, State, TaskPlan]]:
    for state in plan.states.values():
        for task in state.tasks.values():
            yield ("states", state.name, "tasks", task.name), state, task


def by_subject(plan: Plan, role: str) -> bool:
    """Whether the role is the subject's own, under whatever name."""
    return role == SUBJECT or (role in plan.roles and plan.roles[role].who.kind == SUBJECT)


def same_people(plan: Plan, role: str, other: str) -> bool:
    """Whether both roles are found in the same way, whoever is in the firm."""
    if role == other:
        return True
    one, two = plan.roles.get(role), plan.roles.get(other)
    return one is not None and two is not None and one.who == two.who and not _kept_apart(plan, one, two)


def _kept_apart(plan: Plan, one: Role, two: Role) -> bool:
    """Whether `not` of one keeps the people of the other out, under whatever name."""
    return any(
        name == other.name or (name in plan.roles and plan.roles[name].who == other.who)
        for role, other in ((one, two), (two, one)) for name in role.excludes
    )


def _several(plan: Plan, role: Role) -> bool:
    """Whether the role has several people as a rule, so that whoever gave the grade may be among them."""
    return role.who.kind not in ONE_PERSON or not one_person(plan.roles, role.who.base)


def may_be(plan: Plan, role: str, other: str) -> bool:
    """Whether somebody of the one role may come to hold the other for want of another, or by being chosen for it."""
    one, two = plan.roles.get(role), plan.roles.get(other)
    if one is None or two is None or _kept_apart(plan, one, two):
        return False
    return two.who.kind == "chosen" or (one.who == two.otherwise and not _several(plan, one))


def approvals(plan: Plan) -> Iterator[tuple[TaskPlan, TaskPlan, Path]]:
    """A task that makes something, the task that decides on it, and where that stands: what is set and sent back or
    acknowledged behind it in the same state, and grades adjusted before the result is acknowledged."""
    adjusting = [task for _, _, task in tasks_of(plan) if task.adjusts == GRADE]
    for path, state, task in tasks_of(plan):
        earlier = before(state).get(task.name, set())
        made_here = [state.tasks[name] for name in sorted(earlier & state.tasks.keys()) if state.tasks[name].sets]
        for made in made_here or _made_elsewhere(plan, state):
            if any(
                (made in made_here and made.name in one.again) or _acknowledges(one, str(made.sets))
                for one in task.outcomes.values()
            ):
                yield made, task, path
        if any(_acknowledges(one, RESULT) for one in task.outcomes.values()):
            yield from ((one, task, path) for one in adjusting)


def _made_elsewhere(plan: Plan, state: State) -> list[TaskPlan]:
    return [task for _, other, task in tasks_of(plan) if task.sets and other.name != state.name]


def _acknowledges(outcome: Outcome, what: str) -> bool:
    effects = (*outcome.effects, *outcome.after_effects)
    return any(one.verb == "acknowledge" and one.what == what for one in effects)


def hearings(plan: Plan) -> Iterator[tuple[Path, TaskPlan]]:
    """Tasks that rule on a result which somebody did not acknowledge: where such an outcome leads, but not back to
    evaluating."""
    led: set[str] = set()
    for _, _, task in tasks_of(plan):
        signed = [one for one in task.outcomes.values() if _acknowledges(one, RESULT)]
        if not signed:
            continue
        onwards = {branch.to for one in signed for branch in one.way or ()}
        led |= {
            branch.to for one in task.outcomes.values() if one not in signed for branch in one.way or ()
        } - onwards
    for path, state, task in tasks_of(plan):
        if state.name in led and state.stage != "evaluate" and task.decides:
            yield path, task


def judges(plan: Plan) -> dict[str, TaskPlan]:
    """Role -> a task by which it had a part in the result: it rates, adjusts or writes the evaluation."""
    found: dict[str, TaskPlan] = {}
    for _, state, task in tasks_of(plan):
        if task.asks or task.adjusts == GRADE or (state.stage == "evaluate" and task.decides | bool(task.form)):
            found.setdefault(task.by, task)
    return found


def _hearing(sense: Sense, path: Path, task: TaskPlan) -> None:
    plan = sense.workflow
    if by_subject(plan, task.by):
        sense.add("WF111", (*path, "by"), task=task.name, role=task.by)
        return
    hears = plan.roles.get(task.by)
    for role, made in judges(plan).items():
        judge = plan.roles.get(role)
        if judge is None or hears is None or by_subject(plan, role):
            continue
        if same_people(plan, role, task.by):
            sense.add("WF114", (*path, "by"), task=task.name, role=task.by, other=made.name)
        elif _several(plan, hears) and not (_several(plan, judge) or _kept_apart(plan, hears, judge)):
            sense.add("WF112", ("roles", task.by), at_key=True, role=task.by, task=task.name, other=role)
        elif may_be(plan, role, task.by):
            _may_be_hers(sense, task, made)


def _reads_along(sense: Sense, path: Path, state: State, task: TaskPlan) -> None:
    """Answers of the same visit are shown once they are all in, not while their authors still write."""
    earlier = before(state).get(task.name, set())
    for index, name in enumerate(task.shows):
        if name in state.tasks and name not in earlier:
            sense.add("WF113", (*path, "shows", index), task=task.name, other=name)
