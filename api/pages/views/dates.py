"""Pages of what a definition changes, and of the dates that one person's review would meet."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

from api.kit.ask import Ask, Reply
from api.kit.route import Door
from api.kit.shapes import some
from api.pages.render import frame_of, show
from api.routes.asked import review_of
from api.routes.dates import VIEWS, comparison_of, day_of, preview_of
from engine.definition.differences.telling import PARTS, what, whom
from engine.errors import NotFound, ReviewcycleError
from engine.operations.dates import Break
from engine.operations.dates_told import heading, held_said, others, row_of, rows, summary
from engine.operations.definitions import definition_view
from engine.operations.differing import Comparison, touched_lines
from engine.operations.preview import Preview, ahead_of
from engine.operations.titles import titled
from engine.words.book import say

door = Door("pages")

NAME: Final = some(0, 80)


@dataclass(frozen=True, slots=True)
class Row:
    """A line of a timeline: day, what, whom it asks; free: days off."""

    day: str
    text: str
    who: str
    free: bool


@dataclass(frozen=True, slots=True)
class Course:
    """One view of a preview, ready to be shown."""

    title: str
    rows: tuple[Row, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Line:
    """A difference in words."""

    text: str
    whom: str
    effect: str


@door.page("/definitions/{fingerprint}/dates", "page_dates", query={
    "for": NAME, "from": some(0, 20), "period": some(0, 20),
})  # fmt: skip
def dates(ask: Ask) -> Reply:
    """For whom and from when; then every date."""
    found = definition_view(ask.rt, ask.actor, ask.path["fingerprint"])
    frame = frame_of(ask)
    own = frame.person.ref if frame.person is not None else ""
    ref = ask.query.get("for", "").strip() or ("" if frame.hr or frame.auditor else own)
    typed = ask.query.get("from", "").strip() or ask.rt.clock.now().date().isoformat()
    start, told, refused = day_of(typed), None, ""
    if start is None:
        refused = say(ask.lang, "dates.no_day", text=typed)
    elif ref:
        told, refused = _told(ask, ref, start)
    return show(
        ask, "dates.html", frame=frame, place="definitions", stored=found.stored, ref=ref, start=typed,
        period=ask.query.get("period", ""), refused=refused, heading=heading(ask.lang, told) if told else "",
        title=titled(ask.lang, found.definition.title, found.stored.name), courses=courses(ask.lang, told), review=None,
        zone=told.zone if told else "", status=404 if refused and ref else None, held="",
    )  # fmt: skip


def _told(ask: Ask, ref: str, start: date) -> tuple[Preview | None, str]:
    try:
        return preview_of(ask, ref, start), ""
    except ReviewcycleError as error:
        return None, say(ask.lang, error.code, **error.values)


@door.page("/reviews/{review}/dates", "page_review_dates")
def ahead(ask: Ask) -> Reply:
    """What lies ahead of a review."""
    found = ahead_of(ask.rt, ask.actor, review_of(ask))
    return show(
        ask, "dates.html", place="reviews", review=found.review, subject=found.subject.said(ask.lang),
        heading=heading(ask.lang, found), zone=found.zone, courses=courses(ask.lang, found), refused="",
        held=held_said(ask.lang, found) if found.held is not None else "",
    )  # fmt: skip


def courses(lang: str, found: Preview | None) -> list[Course]:
    if found is None:
        return []
    return [
        Course(
            say(lang, f"dates.view.{course.view}"),
            tuple(Row(*row_of(lang, found, one), isinstance(one, Break)) for one in rows(lang, found, course, None)),
            (summary(lang, found, course), *others(lang, found, course, keys=False)),
        )
        for course in found.courses if course.view in VIEWS
    ]


@door.page("/definitions/{fingerprint}/differences", "page_differences", query={"before": some(0, 140)})
def definition_changes(ask: Ask) -> Reply:
    """In words, by part; texts that people read folded away."""
    view = definition_view(ask.rt, ask.actor, ask.path["fingerprint"])
    found: Comparison | None = None
    refused = ""
    try:
        found = comparison_of(ask)
    except NotFound as error:
        refused = say(ask.lang, error.code, **error.values)
    return show(
        ask, "differences.html", place="definitions", stored=view.stored, refused=refused,
        title=titled(ask.lang, view.definition.title, view.stored.name), parts=_parts(ask.lang, found),
        before=found.before if found else None, same=found is not None and found.same, texts=_texts(ask.lang, found),
        reviews=_reviews(ask.lang, found),
    )  # fmt: skip


def _parts(lang: str, found: Comparison | None) -> list[tuple[str, list[Line]]]:
    if found is None:
        return []
    listed = [
        (say(lang, f"differences.part.{part}"), [
            Line(what(lang, one, *found.sides), whom(lang, one, *found.sides), one.effect)
            for one in found.changes if one.part == part and not one.wording
        ])
        for part in PARTS
    ]  # fmt: skip
    return [pair for pair in listed if pair[1]]


def _texts(lang: str, found: Comparison | None) -> list[str]:
    return [what(lang, one, *found.sides) for one in found.changes if one.wording] if found else []


def _reviews(lang: str, found: Comparison | None) -> list[str]:
    if found is None or found.touched is None or found.before is None or found.same:
        return []
    name = say(lang, "differences.version", version=found.before.version)
    return [line.strip() for line in touched_lines(lang, found, found.touched, name)]
