"""What speaks against a command about a whole review: in which state it is, what was fixed, what is due."""

from __future__ import annotations

from datetime import datetime

from engine.clock import instant_text
from engine.definition import table
from engine.review import barrier, roles, timers, timing
from engine.review.case import Actor, Case
from engine.review.commands import CorrectFigures, FireTimer, Intervene, TakeFigures
from engine.review.refusal import Code
from engine.review.standing.found import Standing
from engine.review.standing.rows import is_hr


def ask_to_intervene(
    found: Standing, case: Case, actor: Actor, command: Intervene, at: datetime, followed: bool
) -> None:
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
    if not table.has_step(definition, review.state, table.intervention_trigger(plan.name)):
        sources = ", ".join(table.sources_of(definition, plan))
        ended = review.ended_at is not None and plan.from_states is None
        found.no(Code.REVIEW_ENDED if ended else Code.NOT_FROM_HERE, name=plan.name, state=review.state, states=sources)
    if plan.within is not None and review.ended_at is not None:
        until = timing.end_of(case, review.ended_at, plan.within)
        if at >= until:
            found.no(Code.WINDOW_OVER, name=plan.name, until=instant_text(until))
    used = review.counts.get(f"anywhere.{plan.name}", 0)
    if plan.times is not None and used >= plan.times:
        found.no(Code.INTERVENTION_USED_UP, name=plan.name, times=used)
    if plan.comment_required and not (command.comment or "").strip():
        found.no(Code.COMMENT_REQUIRED)


def ask_of_figures(
    found: Standing, case: Case, actor: Actor, command: TakeFigures | CorrectFigures, followed: bool
) -> None:
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


def ask_to_gather(found: Standing, case: Case, actor: Actor) -> None:
    """Nobody opens a barrier by hand, and none is opened twice."""
    if actor.person is not None:
        found.no(Code.NOT_YOURS)
    if not barrier.review_waits(case.definition, case.review):
        found.no(Code.NOT_DUE, kind="gather")


def ask_of_timer(found: Standing, case: Case, actor: Actor, command: FireTimer, at: datetime) -> None:
    if actor.person is not None:
        found.no(Code.NOT_YOURS)
    due = any(
        timer.kind == command.kind and timer.ref == command.ref and timer.at <= at
        for timer in timers.timers_of(case.review, case.definition)
    )
    if not due:
        found.no(Code.NOT_DUE, kind=command.kind)
