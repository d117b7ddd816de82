"""What two definitions differ in, and the dates that a review by one of them would meet."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Final

from api.kit.ask import Ask, Reply
from api.kit.route import Door
from api.kit.shapes import ANY, INSTANT, TEXT, WHOLE, YES_NO, Schema, listed, maybe, named, shape, some
from api.refusals import Fault
from api.routes.asked import review_of
from engine.errors import NotFound
from engine.operations.dates_told import preview_plain
from engine.operations.definitions import definition_view
from engine.operations.differing import Comparison, compared, comparison_plain
from engine.operations.preview import Preview, ahead_of, preview
from engine.operations.touched import predecessor, published, touched

door = Door("definitions", "/api/v1")

VIEWS: Final = ("quick", "late")
NAMED: Final = shape(name=TEXT, version=TEXT, fingerprint=maybe(TEXT))
CHANGE: Final = shape(
    path=TEXT, was=TEXT, kind=TEXT, before=ANY, after=ANY, whom=listed(shape(kind=TEXT, name=TEXT)),
    effect=maybe(TEXT), wording=YES_NO, text=TEXT,
)  # fmt: skip
DIFFERENCES: Final = shape(
    same=YES_NO, before=NAMED, after=NAMED, changes=listed(CHANGE), reviews=maybe(named(ANY)),
)
DATE: Final = shape(
    day=TEXT, at=INSTANT, kind=TEXT, state=TEXT, task=maybe(TEXT), number=WHOLE, role=maybe(TEXT), to=maybe(TEXT),
    comes=YES_NO, people=listed(shape(ref=TEXT, name=TEXT)), text=TEXT,
)  # fmt: skip
COURSE: Final = shape(
    view=TEXT, ended=YES_NO, missed=listed(TEXT), days=WHOLE, working_days=WHOLE, dates=listed(DATE),
    breaks=listed(shape(first=TEXT, last=TEXT, days=WHOLE, names=listed(TEXT))),
    others=listed(shape(state=TEXT, to=listed(TEXT))),
)  # fmt: skip
TIMELINE: Final = shape(
    definition=shape(name=TEXT, version=WHOLE, fingerprint=TEXT), subject=shape(ref=TEXT, name=TEXT),
    review=maybe(TEXT), period=TEXT, zone=TEXT, since=INSTANT, held=YES_NO, courses=listed(COURSE),
)  # fmt: skip
DAY: Final[Schema] = {"type": "string", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"}
VIA: Final[Schema] = some(1, 400, description="states to be passed, with commas between")
PLAN: Final[dict[str, Schema]] = {"for": some(1, 80), "from": DAY, "period": some(1, 20), "via": VIA}


@door.get(
    "/definitions/{fingerprint}/differences", "definition_differences", query={"before": some(1, 140)},
    reply=DIFFERENCES,
)  # fmt: skip
def definition_differences(ask: Ask) -> Reply:
    """Against another definition, else the one that was in force before; with the open reviews that one holds."""
    return Reply(comparison_plain(ask.lang, comparison_of(ask)))


def comparison_of(ask: Ask) -> Comparison:
    """NotFound where either is not there for the asker, or nothing was in force before."""
    after = definition_view(ask.rt, ask.actor, ask.path["fingerprint"])
    name = ask.query.get("before")
    before = published(ask.rt, ask.actor, name) if name else predecessor(ask.rt, ask.actor, after)
    if before is None:
        raise NotFound("differences.first", name=after.stored.name)
    found = compared(before.definition, after.definition)
    return replace(found, touched=touched(ask.rt, ask.actor, before.definition, found.changes))


@door.get(
    "/definitions/{fingerprint}/timeline", "definition_timeline", query=PLAN, reply=TIMELINE, refuses=(422,),
)
def definition_timeline(ask: Ask) -> Reply:
    """Every date that a review of one person would meet, if it were opened on a day."""
    ref, start = ask.query.get("for"), day_of(ask.query.get("from"))
    if ref is None or start is None:
        name = "for" if ref is None else "from"
        raise Fault("http.bad_parameter", name=name, value=str(ask.query.get(name, "-"))[:40])
    return Reply(preview_plain(ask.lang, preview_of(ask, ref, start), None, VIEWS))


def preview_of(ask: Ask, ref: str, start: date) -> Preview:
    definition = definition_view(ask.rt, ask.actor, ask.path["fingerprint"]).definition
    return preview(ask.rt, ask.actor, definition, ref, start, ask.query.get("period"), via_of(ask))


@door.get("/reviews/{review}/timeline", "review_timeline", query={"via": VIA}, reply=TIMELINE, refuses=(422,))
def review_timeline(ask: Ask) -> Reply:
    """What lies ahead of a review from where it stands."""
    return Reply(preview_plain(ask.lang, ahead_of(ask.rt, ask.actor, review_of(ask), via_of(ask)), None, VIEWS))


def via_of(ask: Ask) -> tuple[str, ...]:
    return tuple(name.strip() for name in ask.query.get("via", "").split(",") if name.strip())


def day_of(text: str | None) -> date | None:
    """None for what is no day."""
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        return None
