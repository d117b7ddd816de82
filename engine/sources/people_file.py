"""The organisation as a CSV file: who there is, who leads whom, who belongs where, whose account it is."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from difflib import get_close_matches
from functools import lru_cache
from zoneinfo import available_timezones

from engine.sources.csv_file import Row, RowProblem, Table

REQUIRED = ("ref", "kind", "name")
OPTIONAL = (
    "name_zh", "unit", "department", "manager", "groups", "timezone", "employed_from", "employed_until", "owner",
    "hr_of", "subject.",
)
KINDS = ("employee", "account", "team")
_KIND = re.compile(r"[^\W\d_][\w\-]{0,59}")
_REF = re.compile(r"[\w][\w.\-]{0,59}")


@dataclass(frozen=True, slots=True)
class PersonEntry:
    """One row, checked by itself. manager and owner are refs; attributes come from columns `subject.NAME`;
    hr_of: the units that an HR person is HR of, none for HR of everybody."""

    row: int
    ref: str
    kind: str
    name: str
    name_zh: str = ""
    unit: str = ""
    department: str = ""
    manager: str = ""
    groups: tuple[str, ...] = ()
    timezone: str = ""
    employed_from: date | None = None
    employed_until: date | None = None
    owner: str = ""
    attributes: Mapping[str, str] = field(default_factory=dict)
    hr_of: tuple[str, ...] = ()


def read_people(table: Table) -> tuple[tuple[PersonEntry, ...], tuple[RowProblem, ...]]:
    """The entries of all rows without a fault, and every fault of the others. Refs are checked within the file only."""
    entries: list[PersonEntry] = []
    problems = list(table.problems)
    seen: dict[str, int] = {}
    for row in table.rows:
        found, entry = _read_row(row)
        if entry.ref in seen and entry.ref:
            found.append(RowProblem(row.number, "IM021", {"ref": entry.ref, "first": str(seen[entry.ref])}))
        seen.setdefault(entry.ref, row.number)
        problems.extend(found)
        if not found:
            entries.append(entry)
    return tuple(entries), tuple(problems)


def unknown_refs(
    entries: Iterable[PersonEntry], known: Mapping[str, str], managers: Mapping[str, str]
) -> tuple[RowProblem, ...]:
    """Managers and owners that neither the file nor the organisation has, and circles of managers.

    known: ref -> kind of people there already; managers: ref -> manager's ref as it stands before the import.
    """
    listed = tuple(entries)
    kinds = {**known, **{entry.ref: entry.kind for entry in listed}}
    leads = {**managers, **{entry.ref: entry.manager for entry in listed}}
    problems = []
    for entry in listed:
        for column, ref in (("manager", entry.manager), ("owner", entry.owner)):
            if ref and kinds.get(ref) is None:
                problems.append(RowProblem(entry.row, "IM026", {"column": column, "ref": ref}))
            elif ref and kinds[ref] != "employee":
                problems.append(RowProblem(entry.row, "IM029", {"column": column, "ref": ref}))
        if _in_circle(entry.ref, leads):
            problems.append(RowProblem(entry.row, "IM027", {"ref": entry.ref}))
    return tuple(problems)


def unknown_units(entries: Iterable[PersonEntry], known: Iterable[str]) -> tuple[RowProblem, ...]:
    """Units that somebody would be HR of and nobody is in: a slip of the pen would hide every review from her."""
    listed = tuple(entries)
    units = {*known, *(entry.unit for entry in listed)}
    return tuple(
        RowProblem(entry.row, "IM033", {"ref": entry.ref, "unit": unit})
        for entry in listed
        for unit in entry.hr_of
        if unit not in units
    )


def _in_circle(ref: str, leads: Mapping[str, str]) -> bool:
    seen: set[str] = set()
    at = leads.get(ref, "")
    while at and at not in seen:
        if at == ref:
            return True
        seen.add(at)
        at = leads.get(at, "")
    return False


def _read_row(row: Row) -> tuple[list[RowProblem], PersonEntry]:
    problems: list[RowProblem] = []

    def fault(code: str, **values: str) -> None:
        problems.append(RowProblem(row.number, code, values))

    ref, kind, zone = row.get("ref"), row.get("kind"), row.get("timezone")
    for column in REQUIRED:
        if not row.get(column):
            fault("IM020", column=column)
    if ref and not _REF.fullmatch(ref):
        fault("IM022", ref=ref)
    # A workflow may review a kind of its own (`subject: programme`); what only looks like a known one is a slip.
    if kind and kind not in KINDS and (not _KIND.fullmatch(kind) or get_close_matches(kind, KINDS)):
        fault("IM023", kind=kind, kinds=", ".join(KINDS))
    if zone and zone not in _zones():
        fault("IM024", timezone=zone)
    if row.get("owner") and kind in ("employee", "team"):
        fault("IM028", column="owner")
    dates: dict[str, date | None] = {}
    for column in ("employed_from", "employed_until"):
        text = row.get(column)
        dates[column] = _date(text)
        if text and dates[column] is None:
            fault("IM025", column=column, value=text)
    start, end = dates["employed_from"], dates["employed_until"]
    if start and end and end < start:
        fault("IM030", start=start.isoformat(), end=end.isoformat())
    groups, hr_of = _parts(row.get("groups")), _parts(row.get("hr_of"))
    if hr_of and not groups and "groups" in row.values:
        fault("IM032", ref=ref)
    attributes = {
        name.removeprefix("subject."): text for name, text in row.values.items() if name.startswith("subject.") and text
    }
    return problems, PersonEntry(
        row.number, ref, kind, row.get("name"), row.get("name_zh"), row.get("unit"), row.get("department"),
        row.get("manager"), groups, zone, start, end, row.get("owner"), attributes, hr_of,
    )  # fmt: skip


def _parts(cell: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(part.strip() for part in cell.split(";") if part.strip()))


def _date(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if len(text) == 10 else None
    except ValueError:
        return None


@lru_cache(maxsize=1)
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())


