"""Cycles: which there are, how far one is by unit and state, who is late, how grades fall; opening and closing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from markupsafe import Markup

from api.drawing.chart import grades_svg
from api.kit.ask import Ask, Reply
from api.kit.route import Door
from api.kit.shapes import one_of, some
from api.limits import BULK_MAX
from api.pages.dates import day_text, last_day
from api.pages.faulty import Faults
from api.pages.form import Field, all_faults
from api.pages.pictures import workflow_picture
from api.pages.render import Frame, frame_of, go, show
from api.pages.saying import Saying
from api.pages.views.reviews import rows_of
from api.refusals import reply_for
from engine.definition.model import Definition
from engine.errors import NotAllowed, NotFound, ReviewcycleError
from engine.operations import late
from engine.operations.cycles import OpenCycle, Opened, Population, close_cycle, open_cycle
from engine.operations.listing import ReviewFilter, cycle_seen, cycles_page, reviews_page
from engine.operations.titles import titled
from engine.review.barrier import gathering_state
from engine.store.cycles import Cycle
from engine.words.book import say

door = Door("pages")

PAGE: Final = 50
ROWS: Final = 25
LATE_MOST: Final = 30
"""Late tasks of a unit that are shown."""

LATE_OPEN: Final = 12
"""So many late tasks of a cycle are shown at once; of more, a unit's when one asks for them."""

PERIOD_MOST: Final = 20
OF_PERIOD: Final = frozenset({"OP018", "OP019"})
"""No such period; one that is open already."""

WANTED: Final = ("workflow", "period", "for", "group", "unit", "department", "attributes")


@dataclass(frozen=True, slots=True)
class Unit:
    """How far the reviews of a unit are; share: ended of total, in whole percent for a bar's label."""

    name: str
    total: int
    ended: int
    overdue: int
    states: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Late:
    """One open task whose day is over. days: since then."""

    review: str
    subject: str
    ref: str
    task: str
    holders: str
    due: str
    days: int


@door.page("/cycles", "page_cycles", query={"cursor": some(1, 200)})
def cycles(ask: Ask) -> Reply:
    page = cycles_page(ask.rt, ask.actor, limit=PAGE, cursor=ask.query.get("cursor"))
    rows = [(one, workflow_of(ask, one)) for one in page.items]
    return show(
        ask, "cycles.html", place="cycles", rows=rows, next=page.next, first="cursor" not in ask.query
    )


def definition_of(ask: Ask, one: Cycle) -> Definition:
    with ask.rt.database.read() as tx:
        return ask.rt.definition(tx, one.definition)


def workflow_of(ask: Ask, one: Cycle) -> str:
    definition = definition_of(ask, one)
    return titled(ask.lang, definition.title, definition.name)


@door.page("/cycles/{cycle}", "page_cycle", query={"cursor": some(1, 200), "done": one_of("opened", "closed")})
def cycle(ask: Ask) -> Reply:
    """For HR and auditors how far it is; for everybody the reviews that she may see."""
    return cycle_page(ask)


def cycle_page(ask: Ask, refused: str = "", status: int | None = None) -> Reply:
    found = cycle_seen(ask.rt, ask.actor, ask.path["cycle"])
    frame = frame_of(ask)
    definition = definition_of(ask, found)
    saying = Saying(ask.lang, definition, ask.rt.clock.now())
    page = reviews_page(
        ask.rt, ask.actor, ReviewFilter(cycle=found.id), limit=ROWS, cursor=ask.query.get("cursor")
    )
    return show(
        ask, "cycle.html", status=status, frame=frame, place="cycles", cycle=found, say=saying,
        rows=list(rows_of(ask, page.items)), next=page.next, first="cursor" not in ask.query,
        together=gathering_state(definition) is not None,
        watched=watched(ask, found, saying) if frame.hr or frame.auditor else None, refused=refused,
        done=ask.query.get("done"), key=ask.rt.ids.new_id(),
    )  # fmt: skip


def watched(ask: Ask, found: Cycle, saying: Saying) -> dict[str, Any] | None:
    """What HR and auditors see of a cycle; of an HR's own units where she has such."""
    try:
        units = late.by_unit(ask.rt, ask.actor, found.id)
    except NotAllowed:
        return None
    counts: dict[str, int] = {}
    for unit in units:
        for state, count in unit.states.items():
            counts[state] = counts.get(state, 0) + count
    total, ended = sum(unit.total for unit in units), sum(unit.ended for unit in units)
    behind = [(unit.unit, list(late_of(saying, unit))) for unit in units if unit.late]
    title = say(ask.lang, "pages.cycle.picture", period=found.period)
    return {
        "units": [unit_of(saying, one) for one in units], "total": total, "ended": ended,
        "overdue": sum(unit.overdue for unit in units), "states": states_of(saying, counts),
        "late": [(unit, items[:LATE_MOST]) for unit, items in behind], "late_open": LATE_OPEN, "open": total - ended,
        "late_count": sum(len(items) for _, items in behind),
        "late_shown": sum(len(items[:LATE_MOST]) for _, items in behind),
        "chart": grades_picture(ask, found),
        "picture": workflow_picture(saying.definition, ask.lang, counts=counts, title=title),
    }  # fmt: skip


def grades_picture(ask: Ask, found: Cycle) -> Markup:
    """How grades fall by unit, in both sizes; nothing as long as there are none to be seen."""
    nowhere = say(ask.lang, "pages.cycle.no_unit")
    counts = {unit or nowhere: spread for unit, spread in late.grades(ask.rt, ask.actor, found.id).counts.items()}
    if not any(count for spread in counts.values() for count in spread.values()):
        return Markup()
    return Markup("\n".join(grades_svg(counts, ask.lang, narrow=narrow) for narrow in (False, True)))


def states_of(saying: Saying, counts: dict[str, int]) -> list[tuple[str, int]]:
    """Counts in the order in which a review comes through the states; those of nobody are left out."""
    return [(saying.state(name), counts[name]) for name in saying.definition.states if counts.get(name)]


def unit_of(saying: Saying, one: late.UnitProgress) -> Unit:
    return Unit(one.unit, one.total, one.ended, one.overdue, tuple(states_of(saying, dict(one.states))))


def late_of(saying: Saying, unit: late.UnitProgress) -> Iterable[Late]:
    """Longest overdue first."""
    for one in unit.late:
        yield Late(
            one.review, one.subject.said(saying.lang), one.subject.ref, saying.task(one.task),
            saying.names(one.holders), day_text(saying.lang, last_day(one.due_at, saying.zone)), one.days_late,
        )  # fmt: skip


@door.submit("/cycles/{cycle}/close", "page_cycle_close", refuses=(403, 404, 409, 422))
def close(ask: Ask) -> Reply:
    """Ends a cycle whose reviews have all ended; says on its page what stands in the way."""
    try:
        close_cycle(ask.rt, ask.actor, ask.path["cycle"], once=ask.once)
    except NotFound:
        raise
    except ReviewcycleError as error:
        return cycle_page(ask, say(ask.lang, error.code, **error.values), reply_for(error).status)
    return go(f"/cycles/{ask.path['cycle']}", "closed")


@door.page("/cycles/new", "page_cycle_new")
def new(ask: Ask) -> Reply:
    return new_page(ask, dict.fromkeys(WANTED, ""))


def new_page(ask: Ask, typed: dict[str, str], faults: Faults | None = None, status: int | None = None) -> Reply:
    """faults: at the period, or of the whole form."""
    frame: Frame = frame_of(ask)
    if not frame.whole_hr:
        raise NotAllowed("OP005")
    wrong = faults or {}
    period = Field(
        "text", "period", say(ask.lang, "pages.period"), required=True, value=typed["period"], most=PERIOD_MOST,
        note=say(ask.lang, "pages.cycle_new.period_note"), faults=tuple(wrong.get("period", ())),
    )  # fmt: skip
    return show(
        ask, "cycle_new.html", status=status, frame=frame, place="cycles", typed=typed, period=period,
        faults=all_faults([period]), general=wrong.get("", ()), workflows=workflows(ask), key=ask.rt.ids.new_id(),
    )  # fmt: skip


def workflows(ask: Ask) -> list[tuple[str, str, str]]:
    """(name, title, what its rules read of a cycle) of every workflow in force."""
    from engine.operations.cycle_attributes import told_attributes
    from engine.operations.definitions import listing

    found: dict[str, tuple[str, str, str]] = {}
    for stored in listing(ask.rt, ask.actor):
        if stored.status == "approved":
            with ask.rt.database.read() as tx:
                definition = ask.rt.definition(tx, stored.fingerprint)
            title = titled(ask.lang, definition.title, definition.name)
            found[stored.name] = (stored.name, title, told_attributes(definition.card))
    return list(found.values())


@door.submit("/cycles/new", "page_cycle_open", refuses=(403, 404, 409, 422))
def open_(ask: Ask) -> Reply:
    typed = {name: "".join(ask.body.get(name, [])[:1]).strip() for name in WANTED}
    refs = tuple(typed["for"].replace(",", " ").replace("，", " ").replace("、", " ").split())
    if not typed["period"]:
        return new_page(ask, typed, {"period": [say(ask.lang, "pages.fault.FM001")]}, 422)
    wanted = Population(refs, typed["group"] or None, typed["unit"] or None, typed["department"] or None)
    told = attributes_in(typed["attributes"])
    try:
        done = open_cycle(
            ask.rt, ask.actor, OpenCycle(typed["workflow"], typed["period"], wanted, told), once=ask.once, most=BULK_MAX
        )
    except ReviewcycleError as error:
        place = "period" if error.code in OF_PERIOD else ""
        return new_page(ask, typed, {place: [say(ask.lang, error.code, **error.values)]}, reply_for(error).status)
    receipt = done.receipt() if isinstance(done, Opened) else done.receipt
    return go(f"/cycles/{receipt['cycle']}", "opened")


def attributes_in(text: str) -> dict[str, str]:
    """`goal=growth; phase=mature`, in the punctuation of either language; what is no pair says nothing."""
    pairs = (one.partition("=") for one in text.replace("＝", "=").replace("；", ";").replace("，", ";").split(";"))
    return {name.strip(): value.strip() for name, sign, value in pairs if sign}
