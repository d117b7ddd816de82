"""Whether an actor may ask a thing of a review at all, now: the one list of reasons, for `decide` and for `explain`."""

from __future__ import annotations

from datetime import datetime

from engine.review import access
from engine.review.case import Actor, Case
from engine.review.commands import (
    Answer,
    Command,
    CorrectFigures,
    FireTimer,
    Intervene,
    Reassign,
    Remark,
    TakeFigures,
    Waive,
)
from engine.review.refusal import Code
from engine.review.standing.found import Standing
from engine.review.standing.reviews import ask_of_figures, ask_of_timer, ask_to_intervene
from engine.review.standing.tasks import ask_of_task


def standing(case: Case, actor: Actor, command: Command, at: datetime) -> Standing:
    """Everything that speaks against the command whatever it contains: who asks, of what, in which state, when."""
    found = Standing()
    if isinstance(command, FireTimer):
        ask_of_timer(found, case, actor, command, at)
        return found
    viewer = None
    if actor.person is None:
        if not isinstance(command, TakeFigures | CorrectFigures):
            found.no(Code.NOT_YOURS)
    else:
        viewer = access.relations_to(case.definition, case.review, case.relations, actor.person)
        if not access.may_read(viewer):
            found.no(Code.NOT_VISIBLE)
            return found  # for her there is no such review: whatever else speaks against it would tell her of one
        if not access.may_write(viewer):
            found.no(Code.READ_ONLY)
    if isinstance(command, Answer | Waive | Reassign):
        ask_of_task(found, case, actor, command, viewer)
    elif isinstance(command, Remark):
        if not command.comment.strip():
            found.no(Code.COMMENT_REQUIRED)
    else:
        followed = viewer is None or access.sees(case.definition, case.review, viewer, "history")
        if isinstance(command, Intervene):
            ask_to_intervene(found, case, actor, command, at, followed)
        elif isinstance(command, TakeFigures | CorrectFigures):
            ask_of_figures(found, case, actor, command, followed)
    return found
