"""Whether an actor may ask a thing of a review at all, now: the one list of reasons, for `decide` and for `explain`."""

from __future__ import annotations

from datetime import datetime

from engine.review import access
from engine.review.access import Viewer
from engine.review.case import Actor, Case
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
from engine.review.refusal import Code
from engine.review.standing.clocks import ask_of_clocks
from engine.review.standing.found import Standing
from engine.review.standing.retracting import ask_to_retract
from engine.review.standing.reviews import ask_of_figures, ask_of_timer, ask_to_gather, ask_to_intervene
from engine.review.standing.rows import answered_here
from engine.review.standing.tasks import ask_of_task


def standing(case: Case, actor: Actor, command: Command, at: datetime) -> Standing:
    """Everything that speaks against the command whatever it contains: who asks, of what, in which state, when."""
    found = Standing()
    if isinstance(command, FireTimer):
        ask_of_timer(found, case, actor, command, at)
        return found
    viewer = None
    if actor.person is None:
        if not isinstance(command, TakeFigures | CorrectFigures | Gather):
            found.no(Code.NOT_YOURS)
    else:
        viewer = access.relations_to(case.definition, case.review, case.relations, actor.person)
        if not access.may_read(viewer):
            found.no(Code.NOT_VISIBLE)
            return found  # for her there is no such review: whatever else speaks against it would tell her of one
        # Whoever had a task and has answered it changes nothing any more, but for her own answer.
        if not access.may_write(viewer) and not (isinstance(command, Retract) and answered_here(case, actor.person)):
            found.no(Code.READ_ONLY)
    _asked(found, case, actor, command, viewer, at)
    return found


def _asked(
    found: Standing, case: Case, actor: Actor, command: Command, viewer: Viewer | None, at: datetime
) -> None:
    followed = viewer is None or access.sees(case.definition, case.review, viewer, "history")
    of_task = isinstance(command, Extend) and command.task is not None
    if isinstance(command, Answer | Waive | Reassign | Delegate) or (isinstance(command, Extend) and of_task):
        ask_of_task(found, case, actor, command, viewer, at)
    elif isinstance(command, Retract):
        ask_to_retract(found, case, actor, command, viewer)
    elif isinstance(command, Remark):
        if not command.comment.strip():
            found.no(Code.COMMENT_REQUIRED)
    elif isinstance(command, Extend | Hold | Resume | Skip):
        ask_of_clocks(found, case, actor, command, at, followed)
    elif isinstance(command, Intervene):
        ask_to_intervene(found, case, actor, command, at, followed)
    elif isinstance(command, Gather):
        ask_to_gather(found, case, actor)
    elif isinstance(command, TakeFigures | CorrectFigures):
        ask_of_figures(found, case, actor, command, followed)
