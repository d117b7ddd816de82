"""The reviews one may see, with filters: the same list for a manager, for HR and for an auditor."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from api.kit.ask import Ask, Reply
from api.kit.route import Door
from api.kit.shapes import Schema, one_of, some
from api.pages.render import show
from api.pages.saying import Saying
from engine.errors import NotFound
from engine.operations.directory import people_page
from engine.operations.listing import ReviewFilter, cycles_page, reviews_page
from engine.operations.work import ReviewRow
from engine.words.book import say

door = Door("pages")

PAGE: Final = 50
CYCLES: Final = 30
MEANT_MOST: Final = 12
FILTERS: Final[dict[str, Schema]] = {
    "subject": some(0, 120), "cycle": some(0, 120), "unit": some(0, 120), "state": some(0, 120), "grade": some(0, 60),
    "show": {**one_of("", "open", "ended", "overdue", "mine"), "default": ""}, "cursor": some(1, 200),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Row:
    """One review in words. waits: what it waits for; href is where a look at it begins."""

    id: str
    subject: str
    ref: str
    unit: str
    period: str
    workflow: str
    state: str
    ended: bool
    total: str
    grade: str
    first_grade: str
    waits: str
    held: bool = False


@dataclass(frozen=True, slots=True)
class Found:
    """One page of rows; next: cursor of the following one; missing: what was named that there is not; people: who may
    be meant by a name that several bear, as (ref, name)."""

    rows: tuple[Row, ...] = ()
    next: str | None = None
    missing: str = ""
    people: tuple[tuple[str, str], ...] = ()


@door.page("/reviews", "page_reviews", query=FILTERS)
def reviews(ask: Ask) -> Reply:
    return show(ask, "reviews.html", place="reviews", **searched(ask))


def searched(ask: Ask) -> dict[str, Any]:
    """What a page with the list and its filters shows."""
    asked = asked_of(ask)
    return {
        "found": found(ask, asked), "asked": asked, "cycles": known_cycles(ask), "filtered": any(asked.values()),
        "first": "cursor" not in ask.query,
    }


def asked_of(ask: Ask) -> dict[str, str]:
    return {name: str(ask.query.get(name, "")).strip() for name in FILTERS if name != "cursor"}


def found(ask: Ask, asked: dict[str, str]) -> Found:
    wanted: dict[str, Any] = {name: value or None for name, value in asked.items() if name != "show"}
    shown = asked["show"]
    if asked["subject"]:
        meant = meant_by(ask, asked["subject"])
        if len(meant) != 1:
            return Found(people=meant)
        wanted["subject"] = meant[0][0]
    wanted["ended"] = {"open": False, "ended": True}.get(shown)
    wanted["overdue"] = True if shown == "overdue" else None
    wanted["mine"] = True if shown == "mine" else None
    try:
        page = reviews_page(ask.rt, ask.actor, ReviewFilter(**wanted), limit=PAGE, cursor=ask.query.get("cursor"))
    except NotFound as error:
        return Found(missing=say(ask.lang, error.code, **error.values))
    return Found(tuple(rows_of(ask, page.items)), page.next)


def meant_by(ask: Ask, text: str) -> tuple[tuple[str, str], ...]:
    """Whom a ref, or a part of a name, may mean: exactly this ref before all others."""
    known = people_page(ask.rt, ask.actor, search=text, limit=MEANT_MOST).items
    exact = [one for one in known if one.person.ref == text]
    if not known:
        return ((text, text),)  # whose reviews she may see although she may not look her up
    return tuple((one.person.ref, one.person.said(ask.lang)) for one in exact or known)


def rows_of(ask: Ask, items: Iterable[ReviewRow]) -> Iterable[Row]:
    for one in items:
        saying, row = Saying(ask.lang, one.definition, ask.rt.clock.now()), one.row
        first = row.first_grade if row.first_grade not in (None, row.grade) else ""
        waits = ("、" if ask.lang == "zh" else ", ").join(saying.task(name) for name in row.waits)
        yield Row(
            row.review, row.subject.said(ask.lang), row.subject.ref, row.unit, one.period, saying.workflow(),
            saying.state(row.state), row.ended, row.total or "", row.grade or "", first or "", waits, row.held,
        )  # fmt: skip


def known_cycles(ask: Ask) -> list[tuple[str, str]]:
    """(id, words) of the cycles one may choose from, newest first."""
    page = cycles_page(ask.rt, ask.actor, limit=CYCLES, cursor=None)
    return [(one.id, f"{one.period} · {one.workflow}") for one in page.items]
