"""What speaks against taking an answer back: it is somebody else's, or what came after rests on it."""

from __future__ import annotations

from engine.clock import instant_text
from engine.review.access import Viewer
from engine.review.case import Actor, Case
from engine.review.commands import Retract
from engine.review.refusal import Code
from engine.review.standing.found import Standing
from engine.review.standing.rows import find_answered, knows_row


def ask_to_retract(found: Standing, case: Case, actor: Actor, command: Retract, viewer: Viewer | None) -> None:
    """Found are the row and plan that are meant, and all that speaks against it."""
    row, plan = find_answered(case, actor, command.task)
    hidden = row is not None and not knows_row(case, viewer, row)
    if plan is None or (row is not None and hidden and row.id == command.task):
        found.no(Code.NO_SUCH_TASK, task=command.task)
        return
    found.row, found.plan = row, plan
    if not command.reason.strip():
        found.no(Code.REASON_REQUIRED)
    if row is None or hidden or row.answered_by is None:
        found.no(Code.NOTHING_TO_RETRACT, task=plan.name)
    elif row.answered_by != actor.person:
        found.no(Code.NOTHING_TO_RETRACT, task=plan.name)
        found.no(Code.NOT_YOURS_TO_RETRACT)
    else:
        _still_here(found, case)


def _still_here(found: Standing, case: Case) -> None:
    row, plan, review = found.row, found.plan, case.review
    assert row is not None
    assert plan is not None
    later = plan.decides and any(
        one.name == row.name and one.visit == row.visit and one.number > row.number and one.status == "done"
        for one in review.tasks
    )
    if review.ended_at is not None or row.visit != review.visit or row.status != "done" or later:
        found.no(Code.NOTHING_TO_RETRACT, task=plan.name)
        found.no(Code.MOVED_ON, state=review.state)
        return
    found.unless_held(case)
    things = (("targets", plan.sets == "targets"), ("result", bool(plan.asks) or plan.adjusts is not None))
    since = [review.fixed[thing] for thing, touched in things if touched and thing in review.fixed]
    if since:
        found.no(Code.NOTHING_TO_RETRACT, task=plan.name)
        found.no(Code.ANSWER_FIXED, since=instant_text(min(since)))
