"""Working days, due instants and periods: arithmetic on day lists that are handed in, pure."""

from __future__ import annotations

import calendar as _months
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

DAY = timedelta(days=1)
UNITS = ("working days", "days", "weeks", "months")
KINDS = ("week", "month", "quarter", "half_year", "year")

KEPT = 4_096  # answers kept of each function that is asked the same for many reviews of one period

Bounds = tuple[str, date, date]
"""A period's key, its first and its last local day."""


@dataclass(frozen=True, slots=True)
class WorkingDays:
    """Monday to Friday, less the `closed` days, plus the `opened` ones (make-up Saturdays). A day in both is open."""

    closed: frozenset[date] = frozenset()
    opened: frozenset[date] = frozenset()

    def is_working(self, day: date) -> bool:
        return day in self.opened or (day.weekday() < 5 and day not in self.closed)


def add_working_days(days: WorkingDays, day: date, count: int) -> date:
    """The count-th working day after `day` (before it, when negative); 0 is the day itself, working or not."""
    step = DAY if count >= 0 else -DAY
    left = abs(count)
    while left:
        day += step
        if days.is_working(day):
            left -= 1
    return day


def add_months(day: date, count: int) -> date:
    """The same day of another month, or that month's last day where it is shorter (31 January + 1 month = 28 or 29)."""
    index = day.year * 12 + day.month - 1 + count
    year, month = divmod(index, 12)
    return date(year, month + 1, min(day.day, _months.monthrange(year, month + 1)[1]))


def add_span(days: WorkingDays, day: date, count: int, unit: str) -> date:
    """The day that lies `count` units (one of UNITS) from `day`; ValueError for another unit."""
    if unit == "working days":
        return add_working_days(days, day, count)
    if unit == "days":
        return day + count * DAY
    if unit == "weeks":
        return day + 7 * count * DAY
    if unit == "months":
        return add_months(day, count)
    raise ValueError(f"{unit!r} is not a unit of time")


def local_day(zone: str, instant: datetime) -> date:
    """The date on a wall calendar in the IANA zone at an aware instant."""
    return instant.astimezone(ZoneInfo(zone)).date()


@lru_cache(maxsize=KEPT)
def day_start(zone: str, day: date) -> datetime:
    """The UTC instant at which a local day begins; where clocks skip midnight, the instant of the skip."""
    return datetime.combine(day, time.min, ZoneInfo(zone)).astimezone(UTC)


def day_end(zone: str, day: date) -> datetime:
    """The UTC instant at which a local day is over: the next local midnight."""
    return day_start(zone, day + DAY)


@lru_cache(maxsize=KEPT)
def span_end(days: WorkingDays, zone: str, start: datetime, span_count: int, span_unit: str) -> datetime:
    """When a span counted from an aware instant is over: the end of the local day reached, in UTC.

    A span of 0 ends with the day it began; a negative one ends with an earlier day.
    """
    return day_end(zone, add_span(days, local_day(zone, start), span_count, span_unit))


def _month(year: int, number: int) -> Bounds:
    first = date(year, number, 1)
    return f"{year:04d}-{number:02d}", first, date(year, number, _months.monthrange(year, number)[1])


def _months_from(key: str, year: int, first: int, count: int) -> Bounds:
    return key, _month(year, first)[1], _month(year, first + count - 1)[2]


def _quarter(year: int, number: int) -> Bounds:
    return _months_from(f"{year:04d}-Q{number}", year, 3 * number - 2, 3)


def _half_year(year: int, number: int) -> Bounds:
    return _months_from(f"{year:04d}-H{number}", year, 6 * number - 5, 6)


def _year(year: int, number: int) -> Bounds:
    return _months_from(f"{year:04d}", year, 1, 12)


def _week(year: int, number: int) -> Bounds:
    first = date.fromisocalendar(year, number, 1)
    return f"{year:04d}-W{number:02d}", first, first + 6 * DAY


_BUILDERS: dict[str, Callable[[int, int], Bounds]] = {
    "week": _week, "month": _month, "quarter": _quarter, "half_year": _half_year, "year": _year,
}
_FORMS = {
    "week": re.compile(r"(\d{4})-W(\d{2})"),
    "month": re.compile(r"(\d{4})-(\d{2})"),
    "quarter": re.compile(r"(\d{4})-Q([1-4])"),
    "half_year": re.compile(r"(\d{4})-H([12])"),
    "year": re.compile(r"(\d{4})()"),
}


@lru_cache(maxsize=KEPT)
def kind_of(key: str) -> str:
    """Which of KINDS a period's key is (`2025-Q3` is a `quarter`); ValueError for anything else."""
    for kind, form in _FORMS.items():
        if form.fullmatch(key):
            return kind
    raise ValueError(f"{key!r} is not a period")


@lru_cache(maxsize=KEPT)
def parse_period(key: str) -> Bounds:
    """Key, first and last local day of `2025-Q3`, `2025-07`, `2025-H2`, `2025-W27` or `2025`; ValueError otherwise."""
    kind = kind_of(key)
    found = _FORMS[kind].fullmatch(key)
    assert found is not None
    return _BUILDERS[kind](int(found[1]), int(found[2] or 1))


def period_of(kind: str, day: date) -> Bounds:
    """The period of that kind a day falls into (weeks are ISO weeks, Monday to Sunday); ValueError for another kind."""
    if kind == "week":
        year, number, _ = day.isocalendar()
        return _week(year, number)
    months = {"month": 1, "quarter": 3, "half_year": 6, "year": 12}.get(kind)
    if months is None:
        raise ValueError(f"{kind!r} is not a kind of period")
    return _BUILDERS[kind](day.year, (day.month - 1) // months + 1)


def next_period(key: str) -> str:
    """The key of the period of the same kind that begins the day after."""
    return period_of(kind_of(key), parse_period(key)[2] + DAY)[0]


def previous_period(key: str) -> str:
    """The key of the period of the same kind that ended the day before."""
    return period_of(kind_of(key), parse_period(key)[1] - DAY)[0]


@lru_cache(maxsize=KEPT)
def parts_of(key: str, kind: str) -> tuple[str, ...]:
    """Keys of the periods of a kind that share a day with the period, in order of time."""
    _, first, last = parse_period(key)
    keys: list[str] = []
    while first <= last:
        part, _, end = period_of(kind, first)
        keys.append(part)
        first = end + DAY
    return tuple(keys)


def months_of(key: str) -> tuple[str, ...]:
    """Keys of a period's months: `2025-Q3` -> `2025-07`, `2025-08`, `2025-09`."""
    return parts_of(key, "month")
