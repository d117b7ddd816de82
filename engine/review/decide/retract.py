"""An answer is taken back: what came of it goes, and what waited for it begins anew."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from engine.definition.model import TaskPlan
from engine.review import facts, figures, tasks, timing
from engine.review.commands import Retract
from engine.review.decide import moves
from engine.review.draft import Draft
from engine.review.events import Event
from engine.review.model import Task
from engine.review.standing.rows import outcome_key


def retract(draft: Draft, row: Task, plan: TaskPlan, command: Retract) -> Event:
    """The row is open again; it had ended nothing but itself, else the review would have gone on from its state."""
    given = next((one.answer for one in draft.case.answers if one.task_id == row.id), {})
    before = tasks.tally(plan, tasks.occurrence(draft, plan, row.number))
    _open_again(draft, row, plan)
    after = tasks.tally(plan, tasks.occurrence(draft, plan, row.number))
    if before.done and not after.done:
        _undo_outcome(draft, row, plan, before.outcome)
        if plan.decides:  # one occurrence at a time
            later = [one for one in draft.rows(plan.name) if one.number > row.number]
            tasks.close(draft, later, "superseded")
        _begin_anew(draft, plan)
    _take_out(draft, plan, given)
    _rescore(draft, plan, given)
    moves.tasks_ready(draft)
    told = {"task_id": row.id, "seq": row.answer_seq}
    return draft.event(
        "retracted", role=plan.by, task=plan.name, anonymous=tasks.unnamed(draft, plan),
        payload={"reason": command.reason, "retracted": told},
    )


def _open_again(draft: Draft, row: Task, plan: TaskPlan) -> None:
    """With the last day it had, when that is still to come; else with as much time as at first."""
    due_at = row.due_at
    if due_at is not None and due_at <= draft.at and plan.due is not None:
        due_at = timing.end_of(draft.case, draft.at, plan.due)
    again = draft.put(
        replace(row, status="open", due_at=due_at, outcome=None, answered_by=None, answered_at=None, answer_seq=None)
    )
    tasks.remind(draft, plan, again)


def _undo_outcome(draft: Draft, row: Task, plan: TaskPlan, name: str | None) -> None:
    """What the task's outcome brought with it: its use is not counted, and nobody has acknowledged anything by it."""
    rows = tasks.occurrence(draft, plan, row.number)
    seqs = {one.answer_seq for one in rows if one.answer_seq is not None} | {row.answer_seq}
    _forget_words(draft, seqs)
    outcome = plan.outcomes.get(name or "")
    if outcome is None:
        return
    key = outcome_key(row, outcome.name)
    if outcome.times is not None and key in draft.counts:
        draft.counts[key] -= 1
        if draft.counts[key] == 0:
            del draft.counts[key]


def _begin_anew(draft: Draft, plan: TaskPlan) -> None:
    """Whatever waited for the task, and for that, is asked anew; words that were given there stand for nothing."""
    names = [name for name in tasks.followers(draft, (plan.name,)) if name != plan.name]
    rows = [one for name in names for one in draft.rows(name)]
    _forget_words(draft, {one.answer_seq for one in rows})
    tasks.begin_anew(draft, names)


def _forget_words(draft: Draft, seqs: set[int | None]) -> None:
    draft.acknowledgements = [one for one in draft.acknowledgements if one.seq not in seqs]


def _take_out(draft: Draft, plan: TaskPlan, given: Mapping[str, Any]) -> None:
    """Targets and chosen people that came from the answer."""
    known = {one.key: one for one in draft.definition.card.agreeable()}
    kept = draft.agreed if plan.sets == "targets" else draft.next_agreed
    for key, text in (given.get("targets") or {}).items():
        value = figures.canonical(known[key], str(text)) if key in known else figures.yes_or_no(str(text)) or "false"
        if kept.get(key) == value:
            del kept[key]
    if plan.sets == "targets":
        draft.acknowledgements = [one for one in draft.acknowledgements if one.what != "targets"]
    for field in given.get("form") or {}:
        draft.chosen.pop(f"{plan.name}.{field}", None)


def _rescore(draft: Draft, plan: TaskPlan, given: Mapping[str, Any]) -> None:
    draft.scoring = None
    if "result" in draft.fixed or (draft.result is None and draft.plan.stage == "set_targets"):
        return
    grade = given.get("grade")
    if grade is not None and draft.result is not None and grade == draft.result.grade != draft.result.first_grade:
        facts.unadjust(draft)
    elif plan.asks or plan.sets == "targets":
        facts.rescore(draft)
