"""What speaks against putting off a deadline, stopping and starting the clocks of a review, or moving it on."""

from __future__ import annotations

from datetime import datetime

from engine.clock import instant_text
from engine.review.case import Actor, Case
from engine.review.commands import Extend, Hold, Resume, Skip
from engine.review.refusal import Code
from engine.review.standing.found import Standing
from engine.review.standing.rows import is_hr


def ask_of_clocks(
    found: Standing, case: Case, actor: Actor, command: Extend | Hold | Resume | Skip, at: datetime, followed: bool
) -> None:
    """followed: whether the actor may know what has happened to the review, and not only how it stands."""
    review = case.review
    if actor.person is not None and not is_hr(case, actor.person):
        found.no(Code.NOT_YOURS)
        if not followed:
            return
    elif actor.person == review.subject:
        found.no(Code.NOBODY_ON_THEMSELVES)
    if not command.reason.strip():
        found.no(Code.REASON_REQUIRED)
    if review.ended_at is not None:
        found.no(Code.REVIEW_ENDED, state=review.state)
        return
    if isinstance(command, Resume):
        if review.held is None:
            found.no(Code.NOT_HELD)
        return
    if isinstance(command, Hold):
        if review.held is not None:
            found.no(Code.HELD_ALREADY, since=instant_text(review.held.since))
        if command.until is not None:
            found.unless_ahead(case, command.until, at)
        return
    found.unless_held(case)
    if isinstance(command, Extend):
        _deadline(found, case, command, at)
    else:
        _skippable(found, case)


def _deadline(found: Standing, case: Case, command: Extend, at: datetime) -> None:
    steps = case.review.deadlines
    if not steps:
        found.no(Code.NO_LAST_DAY)
        return
    found.unless_ahead(case, command.until, at, min(step.at for step in steps))


def _skippable(found: Standing, case: Case) -> None:
    state = case.definition.states[case.review.state]
    if state.next is None and all(step.way is None for step in state.deadline):
        found.no(Code.NO_WAY_TO_SKIP, state=state.name)
