"""What another scorecard would have made of a cycle: tried at once for some hundred reviews, for more by a job."""

from __future__ import annotations

from typing import Any, Final

from api.kit.ask import Ask, Reply
from api.kit.route import Door
from api.kit.shapes import ID, TEXT, WHOLE, YES_NO, Schema, body, listed, maybe, named, shape, some
from api.limits import TRIED_MAX
from api.refusals import Fault
from api.routes.definitions import problems
from api.routes.shown import PERSON
from engine.definition.reader import read_scorecard
from engine.operations.listing import cycle_seen
from engine.operations.whatif import Trial, carried_out, subjects_of
from engine.operations.whatif_job import TEXT_MAX, begin, kept_trial, whatif_wish
from engine.operations.whatif_told import told_trial

door = Door("cycles", "/api/v1")

CARD: Final = shape(name=TEXT, version=TEXT, title=TEXT)
SPREAD: Final = listed(shape(grade=maybe(TEXT), before=WHOLE, after=WHOLE))
SUM: Final = shape(sum=maybe(TEXT), count=WHOLE, words=named(WHOLE))
COST: Final = shape(name=TEXT, title=TEXT, unit=TEXT, before=SUM, after=SUM, difference=maybe(TEXT))
SIDE: Final = shape(
    status=TEXT, total=maybe(TEXT), grade=maybe(TEXT), first_grade=maybe(TEXT), consequences={"type": "object"}
)
SHARE: Final = shape(kind=TEXT, name=TEXT, title=TEXT, before=TEXT, after=TEXT, difference=TEXT)
SCORE: Final = shape(metric=TEXT, title=TEXT, before=maybe(TEXT), after=maybe(TEXT))
ROW: Final = shape(
    id=ID, who=maybe(PERSON), unit=TEXT, moved=YES_NO, before=SIDE, after=SIDE, difference=maybe(TEXT),
    shares=listed(SHARE), scores=listed(SCORE),
)  # fmt: skip
WHY: Final = shape(code=TEXT, text=TEXT, values=named(TEXT))
UNJUDGED: Final = shape(id=ID, who=maybe(PERSON), unit=TEXT, card=TEXT, status=TEXT, reasons=listed(WHY))
UNIT: Final = shape(unit=TEXT, reviews=WHOLE, moved=WHOLE, distribution=SPREAD, cost=listed(COST))
END: Final[Schema] = shape(
    value=TEXT, proven=YES_NO,
    mover=maybe(shape(**{"id": ID, "who": maybe(PERSON), "from": TEXT, "to": maybe(TEXT)})),
)  # fmt: skip
WEIGHT: Final = shape(
    weight=TEXT, title=TEXT, group=TEXT, profile=maybe(TEXT), present=TEXT, step=TEXT, keeps_sum=YES_NO,
    low=maybe(END), high=maybe(END), reviews=WHOLE, held=WHOLE,
)  # fmt: skip
COUNT: Final = shape(reviews=WHOLE, moved=WHOLE, changed=WHOLE, unjudged_old=WHOLE, unjudged_new=WHOLE)
WHATIF: Final = shape(
    cycle=shape(id=ID, workflow=TEXT, period=TEXT), unreleased=WHOLE, erased=WHOLE,
    cards=shape(old=CARD, new=CARD), count=COUNT, grades=listed(TEXT), distribution=SPREAD,
    ways=listed(shape(**{"from": maybe(TEXT), "to": maybe(TEXT), "count": WHOLE})), units=listed(UNIT),
    cost=listed(COST), rows=listed(ROW), unjudged=listed(UNJUDGED),
    notes=listed(shape(code=TEXT, name=TEXT, text=TEXT, count=WHOLE, ids=listed(ID))), weights=listed(WEIGHT),
)  # fmt: skip
WANTED: Final = body((), scorecard=some(1, TEXT_MAX), definition=some(1, 120), old=some(1, 120))


@door.post("/cycles/{cycle}/whatif", "cycle_whatif", body=WANTED, keyed=False, reply=WHATIF)
def try_out(ask: Ask) -> Reply:
    """Judges the cycle's reviews by another scorecard, from the facts that were frozen with each score; nothing is
    stored. The scorecard comes as its text, or as a published version; for many reviews it is a job."""
    text = ask.body.get("scorecard")
    if text is not None:
        card, found = read_scorecard(text)
        if card is None:
            faults = problems(ask.lang, found)
            raise Fault("http.problems_found", count=len(faults), more={"problems": faults})
    cycle = cycle_seen(ask.rt, ask.actor, ask.path["cycle"]).id  # to whoever sees none of its reviews it is not there
    wish = whatif_wish({**ask.body, "cycle": cycle})
    return Reply(told(ask, carried_out(begin(ask.rt, ask.actor, wish, TRIED_MAX).steps)))


@door.get("/jobs/{job}/whatif", "job_whatif", reply=WHATIF)
def of_job(ask: Ask) -> Reply:
    """What a job of the kind `whatif` has found, for whoever handed it in."""
    return Reply(told(ask, kept_trial(ask.rt, ask.actor, ask.path["job"])))


def told(ask: Ask, trial: Trial) -> dict[str, Any]:
    return told_trial(ask.lang, trial, subjects_of(ask.rt, ask.actor, trial.reviews))
