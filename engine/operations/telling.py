"""Puts what operations give into lines for people: for the command line and the demo alike."""

from __future__ import annotations

from collections.abc import Iterable

from engine.definition.model import Definition
from engine.history.verify import Verdict
from engine.operations.cycles import Opened, Progress
from engine.operations.handle import Receipt
from engine.operations.lines import Line
from engine.operations.report import FiguresReport, PeopleReport
from engine.operations.timeline import History, Stood
from engine.operations.titles import (
    STATUS,
    agreeable_title,
    figure_title,
    figure_value,
    friendly,
    last_day,
    local,
    outcome_title,
    state_title,
    table,
    target_value,
    task_title,
)
from engine.operations.views import ReviewView, TaskView
from engine.operations.work import CycleRow, CycleTable, ReviewRows, WorkItem
from engine.review.case import Reason, Refused
from engine.review.model import Held
from engine.words.book import has, say

_WORDS = {"targets": "OP120", "result": "OP121", "agreed": "OP122", "unsigned": "OP123"}
_ACTIONS = {
    "opened": "OP130", "answered": "OP131", "waived": "OP133", "reassigned": "OP134", "intervened": "OP135",
    "remarked": "OP136", "figures_taken": "OP137", "figures_corrected": "OP138", "task_opened": "OP139",
    "reminded": "OP140", "escalated": "OP141", "expired": "OP142", "delegated": "OP143", "extended": "OP144",
    "held": "OP145", "resumed": "OP146", "skipped": "OP147", "retracted": "OP148", "gathered": "OP149",
}  # fmt: skip
_DIFFERENCES = {"total": "OP095", "grade": "OP096"}
_CAUSES = {"timer": "OP150", "batch": "OP151", "system": "OP152", "migration": "OP152"}


def comma_of(lang: str) -> str:
    """What stands between the things of a list."""
    return say(lang, "dates.comma")


def say_refused(lang: str, refused: Refused, definition: Definition | None = None) -> tuple[str, ...]:
    """One line a reason, the deciding one first; by titles where the definition is at hand."""
    return tuple(say_reason(lang, reason, definition) for reason in refused.reasons)


def say_reason(lang: str, reason: Reason, definition: Definition | None = None) -> str:
    if not has(reason.code):
        return reason.code
    values = reason.values if definition is None else friendly(lang, definition, reason.values)
    return say(lang, reason.code, **values)


def say_verdict(lang: str, verdict: Verdict, most: int = 50) -> tuple[str, ...]:
    """One line when everything holds; else each place that does not, by its stream and event."""
    if verdict.ok:
        lines = [say(lang, "OP071", streams=verdict.streams, events=verdict.events)]
    else:
        lines = [say(lang, "OP072", count=len(verdict.findings))]
    for one in verdict.findings[:most]:
        text = say(lang, one.code, **one.values) if has(one.code) else one.code
        lines.append("  " + say(lang, "OP074", stream=one.stream, seq=one.seq or "-", text=text))
    if verdict.erased:
        lines.append(say(lang, "OP073", erased=len(verdict.erased)))
    return tuple(lines)


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


def say_receipt(
    lang: str, receipt: Receipt, definition: Definition | None = None, dry: bool = False
) -> tuple[str, ...]:
    """What was accepted; states by their titles where the definition is at hand."""
    action = say(lang, _ACTIONS.get(receipt.action, "OP136"), task="").rstrip(" :：")
    state = state_title(lang, definition, receipt.state) if definition is not None else receipt.state
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
    return table([head, *(_cells(lang, found.definition, row) for row in found.rows)])


def say_rows(lang: str, found: ReviewRows) -> tuple[str, ...]:
    """Reviews of several cycles as a table, the period before the rest."""
    head = [say(lang, code) for code in ("OP105", "OP098", "OP104", "OP099", "OP100", "OP101", "OP102", "OP103")]
    rows = [[one.period, *_cells(lang, one.definition, one.row)] for one in found]
    return table([head, *rows])


def _cells(lang: str, definition: Definition, row: CycleRow) -> list[str]:
    grade = row.grade or "-"
    if row.first_grade and row.first_grade != row.grade:
        grade = f"{grade} ({row.first_grade})"
    waits = comma_of(lang).join(task_title(lang, definition, name) for name in row.waits)
    state = state_title(lang, definition, row.state)
    if row.held:
        state = say(lang, "OP109", what=state, outcomes=say(lang, "OP189"))
    return [row.unit, row.subject.ref, row.subject.said(lang), state, row.total or "-", grade, waits]


def say_work(lang: str, items: Iterable[WorkItem]) -> tuple[str, ...]:
    lines = []
    for item in items:
        subject = f"{item.subject.said(lang)} ({item.subject.ref}, {item.period})"
        task = task_title(lang, item.definition, item.task, item.state)
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
    if view.held is not None:
        lines.extend(_held(lang, definition, view.held))
    if view.grade is not None:
        code = "OP063" if view.first_grade not in (None, view.grade) else "OP062"
        lines.append(say(lang, code, total=view.total, grade=view.grade, first=view.first_grade))
    lines.extend(say_task(lang, definition, task) for task in view.tasks if task.status in ("open", "waiting"))
    for what, how in view.acknowledgements:
        lines.append(say(lang, "OP097", what=say(lang, _WORDS[what]), how=say(lang, _WORDS[how])))
    for key, value in (view.targets or {}).items():
        said = target_value(lang, key, value)
        lines.append("  " + say(lang, "OP068", what=agreeable_title(lang, definition, key), value=said))
    for name, period, value, source in view.figures or ():
        title, told = figure_title(lang, definition, name), figure_value(lang, definition, name, value)
        lines.append("  " + say(lang, "OP069", input=title, period=period, value=told, source=source))
    return tuple(lines)


def _held(lang: str, definition: Definition, held: Held) -> Iterable[str]:
    """As it is said to whoever tries to do something."""
    yield say(lang, "review_held", since=local(held.since, definition))
    if held.until is not None:
        yield say(lang, "held_until", until=last_day(held.until, definition))


def say_task(lang: str, definition: Definition, task: TaskView) -> str:
    due = say(lang, "OP067", day=last_day(task.due_at, definition)) if task.due_at else ""
    status = say(lang, STATUS[task.status])
    name = task_title(lang, definition, task.name, task.state)
    if not task.holders:
        return say(lang, "OP065", task=name, status=status, due=due)
    holders = comma_of(lang).join(one.said(lang) for one in task.holders)
    return say(lang, "OP066", task=name, holders=holders, status=status, due=due)


def say_history(lang: str, found: History) -> tuple[str, ...]:
    """One line an event: when, who, what, where to; the words that were said follow indented."""
    said = []
    definition = found.definition
    for line in found.lines:
        where = line.from_state or ""
        task = task_title(lang, definition, line.step, where) if line.step else ""
        code = _ACTIONS.get(line.action, "OP136")
        outcome = ""
        if line.action == "answered" and line.outcome not in (None, "done"):
            code, outcome = "OP132", outcome_title(lang, definition, line.task or "", line.outcome or "", where)
        parts = [say(lang, code, task=task, outcome=outcome)]
        if line.actor is not None:
            parts.append(say(lang, "OP093", name=line.actor.said(lang)))
            if line.on_behalf_of is not None:
                parts.append(say(lang, "OP184", name=line.on_behalf_of.said(lang)))
        else:
            cause = "system" if line.action == "gathered" else line.cause
            parts.append(say(lang, _CAUSES.get(cause, "OP094")))
        if line.to_state != line.from_state and line.to_state:
            parts.append("→ " + state_title(lang, definition, line.to_state))
        comma = "，" if lang == "zh" else ", "
        said.append(say(lang, "OP070", seq=line.seq, at=local(line.at, definition), action=comma.join(parts)))
        for name, values in (line.difference or {}).items():
            if name in _DIFFERENCES:
                said.append("     " + say(lang, _DIFFERENCES[name], before=values[0], after=values[1]))
        said.extend("     " + one for one in _dates(lang, definition, line))
        if line.comment:
            said.append("     " + (f"“{line.comment}”" if lang == "zh" else f'"{line.comment}"'))
    return tuple(said)


def _dates(lang: str, definition: Definition, line: Line) -> list[str]:
    """What the event did to the dates."""
    said = []
    if line.last_days is not None:
        before, after = (None if one is None else last_day(one, definition) for one in line.last_days)
        said.append(say(lang, "OP186", day=after) if before is None else say(lang, "OP185", before=before, after=after))
    if line.moved is not None:
        said.append(say(lang, "OP187" if line.moved > 1 else "OP188", days=line.moved))
    return said


def say_state(lang: str, stood: Stood) -> tuple[str, ...]:
    """How a review stood at an instant."""
    definition = stood.definition
    at, state = local(stood.at, definition), state_title(lang, definition, stood.state)
    lines = [say(lang, "OP107", at=at, state=state, seq=stood.revision)]
    if stood.grade is not None:
        lines.append(say(lang, "OP062", total=stood.total, grade=stood.grade))
    for name, status, due_at in stood.tasks:
        due = say(lang, "OP067", day=last_day(due_at, definition)) if due_at else ""
        word, task = say(lang, STATUS[status]), task_title(lang, definition, name, stood.state)
        lines.append("  " + say(lang, "OP065", task=task, status=word, due=due))
    for what, how in stood.acknowledgements:
        lines.append("  " + say(lang, "OP097", what=say(lang, _WORDS[what]), how=say(lang, _WORDS[how])))
    for key, value in (stood.targets or {}).items():
        said = target_value(lang, key, value)
        lines.append("  " + say(lang, "OP068", what=agreeable_title(lang, definition, key), value=said))
    return tuple(lines)
