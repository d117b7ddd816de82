"""What people call the things of a definition, its days and hours on a wall, and columns that line up."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from engine.clock import parse_instant
from engine.definition.model import Definition
from engine.review.roles import SUBJECT
from engine.review.rows import fields_of, value_said
from engine.words.book import say

_INSTANT = re.compile(r"\d{4}-\d{2}-\d{2}T[\d:.]+Z")
_PARTS = {"target": "OP124", "weight": "OP125", "retire": "cohort.retire"}


STATUS = {"waiting": "OP110", "open": "OP111", "done": "OP112", "waived": "OP113", "superseded": "OP114"}
"""The word for a task's status, by code."""


def titled(lang: str, title: Mapping[str, str], key: str) -> str:
    """The title in the language, else the one without a language, else the key itself."""
    return title.get(lang) or title.get("") or title.get("en") or key


def state_title(lang: str, definition: Definition, state: str | None) -> str:
    plan = definition.states.get(state or "")
    return titled(lang, plan.title, state or "") if plan is not None else state or ""


def task_title(lang: str, definition: Definition, task: str, where: str = "") -> str:
    """where: the state, since tasks of two states may have the same key; else the first that has it is meant."""
    here = definition.states.get(where)
    for state in (*((here,) if here is not None else ()), *definition.states.values()):
        if task in state.tasks:
            return titled(lang, state.tasks[task].title, task)
    known = definition.anywhere.get(task)
    return titled(lang, known.title, task) if known is not None else task


def outcome_title(lang: str, definition: Definition, task: str, outcome: str, where: str = "") -> str:
    here = definition.states.get(where)
    for state in (*((here,) if here is not None else ()), *definition.states.values()):
        plan = state.tasks.get(task)
        if plan is not None and outcome in plan.outcomes:
            return titled(lang, plan.outcomes[outcome].title, outcome)
    return say(lang, STATUS["done"]) if outcome == "done" else outcome


def local(instant: datetime, definition: Definition) -> str:
    """Day and time on the workflow's wall clock."""
    return instant.astimezone(ZoneInfo(definition.calendar.timezone)).strftime("%Y-%m-%d %H:%M")


def last_day(instant: datetime, definition: Definition) -> str:
    """The last day before a due instant, which is the midnight after it."""
    just_before = instant - timedelta(microseconds=1)
    return just_before.astimezone(ZoneInfo(definition.calendar.timezone)).strftime("%Y-%m-%d")


def table(rows: Sequence[Sequence[str]]) -> tuple[str, ...]:
    """Columns side by side; wide characters count twice."""
    if not rows:
        return ()
    widths = [max(_width(row[place]) for row in rows) for place in range(len(rows[0]))]
    lines = []
    for row in rows:
        cells = [cell + " " * (width - _width(cell)) for cell, width in zip(row, widths, strict=True)]
        lines.append("  ".join(cells).rstrip())
    return tuple(lines)


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in text)


def role_title(lang: str, definition: Definition, role: str) -> str:
    known = definition.roles.get(role)
    if known is not None:
        return titled(lang, known.title, role)
    return say(lang, "OP108") if role == SUBJECT else role


def agreeable_title(lang: str, definition: Definition, key: str) -> str:
    """What a target is called, with the word for what is agreed of it where it is not a figure of its own."""
    part = key.rpartition(".")[2]
    word = say(lang, _PARTS[part]) if part in _PARTS else part
    for one in definition.card.agreeable():
        if one.key == key:
            title = titled(lang, one.title, key)
            return say(lang, "OP109", what=title, outcomes=word) if "." in key else title
    node = definition.card.nodes().get(key.rpartition(".")[0]) if part == "retire" else None
    return key if node is None else say(lang, "OP109", what=titled(lang, node.title, node.key), outcomes=word)


def target_value(lang: str, key: str, value: str) -> str:
    """What was agreed of a target as it is read: a number, or whether a metric is retired."""
    return say(lang, "score.yes" if value == "true" else "score.no") if key.endswith(".retire") else value


LISTS = ("allowed", "asked", "known", "ladder", "offered", "options")
"""Values of reasons that are lists, joined by a comma; what stands in them is said as it is written."""


def friendly(lang: str, definition: Definition, values: Mapping[str, str]) -> dict[str, str]:
    """The values of a reason with titles in place of keys, and hours of the wall clock in place of instants."""

    def titles(text: str, title: Callable[[str, Definition, str], str]) -> str:
        return ("、" if lang == "zh" else ", ").join(title(lang, definition, one) for one in text.split(", "))

    said = {}
    for name, value in values.items():
        if name in ("task", "tasks", "name"):
            said[name] = titles(value, task_title)
        elif name in ("state", "states"):
            said[name] = titles(value, state_title)
        elif name in ("role", "barred"):
            said[name] = titles(value, role_title)
        elif name == "status" and value in STATUS:
            said[name] = say(lang, STATUS[value])
        elif name in ("input", "lacking", "target"):
            said[name] = titles(value, figure_title)
        elif name in ("since", "until", "opens") and _INSTANT.fullmatch(value):
            said[name] = local(parse_instant(value), definition)
        elif name in LISTS:
            said[name] = titles(value, lambda lang, definition, one: one)
        else:
            said[name] = value
    return said


def figure_title(lang: str, definition: Definition, name: str) -> str:
    declared = definition.card.inputs.get(name) or definition.card.lists.get(name)
    return titled(lang, declared.title, name) if declared is not None else agreeable_title(lang, definition, name)


def figure_value(lang: str, definition: Definition, name: str, value: str) -> str:
    """A figure's value as it is read: of a list's row its fields with their titles, parted as the language does."""
    rows, fields = definition.card.lists.get(name), fields_of(value)
    if rows is None or fields is None:
        return value_said(value)
    told = []
    for key, text in fields.items():
        declared = rows.fields.get(key)
        word = {"true": "score.yes", "false": "score.no"}.get(text) if declared and declared.type == "yes_no" else None
        title = titled(lang, declared.title, key) if declared else key
        told.append(f"{title} {say(lang, word) if word else text}")
    return ("；" if lang == "zh" else "; ").join(told)
