"""Separation of duties, as far as roles tell it: nobody approves what is her own, decides on herself or reads along.

Whether two roles are the same person in a firm is for `check --people` to say.
"""

from __future__ import annotations

from collections.abc import Iterator

from engine.definition.model import Outcome, State, TaskPlan
from engine.definition.problem import Path
from engine.definition.sense import Sense
from engine.definition.tasks import before

SUBJECT = "subject"
SEVERAL = ("group", "team", "chosen")
"""Kinds of roles that whoever gave the grade may be among, unless `not` leaves her out."""
GRADE = "grade"
RESULT = "result"


def check_duties(sense: Sense) -> None:
    for first, second, path in approvals(sense):
        if not by_subject(sense, second.by) and same_people(sense, first.by, second.by):
            sense.add("WF110", (*path, "by"), task=second.name, other=first.name, role=second.by)
    for path, _, task in sense.tasks():
        if task.adjusts == GRADE and by_subject(sense, task.by):
            sense.add("WF111", (*path, "by"), task=task.name, role=task.by)
    for path, _, task in hearings(sense):
        _hearing(sense, path, task)
    for path, state, task in sense.tasks():
        _reads_along(sense, path, state, task)


def by_subject(sense: Sense, role: str) -> bool:
    """Whether the role is the subject's own, under whatever name."""
    return role == SUBJECT or (role in sense.workflow.roles and sense.workflow.roles[role].who.kind == SUBJECT)


def same_people(sense: Sense, role: str, other: str) -> bool:
    """Whether both roles are found in the same way, whoever is in the firm."""
    if role == other:
        return True
    one, two = sense.workflow.roles.get(role), sense.workflow.roles.get(other)
    if one is None or two is None or role in two.excludes or other in one.excludes:
        return False
    return one.who == two.who


def approvals(sense: Sense) -> Iterator[tuple[TaskPlan, TaskPlan, Path]]:
    """A task that makes something, the task that decides on it, and where that stands: what is set and sent back or
    acknowledged behind it in the same state, and grades adjusted before the result is acknowledged."""
    adjusting = [task for _, _, task in sense.tasks() if task.adjusts == GRADE]
    for path, state, task in sense.tasks():
        earlier = before(state).get(task.name, set())
        for name in sorted(earlier & state.tasks.keys()):
            made = state.tasks[name]
            if made.sets and any(name in one.again or _acknowledges(one, made.sets) for one in task.outcomes.values()):
                yield made, task, path
        if any(_acknowledges(one, RESULT) for one in task.outcomes.values()):
            yield from ((one, task, path) for one in adjusting)


def _acknowledges(outcome: Outcome, what: str) -> bool:
    effects = (*outcome.effects, *outcome.after_effects)
    return any(one.verb == "acknowledge" and one.what == what for one in effects)


def hearings(sense: Sense) -> Iterator[tuple[Path, State, TaskPlan]]:
    """Tasks that rule on a result which somebody did not acknowledge: where such an outcome leads, but not back to
    evaluating."""
    led: set[str] = set()
    for _, _, task in sense.tasks():
        signed = [one for one in task.outcomes.values() if _acknowledges(one, RESULT)]
        if not signed:
            continue
        onwards = {branch.to for one in signed for branch in one.way or ()}
        led |= {
            branch.to for one in task.outcomes.values() if one not in signed for branch in one.way or ()
        } - onwards
    for path, state, task in sense.tasks():
        if state.name in led and state.stage != "evaluate" and task.decides:
            yield path, state, task


def judges(sense: Sense) -> dict[str, TaskPlan]:
    """Role -> a task by which it had a part in the result: it rates, adjusts or writes the evaluation."""
    found: dict[str, TaskPlan] = {}
    for _, state, task in sense.tasks():
        if task.asks or task.adjusts == GRADE or (state.stage == "evaluate" and task.decides | bool(task.form)):
            found.setdefault(task.by, task)
    return found


def _hearing(sense: Sense, path: Path, task: TaskPlan) -> None:
    if by_subject(sense, task.by):
        sense.add("WF111", (*path, "by"), task=task.name, role=task.by)
        return
    hears = sense.workflow.roles.get(task.by)
    for role, made in judges(sense).items():
        judge = sense.workflow.roles.get(role)
        if judge is None or hears is None or by_subject(sense, role):
            continue
        if same_people(sense, role, task.by):
            sense.add("WF114", (*path, "by"), task=task.name, role=task.by, other=made.name)
        elif hears.who.kind in SEVERAL and judge.who.kind not in SEVERAL and role not in hears.excludes:
            sense.add("WF112", ("roles", task.by), at_key=True, role=task.by, task=task.name, other=role)


def _reads_along(sense: Sense, path: Path, state: State, task: TaskPlan) -> None:
    """Answers of the same visit are shown once they are all in, not while their authors still write."""
    earlier = before(state).get(task.name, set())
    for index, name in enumerate(task.shows):
        if name in state.tasks and name not in earlier:
            sense.add("WF113", (*path, "shows", index), task=task.name, other=name)
