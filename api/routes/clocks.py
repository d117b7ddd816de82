"""What HR does with the time of a review: later last days, its clocks stopped and started, past a state."""

from __future__ import annotations

from datetime import date
from typing import Any, Final

from api.kit.ask import Ask, Reply
from api.kit.route import Door
from api.kit.shapes import Schema, body, maybe, some
from api.refusals import At, Fault
from api.routes.asked import review_of
from api.routes.shown import RECEIPT
from api.routes.stepping import DRY, carried_out
from engine.errors import InputError
from engine.operations.naming import day_named
from engine.review.commands import Extend, Hold, Resume, Skip

door = Door("steps", "/api/v1/reviews/{review}")

WORDS: Final[Schema] = some(1, 4000)
DAY: Final[Schema] = {**some(1, 40), "examples": ["2025-10-31", "2025年10月31日"]}
"""A day as people write it; whatever else it is, is said at its place."""

_CHANGES: Final[dict[str, Any]] = {"reply": RECEIPT, "query": DRY, "matched": True}
LATER: Final = body(("until", "reason"), until=DAY, reason=WORDS)
WHY: Final = body(("reason",), reason=WORDS)


@door.post("/tasks/{task}/extend", "extend_task", body=LATER, **_CHANGES)
def extend_task(ask: Ask) -> Reply:
    """Gives an open task a later last day; its reminders are made anew."""
    until, review = day_in(ask), review_of(ask)
    return carried_out(ask, review, Extend(review, ask.body["reason"], until, ask.path["task"]))


@door.post("/extend", "extend", body=LATER, **_CHANGES)
def extend(ask: Ask) -> Reply:
    """Gives the next deadline step of the present state a later last day; later steps keep their order."""
    until, review = day_in(ask), review_of(ask)
    return carried_out(ask, review, Extend(review, ask.body["reason"], until))


@door.post("/hold", "hold", body=body(("reason",), reason=WORDS, until=maybe(DAY)), **_CHANGES)
def hold(ask: Ask) -> Reply:
    """Stops the clocks; with `until` they go on by themselves when that day is over."""
    until = day_in(ask) if ask.body.get("until") is not None else None
    review = review_of(ask)
    return carried_out(ask, review, Hold(review, ask.body["reason"], until))


@door.post("/resume", "resume", body=WHY, **_CHANGES)
def resume(ask: Ask) -> Reply:
    """What was to come moves by the working days that the review was held."""
    review = review_of(ask)
    return carried_out(ask, review, Resume(review, ask.body["reason"]))


@door.post("/skip", "skip", body=WHY, **_CHANGES)
def skip(ask: Ask) -> Reply:
    """Past the present state; its tasks go unanswered."""
    review = review_of(ask)
    return carried_out(ask, review, Skip(review, ask.body["reason"]))


def day_in(ask: Ask) -> date:
    """The day that the body names. Fault 422, with how days are written, for what is none: before anything is asked of
    the review, so that it is the same to everybody."""
    try:
        return day_named(ask.body["until"])
    except InputError as error:
        raise Fault("http.body_faults", at=(At("/until", error.code, error.values),), count=1) from None
