"""Correcting figures of a review whose inputs are fixed: which records to let in, and why."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from api.kit.ask import Ask, Reply
from api.kit.faults import fault_of, refused
from api.kit.route import Door
from api.pages.faulty import Faults, of_refusal, said_of
from api.pages.form import Field, all_faults
from api.pages.render import go, show
from api.pages.saying import Saying
from api.pages.views.steps import WORDS_MOST, words
from api.routes.asked import review_of
from engine.clock import parse_instant
from engine.errors import ReviewcycleError
from engine.operations.directory import Observed, observations_page
from engine.operations.figures import CorrectRecords, correct_records
from engine.operations.periods import keys_of
from engine.operations.views import ReviewView, possible, review_view
from engine.review.case import Refused
from engine.words.book import say

door = Door("pages")

SHOWN: Final = 60


@dataclass(frozen=True, slots=True)
class Record:
    """An observation that may be let in."""

    record: str
    title: str
    source: str
    when: str
    chosen: bool


@door.page("/reviews/{review}/correct", "page_correct")
def correct(ask: Ask) -> Reply:
    return correct_page(ask, (), {})


@door.submit("/reviews/{review}/correct", "page_correct_do", refuses=(403, 409, 412, 422))
def do_correct(ask: Ask) -> Reply:
    view = review_view(ask.rt, ask.actor, review_of(ask))
    records = tuple(dict.fromkeys(ask.body.get("records", ())))
    if not records:
        return correct_page(ask, (), {"records": [say(ask.lang, "pages.fault.choose")]}, 422)
    try:
        done = correct_records(
            ask.rt, ask.actor, CorrectRecords(view.id, records, words(ask, "reason")), once=ask.once,
            expected=ask.expected,
        )  # fmt: skip
    except ReviewcycleError as error:
        fault = fault_of(error)
        return correct_page(ask, records, {"": [said_of(ask.lang, fault)]}, fault.status)
    if isinstance(done, Refused):
        fault = refused(done, view.definition, review=view.id)
        return correct_page(ask, records, of_refusal(fault, ("reason",), ""), fault.status)
    return go(f"/reviews/{view.id}", "corrected")


def correct_page(ask: Ask, chosen: tuple[str, ...], faults: Faults, status: int | None = None) -> Reply:
    view = review_view(ask.rt, ask.actor, review_of(ask))
    saying = Saying(ask.lang, view.definition, ask.rt.clock.now())
    reason = Field(
        "long", "reason", say(ask.lang, "pages.step.field.reason"), required=True, most=WORDS_MOST,
        value=words(ask, "reason") if isinstance(ask.body, dict) else "",
        note=say(ask.lang, "pages.step.note.reason"), faults=tuple(faults.get("reason", ())),
    )  # fmt: skip
    listed = Field("many", "records", say(ask.lang, "pages.correct.records"), faults=tuple(faults.get("records", ())))
    return show(
        ask, "correct.html", status=status, place="reviews", view=view, subject=view.subject.said(ask.lang),
        state=saying.state(view.state), workflow=saying.workflow(), records=records_of(ask, saying, view, chosen),
        reason=reason, listed=listed, faults=all_faults((listed, reason)), general=faults.get("", ()),
        key=ask.rt.ids.new_id(),
    )  # fmt: skip


def records_of(ask: Ask, saying: Saying, view: ReviewView, chosen: tuple[str, ...]) -> list[Record]:
    """What arrived for the review's period after its inputs were fixed, the last first: before that, all counts."""
    fixed = fixed_since(ask, view.id)
    found: list[Observed] = []
    for period in sorted(keys_of(view.cycle.period)):
        found.extend(observations_page(ask.rt, ask.actor, subject=view.subject.ref, period=period, limit=SHOWN).items)
    observed = sorted((one.observation for one in found), key=lambda one: (one.recorded_at, one.id), reverse=True)
    return [
        Record(
            one.record,
            say(
                ask.lang, "pages.correct.row", figure=saying.figure(one.input), period=one.period,
                value=f"{saying.value(one.input, one.value)} {saying.unit(one.input)}".strip(),
            ),
            say(ask.lang, "pages.correct.source", source=one.source, record=one.record),
            saying.when(one.recorded_at), one.record in chosen,
        )
        for one in observed[:SHOWN]
        if fixed is None or one.recorded_at > fixed
    ]  # fmt: skip


def fixed_since(ask: Ask, review: str) -> datetime | None:
    """When the inputs were fixed, as the reasons against simply taking figures say it."""
    for one in possible(ask.rt, ask.actor, review):
        if one.kind == "take_figures":
            for why in one.reasons:
                if "since" in why.values:
                    return parse_instant(why.values["since"])
    return None
