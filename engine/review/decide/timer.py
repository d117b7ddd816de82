"""Time has come: tasks open, are reminded of or waived, deadlines escalate or move the review on."""

from __future__ import annotations

from engine.definition.model import DeadlineStep
from engine.review import machine, roles, tasks
from engine.review.commands import FireTimer
from engine.review.decide import moves
from engine.review.decide.answer import with_tally
from engine.review.decide.clocks import resume
from engine.review.decide.gather import gather
from engine.review.decide.people import let_go
from engine.review.draft import Draft
from engine.review.events import Event


def fire(draft: Draft, command: FireTimer) -> Event:
    """The event of a timer that is due; it always happens, whatever the figures lack."""
    if command.kind == "open":
        return _open(draft, command.ref)
    if command.kind == "late":
        return _late(draft, command.ref)
    if command.kind == "remind":
        return _remind(draft, command.ref)
    if command.kind == "resume":
        return resume(draft, None)
    if command.kind == "gather":
        return gather(draft)
    return _deadline(draft, int(command.ref))


def _open(draft: Draft, ref: str) -> Event:
    """Everything whose time has come opens with it."""
    row = draft.tasks[ref]
    moves.follow(draft)
    return draft.event("task_opened", task=row.name)


def _late(draft: Draft, ref: str) -> Event:
    row = draft.tasks[ref]
    plan = draft.plan.tasks[row.name]
    trial = draft.clone()
    if with_tally(trial, plan, row.number, lambda: let_go(trial, row, plan)):
        let_go(draft, row, plan)  # what the others decided cannot be done yet; the deadline will come
    else:
        draft.adopt(trial)
    moves.follow(draft)
    return draft.event("waived", task=row.name)


def _remind(draft: Draft, ref: str) -> Event:
    row = draft.tasks[ref]
    first = min(one for one in draft.reminders if one[0] == ref)
    draft.reminders.remove(first)
    people = (row.person,) if row.person is not None else moves.people_of(draft, row.role)
    draft.notice("reminder", row.role, people, task=row.name)
    return draft.event("reminded", task=row.name)


def _deadline(draft: Draft, index: int) -> Event:
    step = draft.plan.deadline[index]
    draft.deadlines = [one for one in draft.deadlines if one.index != index]
    if step.escalate is not None:
        who = step.escalate
        name = who if isinstance(who, str) else who.kind
        people = moves.people_of(draft, who) if isinstance(who, str) else roles.resolve_who(
            draft.definition, draft, draft.case.relations, who)
        draft.notice("escalated", name, people, state=draft.state)
        moves.apply_effects(draft, step.effects)
        return draft.event("escalated")
    _expire(draft, step, index)
    return draft.event("expired")


def _expire(draft: Draft, step: DeadlineStep, index: int) -> None:
    if step.waive_all:
        tasks.close(draft, draft.open_rows(), "waived")
        draft.arrived = tuple(dict.fromkeys((*draft.arrived, *draft.plan.collects)))
    if step.way is not None:
        trial = draft.clone()
        if moves.advance(trial, machine.deadline_trigger(draft.state, index), step.effects, force=True):
            draft.notice("no_way", roles.HR, moves.people_of(draft, roles.HR), state=draft.state)
            return
        draft.adopt(trial)
    else:
        moves.apply_effects(draft, step.effects)
    moves.follow(draft)
