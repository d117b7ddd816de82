"""Figures come: while they are open they are simply taken; once fixed, only a correction with a reason lets them in."""

from __future__ import annotations

from typing import Any

from engine.review import facts, figures, roles
from engine.review.case import Refused
from engine.review.commands import CorrectFigures, TakeFigures
from engine.review.decide import moves
from engine.review.decide.watch import watch
from engine.review.draft import Draft
from engine.review.events import Event
from engine.review.refusal import Code, reason, refuse


def take(draft: Draft, command: TakeFigures) -> Event:
    """What has arrived is noted, the result is made anew, a watch may act, and a state that waited for it is left."""
    del command
    figures.note_arrivals(draft)
    if draft.result is not None or draft.plan.stage != "set_targets":
        facts.rescore(draft)
    if draft.held is None:  # nothing goes on in a review that is held; it catches up when it does
        watch(draft)
        moves.follow(draft)
    return draft.event("figures_taken")


def correct(draft: Draft, command: CorrectFigures) -> Event | Refused:
    """The result with the observations let in, and the difference that they make."""
    refused = _admit(draft, command)
    if refused is not None:
        return refused
    before = draft.result
    draft.scoring = None
    facts.rescore(draft)
    payload: dict[str, Any] = {"reason": command.reason}
    after = draft.result
    if before is not None and after is not None:
        payload["difference"] = {"total": [before.total, after.total], "grade": [before.grade, after.grade]}
    return draft.event("figures_corrected", role=roles.HR, payload=payload)


def _admit(draft: Draft, command: CorrectFigures) -> Refused | None:
    known = {one.id: one for one in draft.case.observations if one.subject == draft.before.subject}
    card = draft.definition.card
    names = {*card.inputs, *card.lists}
    unknown = [one for one in command.observations if one not in known or known[one].input not in names]
    if unknown:
        return refuse([reason(Code.NO_SUCH_OBSERVATION, observation=", ".join(unknown))])
    wanted = list(dict.fromkeys(command.observations))
    now = {one.id for name in {known[key].input for key in wanted} for one in figures.counting(draft, name)}
    fresh = [key for key in wanted if key not in now and key not in draft.corrections]
    draft.corrections = (*draft.corrections, *fresh)
    counted = {one.id for name in {known[key].input for key in fresh} for one in figures.counting(draft, name)}
    idle = [key for key in wanted if key not in fresh or key not in counted]
    if not wanted:
        return refuse([reason(Code.NO_FIGURES_TO_CORRECT)])
    if idle:
        return refuse([reason(Code.NOTHING_TO_CORRECT, observation=", ".join(known[key].record for key in idle))])
    agreeable = {one.key: one for one in card.agreeable()}
    for key in fresh:
        declared = card.inputs.get(known[key].input)
        if declared is not None and declared.agreed and "targets" in draft.fixed:
            draft.agreed[known[key].input] = figures.canonical(agreeable[known[key].input], known[key].value)
            draft.origins[known[key].input] = "corrected"
    return None
