"""Whether an actor may ask a thing of a review at all, now: the one list of reasons, for `decide` and for `explain`."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from engine.clock import instant_text
from engine.definition.model import Outcome, TaskPlan
from engine.review import access, machine, roles, timers, timing
from engine.review.access import Viewer
from engine.review.case import Actor, Case, Reason
from engine.review.commands import (
    Answer,
    Command,
    CorrectFigures,
    FireTimer,
    Intervene,
    Reassign,
    Remark,
    TakeFigures,
    Waive,
)
from engine.review.model import OPEN, Task
from engine.review.refusal import Code, reason


@dataclass(slots=True)
class Standing:
    """reasons: why not, unordered; row and plan: the task it is about, where there is one; next_at: when it opens."""

    reasons: list[Reason] = field(default_factory=list)
    row: Task | None = None
    plan: TaskPlan | None = None
    next_at: datetime | None = None

    def no(self, code: Code, **values: object) -> None:
        self.reasons.append(reason(code, **values))


def standing(case: Case, actor: Actor, command: Command, at: datetime) -> Standing:
    """Everything that speaks against the command whatever it contains: who asks, of what, in which state, when."""
    found = Standing()
    if isinstance(command, FireTimer):
        _timer(found, case, actor, command, at)
        return found
    viewer = None
    if actor.person is None:
        if not isinstance(command, TakeFigures | CorrectFigures):
            found.no(Code.NOT_YOURS)
    else:
        viewer = access.relations_to(case.definition, case.review, case.relations, actor.person)
        if not access.may_read(viewer):
            found.no(Code.NOT_VISIBLE)
            return found  # for her there is no such review: whatever else speaks against it would tell her of one
        if not access.may_write(viewer):
            found.no(Code.READ_ONLY)
    if isinstance(command, Answer | Waive | Reassign):
        _task(found, case, actor, command, viewer)
    elif isinstance(command, Remark):
        if not command.comment.strip():
            found.no(Code.COMMENT_REQUIRED)
    else:
        followed = viewer is None or access.sees(case.definition, case.review, viewer, "history")
        if isinstance(command, Intervene):
            _intervene(found, case, actor, command, at, followed)
        else:
            _figures(found, case, actor, command, followed)
    return found


def knows_row(case: Case, viewer: Viewer | None, row: Task) -> bool:
    """Whether the row may be spoken of to the viewer (None: the system itself): it is hers, or hers to read."""
    return viewer is None or access.sees_task(viewer, row) or holds(case, row, viewer.person)


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


def holds(case: Case, row: Task, person: str) -> bool:
    """Whether the person may answer this row: it is hers, or it is nobody's in particular and she has the role."""
    if row.person is not None:
        return row.person == person
    return person in roles.resolve(case.definition, case.review, case.relations, row.role)


def usable(outcome: Outcome, used: int) -> bool:
    """Whether an outcome is still offered after so many uses."""
    return outcome.times is None or used < outcome.times or outcome.after_way is not None


def outcome_key(row: Task, outcome: str) -> str:
    return f"{row.state}.{row.name}.{outcome}"


def is_hr(case: Case, person: str | None) -> bool:
    return person in roles.hr_people(case.definition, case.relations, case.review.subject)


def _likeness(case: Case, actor: Actor, task: Task) -> int:
    mine = actor.person is not None and holds(case, task, actor.person)
    order = ("open", "waiting", "done", "waived", "superseded")
    return order.index(task.status) + (0 if mine else len(order))


def _task(found: Standing, case: Case, actor: Actor, command: Answer | Waive | Reassign, viewer: Viewer | None) -> None:
    row, plan = find_row(case, actor, command.task)
    hidden = row is not None and not knows_row(case, viewer, row)
    if plan is None or (row is not None and hidden and row.id == command.task):
        found.no(Code.NO_SUCH_TASK, task=command.task)
        return
    found.row, found.plan, before = row, plan, len(found.reasons)
    if actor.person is not None:
        _whose(found, case, actor.person, command)
    if hidden:
        return  # how far others are with what they are asked is not for her to hear
    hers = len(found.reasons) == before
    _open(found, case)
    if isinstance(command, Answer):
        _outcome(found, case, command)
        return
    if not command.reason.strip():
        found.no(Code.REASON_REQUIRED)
    if found.row is None or not hers:
        return  # who else is asked is not for everybody to find out by trying names
    if isinstance(command, Waive):
        _waivable(found, case)
    else:
        _reassignable(found, case, command)


def _whose(found: Standing, case: Case, person: str, command: Answer | Waive | Reassign) -> None:
    plan, row, review = found.plan, found.row, case.review
    assert plan is not None
    holder = holds(case, row, person) if row is not None else person in roles.resolve(
        case.definition, review, case.relations, plan.by)
    if not isinstance(command, Answer):
        if is_hr(case, person):
            if person == review.subject:
                found.no(Code.NOBODY_ON_THEMSELVES)
        elif not (isinstance(command, Reassign) and plan.delegate and holder):
            found.no(Code.NOT_YOURS)
    elif not holder:
        alone = (row is None or row.person is None) and roles.only_by_oneself(
            case.definition, review, case.relations, plan.by, person)
        found.no(Code.NOBODY_ON_THEMSELVES if alone else Code.NOT_YOUR_TASK, task=plan.name, role=plan.by)


def _open(found: Standing, case: Case) -> None:
    row, plan, review = found.row, found.plan, case.review
    assert plan is not None
    if review.ended_at is not None:
        found.no(Code.REVIEW_ENDED, state=review.state)
    elif row is None:
        found.no(Code.TASK_NOT_OPEN, task=plan.name)
        states = [name for name, state in case.definition.states.items() if plan.name in state.tasks]
        found.no(Code.WAITS_FOR_STATE, state=review.state, states=", ".join(states))
    elif row.visit != review.visit or row.status not in OPEN:
        status = "superseded" if row.status in OPEN else row.status
        found.no(Code.TASK_CLOSED, task=plan.name, status=status)
    elif row.status == "waiting":
        found.next_at = row.opens_at
        found.no(Code.TASK_NOT_OPEN, task=plan.name)
        if row.opens_at is not None:
            found.no(Code.WAITS_FOR_DATE, opens=instant_text(row.opens_at))
        else:
            found.no(Code.WAITS_FOR_TASKS, tasks=", ".join(plan.waits_for))


def _outcome(found: Standing, case: Case, command: Answer) -> None:
    plan, row = found.plan, found.row
    assert plan is not None
    offered = case.definition.outcomes_of(plan)
    if command.outcome not in offered:
        found.no(Code.NO_SUCH_OUTCOME, task=plan.name, outcome=command.outcome, offered=", ".join(offered))
        return
    outcome = plan.outcomes.get(command.outcome)
    if outcome is not None and row is not None:
        used = case.review.counts.get(outcome_key(row, outcome.name), 0)
        if not usable(outcome, used):
            found.no(Code.OUTCOME_USED_UP, task=plan.name, outcome=outcome.name, times=used)
    needed = plan.comment_required or (outcome is not None and outcome.comment_required)
    if needed and not (command.comment or "").strip():
        found.no(Code.COMMENT_REQUIRED)


def _waivable(found: Standing, case: Case) -> None:
    """A task that alone decides how to go on cannot go unanswered: the review would stand still."""
    row, plan = found.row, found.plan
    assert row is not None
    assert plan is not None
    if not plan.decides or case.definition.states[row.state].next is not None:
        return
    others = [
        task for task in case.review.tasks
        if task.name == row.name and task.visit == row.visit and task.id != row.id and task.status in (*OPEN, "done")
    ]
    if not others:
        found.no(Code.TASK_DECIDES, task=row.name)


def _reassignable(found: Standing, case: Case, command: Reassign) -> None:
    row, plan, review = found.row, found.plan, case.review
    assert row is not None
    assert plan is not None
    if row.status == "waiting" and plan.each and row.person is None:
        return  # already refused: there is nobody yet whose task it is
    role = case.definition.roles.get(plan.by)
    barred = {review.subject}
    for other in role.excludes if role is not None else ():
        barred.update(roles.resolve(case.definition, review, case.relations, other))
    if roles.of_subject(case.definition, plan.by) or command.to in barred:
        found.no(Code.PERSON_EXCLUDED, task=plan.name)
    elif row.person == command.to or any(
        task.person == command.to and task.name == row.name and task.visit == row.visit and task.number == row.number
        for task in review.tasks
    ):
        found.no(Code.ALREADY_HOLDS, task=plan.name)


def _intervene(found: Standing, case: Case, actor: Actor, command: Intervene, at: datetime, followed: bool) -> None:
    """followed: whether the actor may know what has happened to the review, and not only how it stands."""
    review, definition = case.review, case.definition
    plan = definition.anywhere.get(command.name)
    if plan is None:
        found.no(Code.NO_SUCH_INTERVENTION, name=command.name)
        return
    if actor.person is not None and actor.person not in roles.resolve(definition, review, case.relations, plan.by):
        alone = roles.only_by_oneself(definition, review, case.relations, plan.by, actor.person)
        found.no(Code.NOBODY_ON_THEMSELVES if alone else Code.NOT_YOURS)
        if not followed:
            return
    if not machine.has_step(definition, review.state, machine.intervention_trigger(plan.name)):
        sources = ", ".join(machine.sources_of(definition, plan))
        ended = review.ended_at is not None and plan.from_states is None
        found.no(Code.REVIEW_ENDED if ended else Code.NOT_FROM_HERE, name=plan.name, state=review.state, states=sources)
    if plan.within is not None and review.ended_at is not None:
        until = timing.end_of(case, review.ended_at, plan.within)
        if at > until:
            found.no(Code.WINDOW_OVER, name=plan.name, until=instant_text(until))
    used = review.counts.get(f"anywhere.{plan.name}", 0)
    if plan.times is not None and used >= plan.times:
        found.no(Code.INTERVENTION_USED_UP, name=plan.name, times=used)
    if plan.comment_required and not (command.comment or "").strip():
        found.no(Code.COMMENT_REQUIRED)


def _figures(found: Standing, case: Case, actor: Actor, command: TakeFigures | CorrectFigures, followed: bool) -> None:
    review = case.review
    if actor.person is not None:
        if not is_hr(case, actor.person):
            found.no(Code.NOT_YOURS)
            if not followed:
                return
        elif actor.person == review.subject:
            found.no(Code.NOBODY_ON_THEMSELVES)
    if isinstance(command, TakeFigures):
        if review.ended_at is not None:
            found.no(Code.REVIEW_ENDED, state=review.state)
        elif "inputs" in review.fixed or "result" in review.fixed:
            found.no(Code.INPUTS_FIXED, since=instant_text(review.fixed.get("inputs") or review.fixed["result"]))
        return
    if not review.fixed:
        found.no(Code.INPUTS_NOT_FIXED)
    if not command.reason.strip():
        found.no(Code.REASON_REQUIRED)


def _timer(found: Standing, case: Case, actor: Actor, command: FireTimer, at: datetime) -> None:
    if actor.person is not None:
        found.no(Code.NOT_YOURS)
    due = any(
        timer.kind == command.kind and timer.ref == command.ref and timer.at <= at
        for timer in timers.timers_of(case.review, case.definition)
    )
    if not due:
        found.no(Code.NOT_DUE, kind=command.kind)
