"""What people call the things of a definition, its days and hours on a wall, and columns that line up."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from engine.definition.model import Definition


def titled(lang: str, title: Mapping[str, str], key: str) -> str:
    """The title in the language, else the one without a language, else the key itself."""
    return title.get(lang) or title.get("") or title.get("en") or key


def state_title(lang: str, definition: Definition, state: str | None) -> str:
    plan = definition.states.get(state or "")
    return titled(lang, plan.title, state or "") if plan is not None else state or ""


def task_title(lang: str, definition: Definition, task: str) -> str:
    for state in definition.states.values():
        if task in state.tasks:
            return titled(lang, state.tasks[task].title, task)
    known = definition.anywhere.get(task)
    return titled(lang, known.title, task) if known is not None else task


def outcome_title(lang: str, definition: Definition, task: str, outcome: str) -> str:
    for state in definition.states.values():
        plan = state.tasks.get(task)
        if plan is not None and outcome in plan.outcomes:
            return titled(lang, plan.outcomes[outcome].title, outcome)
    return outcome


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


def agreeable_title(lang: str, definition: Definition, key: str) -> str:
    for one in definition.card.agreeable():
        if one.key == key:
            name = key.rpartition(".")[2]
            return f"{titled(lang, one.title, key)} ({name})" if "." in key else titled(lang, one.title, key)
    return key
