"""The dates of a preview in the order of the calendar: what happens on which day, and the free days between."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from engine.calendar import DAY, WorkingDays
from engine.definition.holidays import named_days
from engine.definition.model import Who
from engine.operations.preview import Preview
from engine.review.ahead.model import DEADLINE, LATE, LEFT, WAIVED, Asked, Course, Stay

JUST_BEFORE = timedelta(microseconds=1)
BEGINS, OPENS, REMINDS, DUE, FIGURES, ESCALATES, MOVES, ENDS = (
    "begins", "opens", "reminds", "due", "figures", "escalates", "moves", "ends",
)
_ORDER = (BEGINS, ENDS, DUE, FIGURES, ESCALATES, MOVES, OPENS, REMINDS)
"""Of one instant: what ends comes before what it lets begin."""


@dataclass(frozen=True, slots=True)
class Entry:
    """Something on a day. at: its instant, the end of the day for what is due; role and people: whom it asks; went:
    whether it comes to that in this course (a deadline that nobody waits for does not); done_at: when it is answered,
    of what everybody does on the last day."""

    day: date
    at: datetime
    kind: str
    state: str
    task: str = ""
    number: int = 1
    several: bool = False
    role: str = ""
    people: tuple[str, ...] = ()
    nobody: bool = False
    went: bool = True
    to: str = ""
    done_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Break:
    """Days in a row on which nobody works because some of them are holidays, weekends at their side with them."""

    first: date
    last: date
    names: tuple[str, ...]

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1


def entries(preview: Preview, course: Course, roles: frozenset[str] | None = None) -> tuple[Entry, ...]:
    """All dates of a course in order. roles: only tasks of these (None: of everybody); states are always told;
    deadlines that it does not come to only where everybody is late."""
    zone = ZoneInfo(preview.zone)
    found = [
        (one, place) for place, stay in enumerate(course.stays) for one in _of_stay(preview, stay, course, zone)
        if (not one.task or roles is None or one.role in roles) and (one.went or course.view == LATE)
    ]
    found.sort(key=lambda pair: (pair[0].day, pair[1], pair[0].done_at or pair[0].at, _ORDER.index(pair[0].kind)))
    return tuple(dict.fromkeys(one for one, _ in found))


def breaks(preview: Preview, course: Course, lang: str) -> tuple[Break, ...]:
    """The holidays between a course's first and last date."""
    days = [one.day for one in entries(preview, course)]
    if not days:
        return ()
    first, last = min(days), max(days)
    plan = preview.definition.calendar
    names = named_days(plan, range(first.year, last.year + 2), lang)
    return tuple(_runs(preview.definition.days, names, first, last))


def length(preview: Preview, course: Course) -> tuple[int, int]:
    """Days from the first to the last state, and how many of them are worked; both ends counted."""
    zone = ZoneInfo(preview.zone)
    first, last = (stay.entered_at.astimezone(zone).date() for stay in (course.stays[0], course.stays[-1]))
    count = (last - first).days + 1
    return count, sum(preview.definition.days.is_working(first + number * DAY) for number in range(count))


def _of_stay(preview: Preview, stay: Stay, course: Course, zone: ZoneInfo) -> Iterator[Entry]:
    state = preview.definition.states[stay.state]
    if state.fork:
        return
    yield Entry(_day(stay.entered_at, zone), stay.entered_at, ENDS if state.final else BEGINS, stay.state)
    if stay.figures_at is not None:
        yield Entry(_day(stay.figures_at, zone), stay.figures_at, FIGURES, stay.state)
    counts = {row.task: max(one.number for one in stay.asked if one.task == row.task) for row in stay.asked}
    for row in _together(stay.asked):
        yield from _of_row(preview, course, stay, row, counts[row.task] > 1)
    for step in stay.steps:
        plan = state.deadline[step.index]
        who = plan.escalate if isinstance(plan.escalate, str) else _described(plan.escalate)
        to = _after(course, stay) if step.passed and stay.by == DEADLINE and step.moves else ""
        day = _day(step.at - JUST_BEFORE, zone)
        yield Entry(day, step.at, MOVES if step.moves else ESCALATES, stay.state, role=who, went=step.passed, to=to)


def _described(who: Who | None) -> str:
    """`manager of manager`, as it is written."""
    if who is None:
        return ""
    return f"group {who.group}" if who.kind == "group" else who.kind if who.kind in ("subject", "chosen") else (
        f"{who.kind} of {who.base}")


def _after(course: Course, stay: Stay) -> str:
    place = course.stays.index(stay) + 1
    return course.stays[place].state if place < len(course.stays) else ""


def _of_row(preview: Preview, course: Course, stay: Stay, row: Asked, several: bool) -> Iterator[Entry]:
    if row.opens_at is None or (row.how == LEFT and stay.left_at is not None and row.opens_at > stay.left_at):
        return
    if row.done_at is not None and row.done_at < preview.since:
        return  # lies behind, and is told to those only who may know of it
    zone = ZoneInfo(preview.zone)
    known = tuple(one for one in row.people if one in preview.names)
    shared = (stay.state, row.task, row.number, several, row.role, known, not row.people)
    yield Entry(_day(row.opens_at, zone), row.opens_at, OPENS, *shared)
    for instant in row.reminders:
        yield Entry(_day(instant, zone), instant, REMINDS, *shared)
    if row.due_at is not None and row.how != WAIVED:
        done = row.done_at if course.view == LATE else None
        yield Entry(_day(row.due_at - JUST_BEFORE, zone), row.due_at, DUE, *shared, done_at=done)


def _together(rows: Iterable[Asked]) -> Iterator[Asked]:
    """Rows of one task that are asked of several at the same time as one, with all their people."""
    found: dict[tuple[object, ...], list[Asked]] = {}
    for row in rows:
        found.setdefault((row.task, row.number, row.opens_at, row.due_at), []).append(row)
    for same in found.values():
        people = tuple(dict.fromkeys(person for row in same for person in row.people))
        first = same[0]
        how = LEFT if all(row.how == LEFT for row in same) else first.how
        yield Asked(
            first.task, first.number, first.role, people, first.opens_at, first.due_at,
            tuple(sorted({one for row in same for one in row.reminders})), first.done_at, how,
        )  # fmt: skip


def _day(instant: datetime, zone: ZoneInfo) -> date:
    return instant.astimezone(zone).date()


def _runs(days: WorkingDays, names: Mapping[date, str], first: date, last: date) -> Iterator[Break]:
    day = first
    while day <= last:
        if days.is_working(day):
            day += DAY
            continue
        begin = end = day
        while not days.is_working(end + DAY):
            end += DAY
        while not days.is_working(begin - DAY):
            begin -= DAY
        run = [begin + number * DAY for number in range((end - begin).days + 1)]
        if any(one in days.closed for one in run):
            yield Break(begin, end, _unique(names[one] for one in run if one in names))
        day = end + DAY


def _unique(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(names))


def merged(found: Sequence[Entry], between: Sequence[Break]) -> list[Entry | Break]:
    """Dates and free days in one order."""
    both: list[Entry | Break] = [*found, *between]
    return sorted(both, key=lambda one: (one.first, 0) if isinstance(one, Break) else (one.day, 1))
