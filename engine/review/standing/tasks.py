"""What speaks against a command about one task: whose it is, whether it is open, what it offers."""

from __future__ import annotations

from datetime import datetime

from engine.clock import instant_text
from engine.review import barrier, roles
from engine.review.access import Viewer
from engine.review.case import Actor, Case
from engine.review.commands import Answer, Delegate, Extend, Reassign, Waive
from engine.review.model import OPEN
from engine.review.refusal import Code
from engine.review.standing.found import Standing
from engine.review.standing.rows import find_row, holds, is_hr, knows_row, outcome_key, usable

Asked = Answer | Waive | Reassign | Delegate | Extend


def ask_of_task(
    found: Standing, case: Case, actor: Actor, command: Asked, viewer: Viewer | None, at: datetime
) -> None:
    """The row and plan that are meant, and all that speaks against it."""
    row, plan = find_row(case, actor, str(command.task))
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
        _alone(found, case)
        _outcome(found, case, command)
        return
    if not command.reason.strip():
        found.no(Code.REASON_REQUIRED)
    if found.row is None or not hers:
        return  # who else is asked is not for everybody to find out by trying names
    if isinstance(command, Waive):
        _waivable(found, case)
    elif isinstance(command, Extend):
        _extensible(found, case, command, at)
    else:
        _reassignable(found, case, actor, command)


def _whose(found: Standing, case: Case, person: str, command: Asked) -> None:
    plan, row, review = found.plan, found.row, case.review
    assert plan is not None
    holder = holds(case, row, person) if row is not None else person in roles.resolve(
        case.definition, review, case.relations, plan.by)
    if isinstance(command, Waive | Reassign | Extend):
        if not is_hr(case, person):
            found.no(Code.NOT_YOURS)
        elif person == review.subject:
            found.no(Code.NOBODY_ON_THEMSELVES)
    elif not holder:
        alone = (row is None or row.person is None) and roles.only_by_oneself(
            case.definition, review, case.relations, plan.by, person)
        found.no(Code.NOBODY_ON_THEMSELVES if alone else Code.NOT_YOUR_TASK, task=plan.name, role=plan.by)
    elif isinstance(command, Delegate) and not plan.delegate:
        found.no(Code.DELEGATION_NOT_ALLOWED, task=plan.name)


def _open(found: Standing, case: Case) -> None:
    row, plan, review = found.row, found.plan, case.review
    assert plan is not None
    if review.ended_at is not None:
        found.no(Code.REVIEW_ENDED, state=review.state)
        return
    found.unless_held(case)
    if row is None:
        found.no(Code.TASK_NOT_OPEN, task=plan.name)
        states = [name for name, state in case.definition.states.items() if plan.name in state.tasks]
        found.no(Code.WAITS_FOR_STATE, state=review.state, states=", ".join(states))
    elif row.visit != review.visit or row.status not in OPEN:
        status = "superseded" if row.status in OPEN else row.status
        found.no(Code.TASK_CLOSED, task=plan.name, status=status)
    elif row.status == "waiting":
        found.next_at = found.next_at or row.opens_at
        found.no(Code.TASK_NOT_OPEN, task=plan.name)
        if barrier.review_waits(case.definition, review):
            here, of = case.assembled or (1, 1)
            found.no(Code.WAITS_FOR_COHORT, here=here, of=of)
        elif row.opens_at is not None:
            found.no(Code.WAITS_FOR_DATE, opens=instant_text(row.opens_at))
        else:
            found.no(Code.WAITS_FOR_TASKS, tasks=", ".join(plan.waits_for))


def _alone(found: Standing, case: Case) -> None:
    """The task of a state that gathers its cohort is answered for all of them at once."""
    row, gathered = found.row, case.review.gathered
    if row is None or row.status != "open" or case.together is not None or gathered is None or gathered.members == 1:
        return
    if row.visit == gathered.visit and case.definition.states[row.state].gathers:
        found.no(Code.ANSWERED_TOGETHER, members=gathered.members)


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


def _extensible(found: Standing, case: Case, command: Extend, at: datetime) -> None:
    row = found.row
    assert row is not None
    if row.status != "open":
        return  # already refused: its last day counts from when it opens
    if row.due_at is None:
        found.no(Code.NO_LAST_DAY)
    else:
        found.unless_ahead(case, command.until, at, row.due_at)


def _reassignable(found: Standing, case: Case, actor: Actor, command: Reassign | Delegate) -> None:
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
    elif row.person == command.to or (isinstance(command, Delegate) and command.to == actor.person) or any(
        task.person == command.to and task.name == row.name and task.visit == row.visit and task.number == row.number
        for task in review.tasks
    ):
        found.no(Code.ALREADY_HOLDS, task=plan.name)
