"""When things open, are due and end: instants from spans and moments, in the subject's zone."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from engine.calendar import add_span, day_end, day_start, local_day, parse_period, parts_of, span_end
from engine.definition.model import Moment, Span, TaskPlan
from engine.review.case import Case

JUST_BEFORE = timedelta(microseconds=1)  # the end of a day is the next midnight; its day is the one before
_UNITS = {"month": "months", "week": "weeks"}
_MONTHS = {"quarter": 3, "half_year": 6, "year": 12}


def end_of(case: Case, start: datetime, span: Span) -> datetime:
    """The end of the local day that lies `span` after the instant."""
    return span_end(case.days, case.zone, start, span.count, span.unit)


def day_of(case: Case, end: datetime) -> date:
    """The last day of what is over at the instant."""
    return local_day(case.zone, end - JUST_BEFORE)


def end_of_day(case: Case, day: date) -> datetime:
    """When a day that somebody named is over."""
    return day_end(case.zone, day)


def working_days_of(case: Case, start: datetime, end: datetime) -> int:
    """How many working days have begun since the day of the one instant, to that of the other."""
    day, last, count = local_day(case.zone, start), day_of(case, end), 0
    while day < last:
        day += timedelta(days=1)
        count += case.days.is_working(day)
    return count


def put_off(case: Case, instant: datetime, count: int, *, begins: bool = False) -> datetime:
    """The end (or, of what begins, the beginning) of the day so many working days later; 0 changes nothing."""
    if count == 0:
        return instant
    if begins:
        return day_start(case.zone, add_span(case.days, local_day(case.zone, instant), count, "working days"))
    return day_end(case.zone, add_span(case.days, day_of(case, instant), count, "working days"))


def counted(plan: TaskPlan) -> bool:
    """Whether the openings of a recurring task are counted from one another, and are no parts of the period."""
    return plan.every is not None and not (isinstance(plan.every, str) and plan.count is None)


def moment_day(case: Case, moment: Moment) -> date:
    anchors = {"cycle.start": case.period.start, "cycle.end": case.period.end}
    day = anchors[moment.anchor] if moment.anchor in anchors else date.fromisoformat(moment.anchor)
    return add_span(case.days, day, moment.offset.count, moment.offset.unit)


def opening_of(case: Case, moment: Moment) -> datetime:
    """A task opens when its day begins."""
    return day_start(case.zone, moment_day(case, moment))


def closing_of(case: Case, moment: Moment) -> datetime:
    """A deadline is over when its day is."""
    return day_end(case.zone, moment_day(case, moment))


def reminders_of(case: Case, plan: TaskPlan, after: datetime, due_at: datetime) -> list[datetime]:
    """When to remind: the beginning of the day so long before or after the due day; what has passed is left out."""
    due_day = local_day(case.zone, due_at - JUST_BEFORE)
    days = (add_span(case.days, due_day, span.count, span.unit) for span in plan.remind)
    return [instant for instant in (day_start(case.zone, day) for day in days) if instant > after]


def occurrences_max(case: Case, plan: TaskPlan) -> int | None:
    """How often a recurring task comes; None: to the end of the period, counted by its instants."""
    if plan.count is not None:
        return plan.count
    if isinstance(plan.every, str):
        return len(stretches(case, plan))
    return None


def stretches(case: Case, plan: TaskPlan) -> tuple[str, ...]:
    """Parts of the period that a task of `every: month` looks back on: those that end on its opening day or after."""
    parts = parts_of(case.period.key, str(plan.every))
    first = None if plan.opens is None else moment_day(case, plan.opens)
    return parts if first is None else tuple(part for part in parts if parse_period(part)[2] >= first)


def occurrence_at(
    case: Case, plan: TaskPlan, number: int, before: datetime, earlier: Sequence[date] = ()
) -> datetime | None:
    """When occurrence `number` opens: at the end of its stretch of time, since it looks back on it.

    before: when the occurrence before it opened, or when the task became available. With a word and no count the
    stretches are the parts of the period; else they are counted from `before`, the first not from before the day that
    `opens` names. earlier: the day from which the first was counted and those of all before this one: a month counted
    from the 31st comes back to the 31st after a shorter one. None: the period ends earlier.
    """
    if isinstance(plan.every, str) and plan.count is None:
        parts = stretches(case, plan)
        if number > len(parts):
            return opening_of(case, plan.opens) if plan.opens is not None else None
        return day_end(case.zone, parse_period(parts[number - 1])[2])
    span = plan.every if isinstance(plan.every, Span) else _span_of(str(plan.every))
    if number == 1 and plan.opens is not None:
        before = max(before, opening_of(case, plan.opens))
    # An occurrence opens at a midnight: that instant still belongs to the day that has just ended.
    instant = _counted_on(case, span, before, earlier) if number > 1 else end_of(case, before, span)
    if plan.count is None and number > 1 and instant > day_end(case.zone, case.period.end):
        return None
    return instant


def _counted_on(case: Case, span: Span, before: datetime, earlier: Sequence[date]) -> datetime:
    """From the earliest day from which the one before is a whole number of spans away; else (a hold has moved it) from
    that one."""
    last = day_of(case, before)
    for place, day in enumerate(earlier[:-1]):
        steps = len(earlier) - 1 - place
        if add_span(case.days, day, steps * span.count, span.unit) == last:
            return day_end(case.zone, add_span(case.days, day, (steps + 1) * span.count, span.unit))
    return end_of(case, before - JUST_BEFORE, span)


def _span_of(word: str) -> Span:
    return Span(1, _UNITS[word]) if word in _UNITS else Span(_MONTHS[word], "months")
