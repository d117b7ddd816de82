"""Cohorts of a cycle: who is graded together, and their grades settled at one go."""

from __future__ import annotations

from typing import Any, Final

from api.kit.ask import Ask, Reply
from api.kit.faults import refused
from api.kit.route import Door
from api.kit.shapes import ANY, DECIMAL, ID, TEXT, WHOLE, YES_NO, body, listed, maybe, shape, some, with_more
from api.limits import BULK_MAX
from api.routes.shown import PERSON, RECEIPT, TITLED, receipt_of
from api.routes.stepping import DRY
from api.wire import plain
from engine.operations.calibrate import Settle, calibrate
from engine.operations.calibration import Calibration, cohort_of, cohorts_of
from engine.operations.cohort_figures import GiveFigures, give_figures
from engine.operations.cohort_told import NOWHERE, told_cohort
from engine.review.case import Refused

door = Door("cycles", "/api/v1/cycles/{cycle}")

COHORT: Final = shape(
    cycle=ID, period=TEXT, workflow=TEXT, unit=maybe(TEXT), name=TEXT, kind=TEXT, pooled=listed(TEXT), state=TITLED,
    task=TITLED, opened=YES_NO, members=WHOLE, missing=WHOLE, hidden=WHOLE, waiting=WHOLE, when_over=maybe(TEXT),
    quota=listed(TEXT),
)  # fmt: skip
MEMBER: Final = shape(
    review=ID, subject=PERSON, stands=TEXT, state=TITLED, mine=YES_NO, outcomes=listed(TITLED), grades=listed(TEXT),
    total=maybe(DECIMAL), grade=maybe(TEXT), first_grade=maybe(TEXT), before=maybe(TEXT),
)  # fmt: skip
ANSWER: Final = body(
    ("review", "outcome"), review=some(1, 120), outcome=some(1, 120), grade=maybe(some(1, 120)),
    comment=maybe(some(0, 4000)),
)  # fmt: skip
WANTED: Final = body(("answers",), answers={**listed(ANSWER, BULK_MAX), "minItems": 1}, approve=YES_NO)
SETTLED: Final = shape(cycle=ID, unit=maybe(TEXT), receipts=listed(RECEIPT))
FIGURES: Final = {"type": "object", "minProperties": 1, "maxProperties": 50, "additionalProperties": ANY}


@door.get("/cohorts", "cycle_cohorts", reply=shape(items=listed(COHORT)))
def cohorts(ask: Ask) -> Reply:
    """Of a workflow that gathers no cohort there is nothing here."""
    found = cohorts_of(ask.rt, ask.actor, ask.path["cycle"])
    return Reply({"items": [told_cohort(ask.lang, one, rows=False) for one in found]})


@door.get("/cohorts/{unit}", "cycle_cohort", reply=with_more(COHORT, rows=listed(MEMBER)))
def cohort(ask: Ask) -> Reply:
    """`-` is the cohort of those without a unit, and of all where there are no units."""
    return Reply(told_cohort(ask.lang, seen(ask)))


def seen(ask: Ask) -> Calibration:
    return cohort_of(ask.rt, ask.actor, ask.path["cycle"], ask.path["unit"] or NOWHERE)


@door.post("/cohorts/{unit}/answer", "cohort_answer", body=WANTED, reply=SETTLED, query=DRY, refuses=(403, 404, 409))
def answer(ask: Ask) -> Reply:
    """One answer for each open review of the cohort; refused with the review that it speaks against, or with what the
    quota allows and finds."""
    found = seen(ask)
    answers = tuple(
        Settle(one["review"], one["outcome"], one.get("grade"), one.get("comment") or None)
        for one in ask.body["answers"]
    )
    done = calibrate(
        ask.rt, ask.actor, found.cycle.id, found.unit or NOWHERE, answers, approve=ask.body.get("approve", False),
        once=ask.once, dry=ask.query.get("dry_run", False),
    )
    if isinstance(done, Refused):
        raise refused(done, found.definition)
    receipt = receipt_of(done)
    return Reply({**receipt, "receipts": [dict(sorted(one.items())) for one in receipt["receipts"]]})


@door.post("/figures", "cohort_figures", body=body(("figures",), figures=FIGURES), query=DRY,
           reply=shape(cycle=ID, figures={"type": "object"}), refuses=(403, 404))
def figures(ask: Ask) -> Reply:
    """`{"pool": "5000"}` for all, `{"pool": {"east": "3000"}}` for a unit; until that cohort is judged."""
    wanted = GiveFigures(ask.path["cycle"], {name: _text(one) for name, one in plain(ask.body["figures"]).items()})
    return Reply(receipt_of(give_figures(ask.rt, ask.actor, wanted, ask.once, dry=ask.query.get("dry_run", False))))


def _text(value: Any) -> Any:
    """Numbers as their text; a mapping of units the same within."""
    if isinstance(value, dict):
        return {name: _text(one) for name, one in value.items()}
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value
