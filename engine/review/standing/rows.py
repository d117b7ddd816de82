"""Which row of work a command means, whose it is, and who may know of it."""

from __future__ import annotations

from engine.definition.model import Outcome, TaskPlan
from engine.review import access, roles
from engine.review.access import Viewer
from engine.review.case import Actor, Case
from engine.review.model import Task


def find_row(case: Case, actor: Actor, name: str) -> tuple[Task | None, TaskPlan | None]:
    """The row meant by a task's id or name, and its plan.

    By name: of the present visit, the actor's own row, else anybody's; an open one before one that waits or is closed;
    the lowest occurrence first. A task of another state has its plan but no row, unless the review was there.
    """
    review, states = case.review, case.definition.states
    for task in review.tasks:
        if task.id == name:
            return task, states[task.state].tasks[task.name]
    rows = [task for task in review.tasks if task.name == name]
    present = [task for task in rows if task.visit == review.visit]
    if present:
        row = min(present, key=lambda task: (_likeness(case, actor, task), task.number))
        return row, states[row.state].tasks[row.name]
    if rows:
        mine = [task for task in rows if actor.person is not None and holds(case, task, actor.person)]
        row = (mine or rows)[-1]
        return row, states[row.state].tasks[name]
    return None, next((state.tasks[name] for state in states.values() if name in state.tasks), None)


def find_answered(case: Case, actor: Actor, name: str) -> tuple[Task | None, TaskPlan | None]:
    """As `find_row`; by name the row that the actor answered last, if there is one in the present visit."""
    review = case.review
    mine = [
        task for task in review.tasks
        if task.name == name and task.visit == review.visit and task.status == "done"
        and task.answered_by is not None and task.answered_by == actor.person
    ]
    if not mine:
        return find_row(case, actor, name)
    row = max(mine, key=lambda task: task.answer_seq or 0)
    return row, case.definition.states[row.state].tasks[row.name]


def answered_here(case: Case, person: str) -> bool:
    """Whether the person has given an answer in the present visit."""
    review = case.review
    return any(task.answered_by == person and task.visit == review.visit for task in review.tasks)


def knows_row(case: Case, viewer: Viewer | None, row: Task) -> bool:
    """Whether the row may be spoken of to the viewer (None: the system itself): it is hers, or hers to read."""
    return viewer is None or access.sees_task(viewer, row) or holds(case, row, viewer.person)


def holds(case: Case, row: Task, person: str) -> bool:
    """Whether the person may answer this row: it is hers, or it is nobody's in particular and she has the role."""
    if row.person is not None:
        return row.person == person
    return person in roles.resolve(case.definition, case.review, case.relations, row.role)


def is_hr(case: Case, person: str | None) -> bool:
    return person in roles.hr_people(case.definition, case.relations, case.review.subject)


def usable(outcome: Outcome, used: int) -> bool:
    """Whether an outcome is still offered after so many uses."""
    return outcome.times is None or used < outcome.times or outcome.after_way is not None


def outcome_key(row: Task, outcome: str) -> str:
    return f"{row.state}.{row.name}.{outcome}"


def _likeness(case: Case, actor: Actor, task: Task) -> int:
    mine = actor.person is not None and holds(case, task, actor.person)
    order = ("open", "waiting", "done", "waived", "superseded")
    return order.index(task.status) + (0 if mine else len(order))
