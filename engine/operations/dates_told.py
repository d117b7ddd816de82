"""A preview of dates told to people, line by line, and to programs."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from engine.operations.dates import (
    BEGINS,
    DUE,
    ENDS,
    ESCALATES,
    FIGURES,
    MOVES,
    OPENS,
    REMINDS,
    Break,
    Entry,
    breaks,
    entries,
    length,
    merged,
)
from engine.operations.preview import Preview
from engine.operations.seeing import Named
from engine.operations.titles import role_title, state_title, table, task_title, titled
from engine.review.ahead.model import Course
from engine.words.book import say

KINDS = (BEGINS, ENDS, OPENS, REMINDS, DUE, FIGURES, ESCALATES, MOVES)


def preview_lines(lang: str, found: Preview, roles: frozenset[str] | None, views: tuple[str, ...]) -> Iterator[str]:
    """roles: only their tasks (None: everybody's); views: which courses."""
    yield heading(lang, found)
    yield say(lang, "dates.zone", zone=found.zone)
    if found.held is not None:
        yield held_said(lang, found)
    for course in found.courses:
        if course.view in views:
            yield ""
            yield say(lang, f"dates.view.{course.view}")
            yield from table([row_of(lang, found, one) for one in rows(lang, found, course, roles)])
            yield summary(lang, found, course)
            yield from others(lang, found, course)


def heading(lang: str, found: Preview) -> str:
    name = titled(lang, found.definition.title, found.definition.name)
    return say(
        lang, "dates.heading_live" if found.review else "dates.heading", workflow=name, name=found.subject.said(lang),
        period=found.period, day=day_said(lang, found.since.astimezone(ZoneInfo(found.zone)).date()),
    )  # fmt: skip


def held_said(lang: str, found: Preview) -> str:
    held = found.held
    if held is None or held.until is None:
        return say(lang, "dates.held")
    return say(lang, "dates.held_until", day=day_said(lang, held.until.astimezone(ZoneInfo(found.zone)).date()))


def rows(lang: str, found: Preview, course: Course, roles: frozenset[str] | None) -> list[Entry | Break]:
    return merged(entries(found, course, roles), breaks(found, course, lang))


def row_of(lang: str, found: Preview, one: Entry | Break) -> tuple[str, str, str]:
    """Day, what happens, who is asked."""
    if isinstance(one, Break):
        return day_said(lang, one.first), break_said(lang, one), ""
    return day_said(lang, one.day), entry_said(lang, found, one), who_said(lang, found, one)


def break_said(lang: str, one: Break) -> str:
    name = say(lang, "dates.comma").join(one.names) or say(lang, "dates.free")
    return say(lang, "dates.break", name=name, count=one.days, last=day_said(lang, one.last))


def entry_said(lang: str, found: Preview, one: Entry) -> str:
    plan = found.definition
    task = task_title(lang, plan, one.task, one.state) if one.task else ""
    if one.several:
        task = say(lang, "dates.numbered", task=task, number=one.number)
    code = f"dates.{one.kind}" if one.went else f"dates.{one.kind}_unless"
    state = state_title(lang, plan, one.state)
    if one.kind == MOVES and one.to:
        return say(lang, "dates.moves_to", state=state, to=state_title(lang, plan, one.to))
    values = {"task": task} if one.task else {"state": state}
    if one.kind == ESCALATES:
        values["role"] = told_to(lang, found, one.role)
    return say(lang, code, **values)


def told_to(lang: str, found: Preview, who: str) -> str:
    """Whom a deadline escalates to: a role, or the manager of one."""
    kind, _, base = who.partition(" of ")
    if base and kind == "manager":
        return say(lang, "dates.manager_of", role=role_title(lang, found.definition, base))
    return role_title(lang, found.definition, who)


def who_said(lang: str, found: Preview, one: Entry) -> str:
    if not one.task:
        return ""
    role = role_title(lang, found.definition, one.role)
    if one.nobody:
        return say(lang, "dates.nobody", role=role)
    names = say(lang, "dates.comma").join(_named(found, person).said(lang) for person in one.people)
    return say(lang, "dates.who", role=role, names=names) if names else role


def _named(found: Preview, person: str) -> Named:
    return found.names[person]


def summary(lang: str, found: Preview, course: Course) -> str:
    days, working = length(found, course)
    code = "dates.length" if course.ended else "dates.length_open"
    return say(lang, code, days=days, working=working)


def others(lang: str, found: Preview, course: Course, *, keys: bool = True) -> Iterator[str]:
    """Where a review may go besides, and what could not be passed. keys: with the names that `--via` takes."""
    for stay in course.stays:
        if stay.others:
            names = say(lang, "dates.comma").join(
                say(lang, "dates.state_named", title=title, name=name) if keys else title
                for name in stay.others for title in [state_title(lang, found.definition, name)])
            yield say(lang, "dates.others", state=state_title(lang, found.definition, stay.state), names=names)
    if course.missed:
        names = say(lang, "dates.comma").join(state_title(lang, found.definition, one) for one in course.missed)
        yield say(lang, "dates.missed", names=names)


def day_said(lang: str, day: date) -> str:
    return say(lang, "dates.day", day=day.isoformat(), weekday=say(lang, f"dates.weekday.{day.weekday()}"))


def preview_plain(lang: str, found: Preview, roles: frozenset[str] | None, views: tuple[str, ...]) -> dict[str, Any]:
    """For programs: every date with its instant, its local day and the sentence."""
    plan = found.definition
    return {
        "definition": {"name": plan.name, "version": plan.version, "fingerprint": plan.fingerprint},
        "subject": {"ref": found.subject.ref, "name": found.subject.said(lang)}, "review": found.review,
        "period": found.period, "zone": found.zone, "since": found.since, "held": found.held is not None,
        "courses": [
            {
                "view": course.view, "ended": course.ended, "missed": list(course.missed),
                "days": length(found, course)[0], "working_days": length(found, course)[1],
                "dates": [_entry_plain(lang, found, one) for one in entries(found, course, roles)],
                "breaks": [
                    {"first": one.first.isoformat(), "last": one.last.isoformat(), "days": one.days,
                     "names": list(one.names)}
                    for one in breaks(found, course, lang)
                ],
                "others": [{"state": stay.state, "to": list(stay.others)} for stay in course.stays if stay.others],
            }
            for course in found.courses if course.view in views
        ],
    }  # fmt: skip


def _entry_plain(lang: str, found: Preview, one: Entry) -> dict[str, Any]:
    return {
        "day": one.day.isoformat(), "at": one.at, "kind": one.kind, "state": one.state, "task": one.task or None,
        "number": one.number, "role": one.role or None, "to": one.to or None, "comes": one.went,
        "people": [{"ref": _named(found, who).ref, "name": _named(found, who).said(lang)} for who in one.people],
        "text": entry_said(lang, found, one),
    }  # fmt: skip
