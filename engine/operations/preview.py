"""The dates that one person's review would meet, before anything is opened, or from where a live one stands."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from engine.calendar import period_of as period_on
from engine.definition.model import Definition
from engine.errors import InputError, NotFound
from engine.operations.load import load_case, period_of
from engine.operations.names import person_known
from engine.operations.seeing import Named, named
from engine.operations.staff import staff_of
from engine.operations.timeline import looked_at
from engine.review.ahead.course import course_of
from engine.review.ahead.model import LATE, QUICK, Course
from engine.review.case import Actor, Case, Relations
from engine.review.model import Held, Review
from engine.review.roles import AUDITOR, HR
from engine.runtime import Runtime
from engine.sources.csv_file import File, read_table
from engine.sources.people_file import OPTIONAL, REQUIRED, read_people
from engine.store import people
from engine.store.database import Tx

BEGINS = time(9)
"""When on its first day a cycle is taken to be opened, where nobody says more than the day."""
YEARS = (2000, 2100)
"""Years within which dates are told."""
_NOWHERE = "preview"


@dataclass(frozen=True, slots=True)
class Preview:
    """The quick and the late course of one review. names: people by id, those only whom the viewer may know here;
    since: where the courses begin; held: why nothing of it moves now; review: None before there is one."""

    definition: Definition
    subject: Named
    zone: str
    period: str
    since: datetime
    courses: tuple[Course, ...]
    names: Mapping[str, Named]
    review: str | None = None
    held: Held | None = None

    @property
    def subject_roles(self) -> frozenset[str]:
        """Roles that are the subject's own, under whatever name."""
        return frozenset({"subject"} | {
            name for name, role in self.definition.roles.items() if role.who.kind == "subject"
        })


def preview(
    rt: Runtime, actor: Actor, definition: Definition, ref: str, start: date, period: str | None = None,
    via: Sequence[str] = (),
) -> Preview:
    """A review of this person that would be opened on the day. NotFound for a person whom the actor may not know;
    InputError for a period of another kind, and for a state that the workflow does not have."""
    now = rt.clock.now()
    key = _period(definition, start, period)
    _known_states(definition, via)
    with rt.database.read() as tx:
        subject = person_known(tx, actor, ref, now)
        person = people.by_id(tx, [subject])[subject]
        zone = person.timezone or definition.calendar.timezone
        since = _morning(start, zone)
        around = people.relations(tx, [subject], max(now, since), rt.groups(definition))
        courses = _courses(_case(definition, subject, zone, key, around, since, person.attributes), since, via)
        names = _names(tx, actor, definition, courses, now)
        return Preview(definition, named(person), zone, key, since, courses, names)


def preview_from_file(
    definition: Definition, file: File, ref: str, start: date, period: str | None = None, via: Sequence[str] = ()
) -> Preview:
    """The same with the people of a file, who need not be imported. NotFound for somebody whom it does not have."""
    key = _period(definition, start, period)
    _known_states(definition, via)
    entries, problems = read_people(read_table(file, REQUIRED, OPTIONAL))
    fault = next((one for one in problems if one.level == "error"), None)
    if fault is not None:
        raise InputError(fault.code, **fault.values)
    known = {one.ref: one for one in entries}
    if ref not in known:
        raise NotFound("OP001", ref=ref)
    entry = known[ref]
    zone = entry.timezone or definition.calendar.timezone
    since = _morning(start, zone)
    there = [one for one in entries if one.employed_until is None or one.employed_until >= start]
    case = _case(definition, ref, zone, key, staff_of(there).relations, since, entry.attributes)
    names = {one.ref: Named(one.ref, one.name, one.name_zh) for one in entries}
    return Preview(definition, names[ref], zone, key, since, _courses(case, since, via), names)


def ahead_of(rt: Runtime, actor: Actor, review_id: str, via: Sequence[str] = ()) -> Preview:
    """What lies ahead of a review that is going on. NotFound when it is not the actor's to follow: how far others are
    with what they are asked shows in the dates, so whoever sees her own task alone is not told them."""
    now = rt.clock.now()
    with rt.database.read() as tx:
        review, _ = looked_at(rt, tx, actor, review_id, now, "history")
        case = load_case(rt, tx, review_id, now)
        definition = case.definition
        _known_states(definition, via)
        ended = review.ended_at is not None
        since = max(now, review.entered_at)
        courses = () if ended or review.held is not None else _courses(case, since, via)
        person = people.by_id(tx, [review.subject])[review.subject]
        names = _names(tx, actor, definition, courses, now)
        return Preview(
            definition, named(person), case.zone, case.period.key, since, courses, names, review.id, review.held,
        )


def _courses(case: Case, since: datetime, via: Sequence[str]) -> tuple[Course, ...]:
    return tuple(course_of(case, since, view, via) for view in (QUICK, LATE))


def _case(
    definition: Definition, subject: str, zone: str, period: str, around: Relations, since: datetime,
    attributes: Mapping[str, object],
) -> Case:
    review = Review(
        id=_NOWHERE, cycle=_NOWHERE, subject=subject, definition=definition.fingerprint, state=definition.initial,
        revision=0, head="", visit=0, opened_at=since, entered_at=since,
    )
    return Case(
        definition=definition, review=review, period=period_of(period), relations=around, days=definition.days,
        zone=zone, attributes=attributes,
    )


def _period(definition: Definition, start: date, period: str | None) -> str:
    """The period that is given, else the one of the workflow's kind that the day falls into."""
    if not YEARS[0] <= start.year <= YEARS[1]:
        raise InputError("dates.no_year", first=YEARS[0], last=YEARS[1])
    if period is None:
        return period_on(definition.period, start)[0]
    try:
        key = period_of(period).key
    except ValueError:
        raise InputError("OP018", period=period, example=period_on(definition.period, start)[0]) from None
    if not YEARS[0] <= period_of(key).start.year <= YEARS[1]:
        raise InputError("dates.no_year", first=YEARS[0], last=YEARS[1])
    own = period_on(definition.period, period_of(key).start)[0]
    if own != key:
        raise InputError("OP018", period=period, example=own)
    return key


def _known_states(definition: Definition, via: Iterable[str]) -> None:
    for name in via:
        if name not in definition.states:
            raise InputError("dates.no_state", name=name, names=", ".join(definition.states))


def _morning(day: date, zone: str) -> datetime:
    return datetime.combine(day, BEGINS, ZoneInfo(zone)).astimezone(ZoneInfo("UTC"))


def _names(
    tx: Tx, actor: Actor, definition: Definition, courses: Iterable[Course], at: datetime
) -> dict[str, Named]:
    """People who would be asked: named to HR and auditors, and each to herself; never those whose answers would be
    anonymous."""
    silent = {name for name, role in definition.roles.items() if role.anonymous_below is not None}
    wanted = {
        person for course in courses for stay in course.stays for row in stay.asked if row.role not in silent
        for person in row.people
    }
    if actor.person is not None and not {HR, AUDITOR} & people.places_of(tx, actor.person, at).groups:
        wanted &= {actor.person}
    return {one: named(person) for one, person in people.by_id(tx, sorted(wanted)).items()}
