"""Steps of a review beside answers: waive, reassign, delegate, retract, remark, intervene, correct."""

from __future__ import annotations

from api.kit.ask import Ask, Reply
from api.kit.faults import refused
from api.kit.route import Door
from api.kit.shapes import body, listed, maybe, some
from api.routes.asked import review_of
from api.routes.shown import RECEIPT
from api.routes.stepping import DRY, carried_out
from engine.operations.figures import CorrectRecords, correct_records
from engine.operations.names import definition_of
from engine.operations.naming import delegated, reassigned
from engine.review.case import Refused
from engine.review.commands import Intervene, Remark, Retract, Waive

door = Door("steps", "/api/v1/reviews/{review}")

WORDS = some(1, 4000)


@door.post("/tasks/{task}/waive", "waive", body=body(("reason",), reason=WORDS), reply=RECEIPT, query=DRY, matched=True)
def waive(ask: Ask) -> Reply:
    """Lets a task go unanswered: "not given", never an empty answer."""
    review = review_of(ask)
    return carried_out(ask, review, Waive(review, ask.path["task"], ask.body["reason"]))


@door.post(
    "/tasks/{task}/reassign", "reassign", body=body(("to", "reason"), to=some(1, 120), reason=WORDS), reply=RECEIPT,
    query=DRY, matched=True,
)  # fmt: skip
def reassign(ask: Ask) -> Reply:
    review = review_of(ask)
    wish = reassigned(ask.rt, ask.actor, review, ask.path["task"], ask.body["to"], ask.body["reason"])
    return carried_out(ask, review, wish)


@door.post(
    "/tasks/{task}/delegate", "delegate", body=body(("to", "reason"), to=some(1, 120), reason=WORDS), reply=RECEIPT,
    query=DRY, matched=True,
)  # fmt: skip
def delegate(ask: Ask) -> Reply:
    """Gives one's own task on, where the workflow lets it be; whoever answers it does so on one's behalf."""
    review = review_of(ask)
    wish = delegated(ask.rt, ask.actor, review, ask.path["task"], ask.body["to"], ask.body["reason"])
    return carried_out(ask, review, wish)


@door.post(
    "/tasks/{task}/retract", "retract", body=body(("reason",), reason=WORDS), reply=RECEIPT, query=DRY, matched=True
)
def retract(ask: Ask) -> Reply:
    """Takes one's own answer back, while the review is still where it was given."""
    review = review_of(ask)
    return carried_out(ask, review, Retract(review, ask.path["task"], ask.body["reason"]))


@door.post("/remarks", "remark", body=body(("comment",), comment=WORDS), reply=RECEIPT, query=DRY, matched=True)
def remark(ask: Ask) -> Reply:
    review = review_of(ask)
    return carried_out(ask, review, Remark(review, ask.body["comment"]))


@door.post(
    "/interventions/{name}", "intervene", body=body(comment=maybe(some(0, 4000))), reply=RECEIPT, query=DRY,
    matched=True,
)  # fmt: skip
def intervene(ask: Ask) -> Reply:
    """What the workflow allows anywhere, such as `withdraw` and `reopen`."""
    review = review_of(ask)
    return carried_out(ask, review, Intervene(review, ask.path["name"], ask.body.get("comment")))


CORRECTION = body(("records", "reason"), records={**listed(some(1, 200), 100), "minItems": 1}, reason=WORDS)


@door.post("/corrections", "correct", body=CORRECTION, reply=RECEIPT, query=DRY, matched=True)
def correct(ask: Ask) -> Reply:
    """Lets late figures in, with a reason; the difference in total and grade stands in the event."""
    review = review_of(ask)
    request = CorrectRecords(review, tuple(ask.body["records"]), ask.body["reason"])
    done = correct_records(
        ask.rt, ask.actor, request, once=ask.once, expected=ask.expected, dry=ask.query.get("dry_run", False)
    )
    if isinstance(done, Refused):
        definition = None if done.code in ("no_such_review", "not_visible") else definition_of(ask.rt, review)
        raise refused(done, definition, review=ask.path["review"])
    return Reply(done.receipt(), revision=done.seq)
