"""A holder ends a task: stored, scored, counted, and the first way whose condition holds is taken."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from engine.definition.model import Outcome, TaskPlan
from engine.review import content, facts, figures, machine, tasks
from engine.review.case import Reason, Refused
from engine.review.commands import Answer
from engine.review.decide import moves
from engine.review.draft import Draft
from engine.review.events import Event
from engine.review.model import Task
from engine.review.refusal import refuse
from engine.review.standing.rows import outcome_key, usable


def answer(draft: Draft, row: Task, plan: TaskPlan, command: Answer) -> Event | Refused:
    """The event of an answer that may be given and is well formed, or what holds up the way it would take."""
    delegator = draft.delegated.get(row.id)
    reasons = with_tally(draft, plan, row.number, lambda: _store(draft, row, plan, command))
    if reasons:
        return refuse(reasons)
    moves.follow(draft)
    anonymous = tasks.unnamed(draft, plan)
    if not anonymous and draft.actor.person is not None and tasks.kept_by_name(draft, plan.by):
        draft.take_part(plan.by, draft.actor.person, "answered")
    payload = {"comment": command.comment} if command.comment else {}
    return draft.event(
        "answered", role=plan.by, task=plan.name, outcome=command.outcome, anonymous=anonymous, payload=payload,
        on_behalf_of=None if anonymous else delegator,
    )


def with_tally(draft: Draft, plan: TaskPlan, number: int, change: Callable[[], None]) -> tuple[Reason, ...]:
    """Make a change to the rows of one occurrence; when that completes it, what its outcome brings happens."""
    before = tasks.tally(plan, tasks.occurrence(draft, plan, number))
    change()
    after = tasks.tally(plan, tasks.occurrence(draft, plan, number))
    if before.done or not after.done or after.outcome is None:
        return ()
    outcome = _offered(draft, plan, after.outcome, number)
    return _act(draft, plan, outcome, number) if outcome is not None else ()


def _offered(draft: Draft, plan: TaskPlan, decided: str, number: int) -> Outcome | None:
    """The outcome decided on; where a tie names one that is used up, the most frequent answer, none of which is."""
    rows = tasks.occurrence(draft, plan, number)
    first = tasks.tally(replace(plan, tie=None), rows).outcome
    for name in (decided, first):
        outcome = plan.outcomes.get(name or "")
        if outcome is not None and usable(outcome, draft.counts.get(outcome_key(rows[0], outcome.name), 0)):
            return outcome
    return None


def _act(draft: Draft, plan: TaskPlan, outcome: Outcome, number: int) -> tuple[Reason, ...]:
    key = outcome_key(tasks.occurrence(draft, plan, number)[0], outcome.name)
    used = draft.counts.get(key, 0)
    over = outcome.times is not None and used >= outcome.times
    if outcome.times is not None:
        draft.counts[key] = used + 1
    if over and outcome.after_way is not None:
        trigger = machine.outcome_trigger(draft.state, plan, outcome, after=True)
        return moves.advance(draft, trigger, outcome.after_effects)
    if outcome.way is not None and not over:
        return moves.advance(draft, machine.outcome_trigger(draft.state, plan, outcome), outcome.effects)
    moves.apply_effects(draft, outcome.effects)
    if outcome.again and not over:
        tasks.reopen(draft, outcome.again)
    return ()


def _store(draft: Draft, row: Task, plan: TaskPlan, command: Answer) -> None:
    ratings = {
        name: content.plain_rating(draft.definition.card.inputs[name], value)
        for name, value in command.ratings.items()
    }
    given: dict[str, Any] = {
        "form": content.plain_form(command.form), "ratings": ratings,
        "targets": {key: str(value) for key, value in command.targets.items()}, "grade": command.grade,
    }
    draft.answer = {"task_id": row.id, **{name: value for name, value in given.items() if value}}
    draft.put(
        replace(
            row, status="done", outcome=command.outcome, answered_by=draft.actor.person, answered_at=draft.at,
            answer_seq=draft.seq,
        )
    )
    replaced = _supersede_earlier(draft, row)
    draft.chosen.update(content.chosen_in(draft, plan, command))
    _set_targets(draft, plan, command)
    draft.scoring = None
    changed = bool(plan.asks) or plan.sets == "targets" or replaced
    due = draft.result is not None or draft.plan.stage != "set_targets"
    if changed and due and "result" not in draft.fixed:
        facts.rescore(draft)
    together = draft.case.together
    if together is not None and together.gathered != draft.gathered:
        facts.gather(draft, together)
    elif command.grade is not None and draft.result is not None and command.grade != draft.result.grade:
        facts.adjust(draft, command.grade)


def _supersede_earlier(draft: Draft, row: Task) -> bool:
    """An answer given anew on a later visit takes the place of the earlier one; whether ratings were among them."""
    rated = False
    for task in list(draft.tasks.values()):
        same = (task.state, task.name, task.number, task.person) == (row.state, row.name, row.number, row.person)
        if same and task.visit < row.visit and task.status == "done":
            draft.put(replace(task, status="superseded"))
            rated = rated or bool(draft.definition.states[task.state].tasks[task.name].asks)
    return rated


def _set_targets(draft: Draft, plan: TaskPlan, command: Answer) -> None:
    known = {one.key: one for one in draft.definition.card.agreeable()}
    given = {
        key: figures.canonical(known[key], str(value)) if key in known else figures.yes_or_no(str(value)) or "false"
        for key, value in command.targets.items()
    }
    if plan.sets == "targets":
        draft.agreed.update(given)
        # What was agreed to has changed: the word given on it no longer stands for anything.
        draft.acknowledgements = [one for one in draft.acknowledgements if one.what != "targets"]
    elif plan.sets == "next_targets":
        draft.next_agreed = {**content.next_start(draft), **given}
