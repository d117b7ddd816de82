"""The one door: a case and a command in, one event or all that speaks against it out; pure."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from engine.review import content, holders
from engine.review.case import Actor, Case, Reason, Refused
from engine.review.commands import (
    Answer,
    Command,
    CorrectFigures,
    Delegate,
    Extend,
    FireTimer,
    Gather,
    Hold,
    Intervene,
    Reassign,
    Remark,
    Resume,
    Retract,
    Skip,
    TakeFigures,
    Waive,
)
from engine.review.decide.answer import answer
from engine.review.decide.clocks import extend, hold, resume
from engine.review.decide.figures import correct, take
from engine.review.decide.gather import gather
from engine.review.decide.passing import skip
from engine.review.decide.people import delegate, intervene, reassign, remark, waive
from engine.review.decide.retract import retract
from engine.review.decide.timer import fire
from engine.review.draft import Draft
from engine.review.events import Event
from engine.review.needs import may_score
from engine.review.refusal import Code, precedence, refuse
from engine.review.standing.door import standing
from engine.review.standing.found import Standing

# Reasons from here on are about what is in the command; before, its content is nobody's business.
_CONTENT = precedence(Code.COMMENT_REQUIRED)


def decide(case: Case, actor: Actor, command: Command, at: datetime) -> Event | Refused:
    """What the command leads to at the instant. The event's `at` is `at`; a refused command changes nothing.

    Raises ValueError when the case was loaded without figures although `needs.may_score` asks for them.
    """
    return _decide(case, actor, command, at, trusted=False)


def try_out(case: Case, actor: Actor, command: Command, at: datetime) -> Event | Refused:
    """As `decide`, for a command whose form is taken as well filled in: what `explain` asks with."""
    return _decide(case, actor, command, at, trusted=True)


def _decide(case: Case, actor: Actor, command: Command, at: datetime, *, trusted: bool) -> Event | Refused:
    if not case.scored and may_score(case.definition, case.review, command):
        raise ValueError("the case was loaded without figures")
    found = standing(case, actor, command, at)
    draft = Draft(case, actor, at)
    reasons = [*found.reasons, *_content_faults(draft, found, command, trusted)]
    if reasons:
        return refuse(_once(reasons), found.next_at)
    if not isinstance(command, Remark):
        holders.refresh(draft)
    return _happen(draft, found, command)


def _content_faults(draft: Draft, found: Standing, command: Command, trusted: bool) -> list[Reason]:
    if not isinstance(command, Answer) or found.plan is None or found.row is None:
        return []
    if any(precedence(one.code) < _CONTENT for one in found.reasons):
        return []
    return content.faults_in(draft, found.plan, command, trusted=trusted)


def _once(reasons: list[Reason]) -> list[Reason]:
    kept: list[Reason] = []
    for one in reasons:
        if one not in kept:
            kept.append(one)
    return kept


def _happen(draft: Draft, found: Standing, command: Command) -> Event | Refused:
    if isinstance(command, Answer | Waive | Reassign | Delegate | Retract):
        return _with_task(draft, found, command)
    if isinstance(command, Extend):
        return extend(draft, found.row, found.plan, command)
    if isinstance(command, Resume):
        return resume(draft, command)
    act: Callable[[Draft, Any], Event | Refused] | None = _ACTS.get(type(command))
    if act is None:
        raise TypeError(f"{type(command).__name__} is not a command")
    return act(draft, command)


def _with_task(
    draft: Draft, found: Standing, command: Answer | Waive | Reassign | Delegate | Retract
) -> Event | Refused:
    row, plan = found.row, found.plan
    assert row is not None
    assert plan is not None
    if isinstance(command, Answer):
        return answer(draft, row, plan, command)
    if isinstance(command, Waive):
        return waive(draft, row, plan, command)
    if isinstance(command, Reassign):
        return reassign(draft, row, plan, command)
    if isinstance(command, Delegate):
        return delegate(draft, row, plan, command)
    return retract(draft, row, plan, command)


_ACTS: dict[type, Callable[[Draft, Any], Event | Refused]] = {
    Hold: hold, Skip: skip, Intervene: intervene, Remark: remark, TakeFigures: take, CorrectFigures: correct,
    FireTimer: fire, Gather: lambda draft, _: gather(draft),
}  # fmt: skip
