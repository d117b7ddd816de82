"""What HR and holders may do beside answering: let a task go, give it to somebody else, say something, intervene."""

from __future__ import annotations

from dataclasses import replace

from engine.definition.model import TaskPlan
from engine.review import machine, roles, tasks
from engine.review.case import Refused
from engine.review.commands import Delegate, Intervene, Reassign, Remark, Waive
from engine.review.decide import moves
from engine.review.decide.answer import with_tally
from engine.review.draft import Draft
from engine.review.events import Event
from engine.review.model import Task
from engine.review.refusal import refuse


def waive(draft: Draft, row: Task, plan: TaskPlan, command: Waive) -> Event | Refused:
    """The task goes unanswered; what waited for it may begin."""
    reasons = with_tally(draft, plan, row.number, lambda: let_go(draft, row, plan))
    if reasons:
        return refuse(reasons)
    moves.follow(draft)
    return draft.event("waived", role=roles.HR, task=plan.name, payload={"reason": command.reason})


def let_go(draft: Draft, row: Task, plan: TaskPlan) -> None:
    draft.put(replace(row, status="waived"))
    if row.status == "waiting":
        tasks.add_next(draft, plan, row)


def reassign(draft: Draft, row: Task, plan: TaskPlan, command: Reassign) -> Event:
    """Another person has the task from now on, as her own; its dates stay."""
    draft.delegated.pop(row.id, None)
    _give(draft, row, plan, command.to, "reassigned")
    return draft.event("reassigned", role=roles.HR, task=plan.name, payload={"reason": command.reason})


def delegate(draft: Draft, row: Task, plan: TaskPlan, command: Delegate) -> Event:
    """As `reassign`, by whoever has the task: it stays hers, and is answered on her behalf, through however many hands
    it goes."""
    whose = draft.delegated.get(row.id, draft.actor.person or "")
    if command.to == whose:
        draft.delegated.pop(row.id, None)
    else:
        draft.delegated[row.id] = whose
    _give(draft, row, plan, command.to, "delegated")
    return draft.event(
        "delegated", role=plan.by, task=plan.name, anonymous=tasks.unnamed(draft, plan),
        payload={"reason": command.reason},
    )


def _give(draft: Draft, row: Task, plan: TaskPlan, to: str, why: str) -> None:
    draft.put(replace(row, person=to))
    draft.take_part(plan.by, to, why)
    _end_part(draft, row, plan)
    draft.notice("reassigned", plan.by, (to,), task=plan.name)


def _end_part(draft: Draft, row: Task, plan: TaskPlan) -> None:
    """Who was asked by name and is not any more keeps reading, and nothing else."""
    if row.person is None or any(
        task.person == row.person and task.role == plan.by and task.id != row.id for task in draft.tasks.values()
    ):
        return
    for place, part in enumerate(draft.participants):
        if (part.role, part.person, part.until) == (plan.by, row.person, None):
            draft.participants[place] = replace(part, until=draft.at)


def remark(draft: Draft, command: Remark) -> Event:
    return draft.event("remarked", payload={"comment": command.comment})


def intervene(draft: Draft, command: Intervene) -> Event | Refused:
    """A command of `anywhere`; it fixes nothing on the way out."""
    plan = draft.definition.anywhere[command.name]
    key = f"anywhere.{plan.name}"
    if plan.times is not None:
        draft.counts[key] = draft.counts.get(key, 0) + 1
    reasons = moves.advance(draft, machine.intervention_trigger(plan.name), plan.effects)
    if reasons:
        return refuse(reasons)
    moves.follow(draft)
    payload = {"comment": command.comment} if command.comment else {}
    return draft.event("intervened", role=plan.by, outcome=plan.name, payload=payload)
