"""Days, hours and numbers as people read them; how far off a due day is, on the clock of a zone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from engine.words.book import say

SOON = 3
"""Days before a due day from which it is near enough to be marked."""


@dataclass(frozen=True, slots=True)
class Due:
    """A due day. how: `late`, `soon` or `later`; said: how far off it is; days: until then, negative when over."""

    day: str
    said: str
    how: str
    days: int


def day_text(lang: str, day: date) -> str:
    """`30 July 2025`, `2025年7月30日`."""
    return say(lang, "pages.date", year=day.year, month=say(lang, f"pages.month.{day.month}"), day=day.day)


def when_text(lang: str, instant: datetime, zone: str) -> str:
    """Day, hour and minute on the zone's clock."""
    there = instant.astimezone(ZoneInfo(zone))
    return say(lang, "pages.moment", date=day_text(lang, there.date()), time=there.strftime("%H:%M"))


def last_day(instant: datetime, zone: str) -> date:
    """The last whole day before a due instant, which is the midnight after it."""
    return (instant - timedelta(microseconds=1)).astimezone(ZoneInfo(zone)).date()


def due_of(lang: str, instant: datetime, now: datetime, zone: str) -> Due:
    last = last_day(instant, zone)
    days = (last - now.astimezone(ZoneInfo(zone)).date()).days
    if instant <= now:
        late = max(-days, 1)
        return Due(day_text(lang, last), _counted(lang, "late", late), "late", -late)
    near = {0: "today", 1: "tomorrow"}.get(days)
    said = say(lang, f"pages.due.{near}") if near is not None else _counted(lang, "in", days)
    return Due(day_text(lang, last), said, "soon" if days <= SOON else "later", days)


def _counted(lang: str, what: str, days: int) -> str:
    return say(lang, f"pages.due.{what}.{'one' if days == 1 else 'many'}", days=days)


def typed_instant(text: str, zone: str) -> datetime:
    """An instant as a browser's field gives it: `2025-10-09T14:00`, on the zone's clock; a bare day is its end.

    A full instant with its own zone is taken as it is. ValueError for anything else.
    """
    if len(text) == 10:
        day = date.fromisoformat(text)
        return datetime(day.year, day.month, day.day, 23, 59, 59, tzinfo=ZoneInfo(zone))
    instant = datetime.fromisoformat(text)
    return instant if instant.tzinfo is not None else instant.replace(tzinfo=ZoneInfo(zone))


def field_instant(instant: datetime, zone: str) -> str:
    """The same as such a field wants it, to the second."""
    return instant.astimezone(ZoneInfo(zone)).strftime("%Y-%m-%dT%H:%M:%S")


def grouped(number: str) -> str:
    """A decimal text with commas between its thousands; what is no number stays as it is."""
    whole, mark, rest = number.partition(".")
    digits = whole.removeprefix("-")
    return f"{int(whole):,}{mark}{rest}" if digits.isascii() and digits.isdecimal() else number
