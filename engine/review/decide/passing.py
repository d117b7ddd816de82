"""HR moves a review past its present state, whatever is still asked in it."""

from __future__ import annotations

from engine.review import machine, roles, tasks
from engine.review.case import Refused
from engine.review.commands import Skip
from engine.review.decide import moves
from engine.review.draft import Draft
from engine.review.events import Event
from engine.review.refusal import refuse


def skip(draft: Draft, command: Skip) -> Event | Refused:
    """What is open is waived and what was collected counts as arrived; then the way is `next`, else the one that the
    deadline would take first."""
    plan = draft.plan
    tasks.close(draft, draft.open_rows(), "waived")
    draft.arrived = tuple(dict.fromkeys((*draft.arrived, *plan.collects)))
    if plan.next is not None:
        reasons = moves.advance(draft, machine.next_trigger(plan.name))
    else:
        index = next(index for index, step in enumerate(plan.deadline) if step.way is not None)
        reasons = moves.advance(draft, machine.deadline_trigger(plan.name, index), plan.deadline[index].effects)
    if reasons:
        return refuse(reasons)
    moves.follow(draft)
    return draft.event("skipped", role=roles.HR, payload={"reason": command.reason})
