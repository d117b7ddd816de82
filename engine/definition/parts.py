"""The small texts of the workflow language: spans, moments, people, effects; None is given for no such text."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from typing import Any

from engine.definition.model import Effect, Moment, Span, Title, Who

_UNIT = r"(working days?|days?|weeks?|months?)"
_SPAN = re.compile(rf"([0-9]{{1,4}}) {_UNIT}")
_REMINDER = re.compile(rf"([0-9]{{1,4}}) {_UNIT} (before|after)")
_MOMENT = re.compile(rf"(cycle\.start|cycle\.end|[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}})(?: ([+-]) ([0-9]{{1,4}}) {_UNIT})?")
_PEOPLE = re.compile(r"([0-9]{1,4})\.\.([0-9]{1,4})")
_OF = re.compile(r"(manager|team|owner) of (\S+)")
_GROUP = re.compile(r"group (\S+)")
_CHOSEN = re.compile(r"chosen in ([^\s.]+)\.([^\s.]+)")


def _span(count: str, unit: str) -> Span:
    return Span(int(count), unit if unit.endswith("s") else unit + "s")


def span_of(text: Any) -> Span | None:
    """`10 working days`."""
    found = _SPAN.fullmatch(text) if isinstance(text, str) else None
    return _span(found[1], found[2]) if found else None


def reminder_of(text: Any) -> Span | None:
    """`3 working days before` (negative) or `1 working day after` the due date."""
    found = _REMINDER.fullmatch(text) if isinstance(text, str) else None
    if found is None:
        return None
    span = _span(found[1], found[2])
    return Span(-span.count, span.unit) if found[3] == "before" else span


def moment_of(text: Any) -> Moment | None:
    """`cycle.end - 20 working days`, `2025-10-10`; None also for a day that no calendar has."""
    found = _MOMENT.fullmatch(text) if isinstance(text, str) else None
    if found is None or not (found[1].startswith("cycle") or is_day(found[1])):
        return None
    if found[2] is None:
        return Moment(found[1])
    span = _span(found[3], found[4])
    return Moment(found[1], Span(-span.count, span.unit) if found[2] == "-" else span)


def is_day(text: str) -> bool:
    """Whether the text is a day of the calendar, written `2025-10-31`."""
    try:
        return len(text) == 10 and bool(date.fromisoformat(text))
    except ValueError:
        return False


def who_of(text: Any) -> Who | None:
    """`subject`, `manager of R`, `team of R`, `owner of R`, `group NAME` or `chosen in TASK.FIELD`."""
    if not isinstance(text, str):
        return None
    if text == "subject":
        return Who("subject")
    if found := _OF.fullmatch(text):
        return Who(found[1], base=found[2])
    if found := _GROUP.fullmatch(text):
        return Who("group", group=found[1])
    if found := _CHOSEN.fullmatch(text):
        return Who("chosen", task=found[1], field_name=found[2])
    return None


def people_of(value: Any) -> tuple[int, int] | None:
    """`3..6`, or one number for exactly so many."""
    if isinstance(value, Decimal):
        return int(value), int(value)
    found = _PEOPLE.fullmatch(value) if isinstance(value, str) else None
    return (int(found[1]), int(found[2])) if found else None


def effect_of(text: Any) -> Effect | None:
    """`acknowledge result`, `mark unsigned`, `notify hr`, `carry_over`."""
    if not isinstance(text, str):
        return None
    verb, _, what = text.partition(" ")
    return Effect(verb, what)


def title_of(value: Any) -> Title:
    if isinstance(value, str):
        return {"": value}
    if isinstance(value, dict):
        return {language: text for language, text in value.items() if isinstance(text, str)}
    return {}


def as_list(value: Any) -> list[Any]:
    """A list as it is, one thing as a list of it, nothing as an empty list."""
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def names_of(value: Any) -> tuple[str, ...]:
    return tuple(one for one in as_list(value) if isinstance(one, str))


def whole_of(value: Any) -> int | None:
    return int(value) if isinstance(value, Decimal) and value == value.to_integral_value() else None
