"""Figures as a CSV file: measured values and rows of lists with their source's record ids, checked as declared."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from engine.calendar import kind_of, parse_period
from engine.clock import parse_instant
from engine.review.rows import row_value
from engine.sources.csv_file import Row, RowProblem, Table, unknown_column
from rules.numbers import decimal_text, parse_decimal, places
from rules.scorecard.model import Input, RowList

REQUIRED = ("record", "input", "period", "value", "taken_at")
OPTIONAL = ("subject", "account", "samples", "*.")  # `*.`: fields of lists, `checks.points`
OUTLIERS_FROM = 5  # fewer values than this have no spread to speak of
MAD_LIMIT = Decimal("3.5")  # in robust standard deviations; the usual cut of Iglewicz and Hoaglin (1993)
MAD_SCALE = Decimal("0.6745")  # turns a median absolute deviation into a standard deviation of a normal spread


@dataclass(frozen=True, slots=True)
class FigureEntry:
    """One row, checked by itself. Exactly one of subject and account (refs) is filled; value is canonical text with
    the input's declared digits, for a row of a list the text of its fields, or None for a gap."""

    row: int
    record: str
    subject: str
    account: str
    input: str
    period: str
    value: str | None
    taken_at: datetime
    samples: int | None
    of_list: bool = False


@dataclass(frozen=True, slots=True)
class Declared:
    """What a file may fill: name -> its declarations in the published scorecards (one must accept the value)."""

    inputs: Mapping[str, tuple[Input, ...]]
    lists: Mapping[str, tuple[RowList, ...]] = field(default_factory=dict)

    def columns(self) -> tuple[str, ...]:
        """The dotted names of all fields of all lists, in the order of the scorecards."""
        named = (f"{name}.{key}" for name, many in self.lists.items() for rows in many for key in rows.fields)
        return tuple(dict.fromkeys(named))


def read_figures(
    table: Table, declared: Declared, zone: str
) -> tuple[tuple[FigureEntry, ...], tuple[RowProblem, ...]]:
    """The entries of all rows without a fault, and every fault of the others; zone: where a `taken_at` without a zone
    was written."""
    entries: list[FigureEntry] = []
    problems = list(table.problems)
    dotted = declared.columns()
    known = (*REQUIRED, *(one for one in OPTIONAL if one != "*."), *dotted)
    strange = [unknown_column(one, known) for one in table.columns if "." in one and one not in dotted]
    problems.extend(strange)
    for row in () if strange else table.rows:
        found: list[RowProblem] = []
        entry = _read_row(row, declared, zone, found)
        problems.extend(found)
        if entry is not None and not found:
            entries.append(entry)
    return tuple(entries), tuple(problems)


def _read_row(row: Row, declared: Declared, zone: str, found: list[RowProblem]) -> FigureEntry | None:
    def fault(code: str, **values: object) -> None:
        found.append(RowProblem(row.number, code, {name: str(value) for name, value in values.items()}))

    for column in ("record", "input", "period", "taken_at"):
        if not row.get(column):
            fault("IM020", column=column)
    if bool(row.get("subject")) == bool(row.get("account")):
        fault("IM040")
    taken_at = _instant(row.get("taken_at"), zone)
    if row.get("taken_at") and taken_at is None:
        fault("IM025", column="taken_at", value=row.get("taken_at"))
    samples = _whole(row.get("samples"))
    if row.get("samples") and samples is None:
        fault("IM041", value=row.get("samples"))
    name = row.get("input")
    inputs, lists = declared.inputs.get(name, ()), declared.lists.get(name, ())
    if name and not inputs and not lists:
        fault("IM042", input=name)
    dotted = [one for one, cell in row.values.items() if cell and "." in one]
    of_list = bool(lists) and (not inputs or any(one.startswith(f"{name}.") for one in dotted))
    strange = [one for one in dotted if not one.startswith(f"{name}.")]
    if strange:
        fault("IM064", column=strange[0], input=name)
    value: str | None = None
    if of_list and row.get("period"):
        value = _row_of(row, lists, fault)
    elif inputs and row.get("period"):
        value = _value(row, inputs, fault)
    if found or taken_at is None:
        return None
    return FigureEntry(
        row.number, row.get("record"), row.get("subject"), row.get("account"), row.get("input"), row.get("period"),
        value, taken_at, samples, of_list,
    )  # fmt: skip


def _value(row: Row, declared: tuple[Input, ...], fault: Callable[..., None]) -> str | None:
    """The canonical text under the first declaration that accepts period and value; else the first one's faults."""
    first: list[tuple[str, dict[str, str]]] | None = None
    for one in declared:
        faults: list[tuple[str, dict[str, str]]] = []
        if not _period_fits(row.get("period"), one.every):
            faults.append(("IM043", {"period": row.get("period"), "input": one.name, "every": one.every or "period"}))
        text = value_text(row.get("value"), one, faults) if row.get("value") else None
        if not faults:
            return text
        first = first or faults
    for code, values in first or []:
        fault(code, **values)
    return None


def _row_of(row: Row, declared: tuple[RowList, ...], fault: Callable[..., None]) -> str | None:
    """The text of a list's row under the first declaration that accepts all its fields; None for a row of gaps."""
    first: list[tuple[str, dict[str, str]]] | None = None
    for one in declared:
        faults: list[tuple[str, dict[str, str]]] = []
        columns = ", ".join(f"{one.name}.{key}" for key in one.fields)
        if not _period_fits(row.get("period"), None):
            faults.append(("IM043", {"period": row.get("period"), "input": one.name, "every": "period"}))
        if row.get("value") or row.get("samples"):
            faults.append(("IM065", {"input": one.name, "columns": columns}))
        strange = [name for name, cell in row.values.items()
                   if cell and name.startswith(f"{one.name}.") and name.partition(".")[2] not in one.fields]
        if strange:
            faults.append(("IM006", {"column": strange[0], "near": columns}))
        cells = {key: _cell(row.get(f"{one.name}.{key}"), f"{one.name}.{key}", field, faults)
                 for key, field in one.fields.items()}
        made = {key: text for key, text in cells.items() if text is not None}
        if not faults:
            return row_value(made) if made else None
        first = first or faults
    for code, values in first or []:
        fault(code, **values)
    return None


def _cell(text: str, column: str, declared: Input, faults: list[tuple[str, dict[str, str]]]) -> str | None:
    """The canonical text of one field; its faults say which column they are of."""
    found: list[tuple[str, dict[str, str]]] = []
    made = value_text(text, declared, found) if text else None
    for code, values in found:
        named = {"column": column} if "column" in values else {"value": f"{column} {values['value']}"}
        faults.append((code, {**values, **named}))
    return made


def value_text(text: str, declared: Input, faults: list[tuple[str, dict[str, str]]]) -> str | None:
    """Canonical text of a value under its declaration; what does not fit is added to `faults`."""
    if declared.type == "yes_no":
        if text in ("true", "false"):
            return text
        faults.append(("IM047", {"value": text, "options": "true, false"}))
        return None
    if declared.type == "date":
        if _is_date(text):
            return text
        faults.append(("IM025", {"column": "value", "value": text}))
        return None
    if declared.options:
        if text in declared.options:
            return text
        faults.append(("IM047", {"value": text, "options": ", ".join(declared.options)}))
        return None
    if not declared.numeric:
        return text
    try:
        number = parse_decimal(text)
    except ValueError:
        faults.append(("IM044", {"value": text}))
        return None
    if (places(number) or 0) > declared.digits:
        faults.append(("IM045", {"value": text, "digits": str(declared.digits)}))
    if not declared.span.holds(number):
        faults.append(("IM046", {"value": text, "range": declared.span.text()}))
    return None if faults else decimal_text(number, declared.digits)


def outliers(entries: Iterable[FigureEntry], numeric: frozenset[str]) -> tuple[RowProblem, ...]:
    """Values far from the others of their input and period, by the median absolute deviation: flagged, never dropped.

    A spread of zero says nothing about the odd one, so such a group is left alone.
    """
    groups: dict[tuple[str, str], list[tuple[Decimal, FigureEntry]]] = {}
    for entry in entries:
        if entry.value is not None and entry.input in numeric and not entry.of_list:
            groups.setdefault((entry.input, entry.period), []).append((Decimal(entry.value), entry))
    flags = []
    for (name, period), members in groups.items():
        middle = median([value for value, _ in members])
        spread = median([abs(value - middle) for value, _ in members])
        if len(members) < OUTLIERS_FROM or spread == 0:
            continue
        for value, entry in members:
            if MAD_SCALE * abs(value - middle) > MAD_LIMIT * spread:
                values = {"input": name, "period": period, "value": entry.value or "", "median": decimal_text(middle)}
                flags.append(RowProblem(entry.row, "IM060", values, "flag"))
    return tuple(sorted(flags, key=lambda flag: flag.row))


def median(values: list[Decimal]) -> Decimal:
    """The middle one, or the exact mean of the two in the middle; ValueError for none."""
    if not values:
        raise ValueError("no values")
    ordered = sorted(values)
    half = len(ordered) // 2
    return ordered[half] if len(ordered) % 2 else (ordered[half - 1] + ordered[half]) * Decimal("0.5")


def _period_fits(key: str, every: str | None) -> bool:
    try:
        kind = kind_of(key)
        parse_period(key)
    except ValueError:
        return False
    return every in (None, "case", kind)


def _whole(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 9 else None


def _is_date(text: str) -> bool:
    try:
        return len(text) == 10 and date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _instant(text: str, zone: str) -> datetime | None:
    """An instant; a text without a zone is local time, a bare date its midday: the order of days is what counts."""
    try:
        if len(text) == 10:
            text = f"{date.fromisoformat(text).isoformat()}T12:00:00"
        written = datetime.fromisoformat(text)
    except ValueError:
        return None
    if written.tzinfo is None:
        written = written.replace(tzinfo=ZoneInfo(zone))
    return parse_instant(written.isoformat())
