"""Judges the rows of a file of figures: whose they are, what is known already, what may take whose place."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from engine.clock import instant_text
from engine.review.case import Observation
from engine.review.rows import value_said
from engine.runtime import Runtime
from engine.sources.csv_file import RowProblem
from engine.sources.figures_file import FigureEntry
from engine.store import figures, people
from engine.store.database import Tx


@dataclass(slots=True)
class Sorted:
    """Rows as they were judged, in the order of the file."""

    fresh: list[tuple[FigureEntry, Observation]] = field(default_factory=list)
    problems: list[RowProblem] = field(default_factory=list)
    duplicates: int = 0
    gaps: int = 0


def judge(
    rt: Runtime, tx: Tx, entries: Iterable[FigureEntry], source: str, may_replace: bool, at: datetime
) -> Sorted:
    listed = list(entries)
    judged = Sorted()
    subjects = _subjects(tx, listed, judged.problems)
    known = figures.by_record(tx, {(source, entry.record) for entry in listed})
    seen: dict[str, FigureEntry] = {}
    for entry in listed:
        subject = subjects.get(entry.row)
        first = seen.setdefault(entry.record, entry)
        if subject is None:
            continue
        if entry.value is None:
            judged.gaps += 1
            values = {"input": entry.input, "ref": entry.subject or entry.account, "period": entry.period}
            judged.problems.append(RowProblem(entry.row, "IM061", values, "flag"))
        elif first is not entry and _key(first, subjects.get(first.row)) != _key(entry, subject):
            values = {"record": entry.record, "first": str(first.row)}
            judged.problems.append(RowProblem(entry.row, "IM052", values))
        elif first is not entry:
            judged.duplicates += 1
            judged.problems.append(RowProblem(entry.row, "IM062", {"record": entry.record}, "flag"))
        else:
            _judge_against(rt, judged, entry, subject, source, known.get((source, entry.record)), may_replace, at)
    return judged


def _judge_against(
    rt: Runtime,
    judged: Sorted,
    entry: FigureEntry,
    subject: str,
    source: str,
    before: Observation | None,
    may_replace: bool,
    at: datetime,
) -> None:
    if before is not None and (before.subject, before.input, before.period, before.value) == _key(entry, subject):
        judged.duplicates += 1
        judged.problems.append(RowProblem(entry.row, "IM062", {"record": entry.record}, "flag"))
        return
    if before is not None and not may_replace:
        told = (value_said(before.value), value_said(entry.value or ""))
        values = {"record": entry.record, "source": source, "before": told[0], "value": told[1]}
        judged.problems.append(RowProblem(entry.row, "IM051", values))
        return
    replaces = None if before is None else before.id
    observation = Observation(
        id=rt.ids.new_id(), subject=subject, input=entry.input, value=entry.value or "", period=entry.period,
        source=source, record=entry.record, taken_at=entry.taken_at, recorded_at=at, samples=entry.samples,
        replaces=replaces,
    )  # fmt: skip
    judged.fresh.append((entry, observation))


def _key(entry: FigureEntry, subject: str | None) -> tuple[str | None, str, str, str | None]:
    return subject, entry.input, entry.period, entry.value


def _subjects(tx: Tx, entries: list[FigureEntry], problems: list[RowProblem]) -> dict[int, str]:
    """Row -> the person whose figure it is; an account's goes to whoever owned it when it was taken."""
    known = people.by_ref(tx, {entry.subject or entry.account for entry in entries})
    owners: dict[datetime, Mapping[str, str]] = {}
    accounts = {known[entry.account].id for entry in entries if entry.account in known}
    found: dict[int, str] = {}
    for entry in entries:
        person = known.get(entry.subject or entry.account)
        if person is None:
            code, ref = ("IM049", entry.account) if entry.account else ("IM048", entry.subject)
            problems.append(RowProblem(entry.row, code, {"ref": ref}))
        elif entry.subject or person.kind != "account":
            found[entry.row] = person.id
        else:
            if entry.taken_at not in owners:
                owners[entry.taken_at] = people.relations(tx, accounts, entry.taken_at).owners
            owner = owners[entry.taken_at].get(person.id)
            if owner is None:
                values = {"ref": entry.account, "at": instant_text(entry.taken_at)[:10]}
                problems.append(RowProblem(entry.row, "IM050", values))
            else:
                found[entry.row] = owner
    return found
