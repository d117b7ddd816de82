"""Puts what operations give into lines for people: for the command line and the demo alike."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from engine.definition.model import Definition
from engine.operations.cycles import Opened, Progress
from engine.operations.handle import Receipt
from engine.operations.report import FiguresReport, PeopleReport
from engine.operations.timeline import Line
from engine.operations.views import ReviewView, TaskView
from engine.operations.work import CycleTable, WorkItem
from engine.review.case import Refused
from engine.words.book import has, say

_STATUS = {"waiting": "OP110", "open": "OP111", "done": "OP112", "waived": "OP113", "superseded": "OP114"}
_WORDS = {"targets": "OP120", "result": "OP121", "agreed": "OP122", "unsigned": "OP123"}
_ACTIONS = {
    "opened": "OP130", "answered": "OP131", "waived": "OP133", "reassigned": "OP134", "intervened": "OP135",
    "remarked": "OP136", "figures_taken": "OP137", "figures_corrected": "OP138", "task_opened": "OP139",
    "reminded": "OP140", "escalated": "OP141", "expired": "OP142",
}  # fmt: skip
_DIFFERENCES = {"total": "OP095", "grade": "OP096"}
_CAUSES = {"timer": "OP150", "batch": "OP151", "system": "OP152", "migration": "OP152"}


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
    zone = ZoneInfo(definition.calendar.timezone)
    return datetime.fromtimestamp(instant.timestamp() - 1, zone).strftime("%Y-%m-%d")


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


def say_refused(lang: str, refused: Refused) -> tuple[str, ...]:
    """One line a reason, the deciding one first."""
    return tuple(
        say(lang, reason.code, **reason.values) if has(reason.code) else reason.code for reason in refused.reasons
    )


def say_report(lang: str, report: PeopleReport | FiguresReport, most: int = 20) -> tuple[str, ...]:
    """The counts, then what rows have to say; `most` lines of each kind at most."""
    if isinstance(report, PeopleReport):
        lines = [
            say(
                lang, "IM070", rows=report.rows, added=report.added, changed=report.changed, unchanged=report.unchanged
            )
        ]  # fmt: skip
        for change in report.changes[:most]:
            if change.what == "new":
                lines.append(say(lang, "IM076", ref=change.ref, name=change.after))
                continue
            before, after = (one or say(lang, "IM078") for one in (change.before, change.after))
            lines.append(say(lang, "IM075", ref=change.ref, what=change.what, before=before, after=after))
    else:
        lines = [
            say(
                lang, "IM071", rows=report.rows, source=report.source, added=report.added, replaced=report.replaced,
                duplicates=report.duplicates, gaps=report.gaps, flagged=report.flagged, late=report.late,
            )
        ]  # fmt: skip
        if report.reviews:
            lines.append(say(lang, "IM077", reviews=len(report.reviews)))
    for problem in report.problems[:most]:
        lines.append(say(lang, "IM074", row=problem.row, text=say(lang, problem.code, **problem.values)))
    if report.refused:
        count = sum(problem.level == "error" for problem in report.problems)
        lines.append(say(lang, "IM073", count=count))
    elif report.dry_run:
        lines.append(say(lang, "IM072"))
    return tuple(lines)


def say_receipt(lang: str, receipt: Receipt, definition: Definition, dry: bool = False) -> tuple[str, ...]:
    action = say(lang, _ACTIONS.get(receipt.action, "OP136"), task="").rstrip(" :：")
    state = state_title(lang, definition, receipt.state)
    return (say(lang, "OP085" if dry else "OP084", action=action, state=state),)


def say_opened(lang: str, opened: Opened) -> tuple[str, ...]:
    lines = [say(lang, "OP082", period=opened.cycle.period, count=len(opened.reviews))]
    if opened.carried:
        lines.append(say(lang, "OP083", count=len(opened.carried)))
    return tuple(lines)


def say_progress(lang: str, progress: Progress, definition: Definition) -> tuple[str, ...]:
    count = sum(progress.states.values())
    state = say(lang, "OP111" if progress.cycle.state == "open" else "OP112")
    lines = [say(lang, "OP079", period=progress.cycle.period, state=state, count=count)]
    order = list(definition.states)
    for name, number in sorted(progress.states.items(), key=lambda item: order.index(item[0])):
        lines.append("  " + say(lang, "OP080", name=state_title(lang, definition, name), count=number))
    for name, number in progress.tasks.items():
        lines.append("  " + say(lang, "OP080", name=task_title(lang, definition, name), count=number))
    if progress.overdue:
        lines.append("  " + say(lang, "OP081", count=progress.overdue))
    return tuple(lines)


def say_grades(lang: str, found: CycleTable) -> tuple[str, ...]:
    """The cycle as a table: unit, ref, name, state, total, grade, and whom it waits for."""
    head = [say(lang, code) for code in ("OP098", "OP104", "OP099", "OP100", "OP101", "OP102", "OP103")]
    rows = [head]
    for row in found.rows:
        grade = row.grade or "-"
        if row.first_grade and row.first_grade != row.grade:
            grade = f"{grade} ({row.first_grade})"
        waits = ", ".join(task_title(lang, found.definition, name) for name in row.waits)
        rows.append(
            [row.unit, row.subject.ref, row.subject.said(lang), state_title(lang, found.definition, row.state),
             row.total or "-", grade, waits]
        )  # fmt: skip
    return table(rows)


def say_work(lang: str, items: Iterable[WorkItem]) -> tuple[str, ...]:
    lines = []
    for item in items:
        subject = f"{item.subject.said(lang)} ({item.subject.ref}, {item.period})"
        task = task_title(lang, item.definition, item.task)
        if item.due_at is None:
            lines.append(say(lang, "OP077", subject=subject, task=task))
        else:
            day = last_day(item.due_at, item.definition)
            lines.append(say(lang, "OP076" if item.overdue else "OP075", subject=subject, task=task, day=day))
    return tuple(lines) or (say(lang, "OP078"),)


def say_view(lang: str, view: ReviewView) -> tuple[str, ...]:
    """The review as far as the viewer may see it."""
    definition = view.definition
    subject = f"{view.subject.said(lang)} ({view.subject.ref})"
    lines = [
        say(lang, "OP060", subject=subject, period=view.cycle.period, state=state_title(lang, definition, view.state))
    ]
    if view.grade is not None:
        code = "OP063" if view.first_grade not in (None, view.grade) else "OP062"
        lines.append(say(lang, code, total=view.total, grade=view.grade, first=view.first_grade))
    lines.extend(say_task(lang, definition, task) for task in view.tasks if task.status in ("open", "waiting"))
    for what, how in view.acknowledgements:
        lines.append(say(lang, "OP097", what=say(lang, _WORDS[what]), how=say(lang, _WORDS[how])))
    for key, value in (view.targets or {}).items():
        lines.append("  " + say(lang, "OP068", what=agreeable_title(lang, definition, key), value=value))
    for name, period, value, source in view.figures or ():
        declared = definition.card.inputs.get(name)
        title = titled(lang, declared.title, name) if declared is not None else name
        lines.append("  " + say(lang, "OP069", input=title, period=period, value=value, source=source))
    return tuple(lines)


def agreeable_title(lang: str, definition: Definition, key: str) -> str:
    for one in definition.card.agreeable():
        if one.key == key:
            name = key.rpartition(".")[2]
            return f"{titled(lang, one.title, key)} ({name})" if "." in key else titled(lang, one.title, key)
    return key


def say_task(lang: str, definition: Definition, task: TaskView) -> str:
    due = say(lang, "OP067", day=last_day(task.due_at, definition)) if task.due_at else ""
    status = say(lang, _STATUS[task.status])
    name = task_title(lang, definition, task.name)
    if not task.holders:
        return say(lang, "OP065", task=name, status=status, due=due)
    holders = ", ".join(one.said(lang) for one in task.holders)
    return say(lang, "OP066", task=name, holders=holders, status=status, due=due)


def say_history(lang: str, lines: Iterable[Line], definition: Definition) -> tuple[str, ...]:
    """One line an event: when, who, what, where to; the words that were said follow indented."""
    said = []
    for line in lines:
        task = task_title(lang, definition, line.task) if line.task else ""
        code = _ACTIONS.get(line.action, "OP136")
        outcome = ""
        if line.action == "answered" and line.outcome not in (None, "done"):
            code, outcome = "OP132", outcome_title(lang, definition, line.task or "", line.outcome or "")
        parts = [say(lang, code, task=task, outcome=outcome)]
        if line.actor is not None:
            parts.append(say(lang, "OP093", name=line.actor.said(lang)))
        else:
            parts.append(say(lang, _CAUSES.get(line.cause, "OP094")))
        if line.to_state != line.from_state and line.to_state:
            parts.append("→ " + state_title(lang, definition, line.to_state))
        comma = "，" if lang == "zh" else ", "
        said.append(say(lang, "OP070", seq=line.seq, at=local(line.at, definition), action=comma.join(parts)))
        for name, values in (line.difference or {}).items():
            if name in _DIFFERENCES:
                said.append("     " + say(lang, _DIFFERENCES[name], before=values[0], after=values[1]))
        if line.comment:
            said.append("     " + (f"“{line.comment}”" if lang == "zh" else f'"{line.comment}"'))
    return tuple(said)
