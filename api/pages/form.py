"""Form fields from a JSON Schema: what is asked, what was typed, what is wrong with it, each at its place."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from api.pages.dates import grouped
from api.pages.schema import Schema, flattened, kind_of, title_of
from engine.words.book import say

Typed = Mapping[str, Sequence[str]]
"""Texts of a form by the names of its fields: `form.actions.0.what`."""

ROWS_MOST: Final = 60

LINES_AT_ONCE: Final = 6
"""A list of so many lines at most is shown with all of them."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One of several; note: what it means; why: why it cannot be chosen now, empty when it can."""

    value: str
    title: str
    note: str = ""
    chosen: bool = False
    why: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Field:
    """One thing that is asked. kind: `text` `long` `number` `whole` `day` `choice` `scale` `yes_no` `person` `many`
    `lines` `rows` `group` `select`; fields: of a group, or of the rows (each a group); unit stands behind the field;
    item: what one entry of a list is called; blank: what choosing nothing means."""

    kind: str
    name: str
    title: str
    required: bool = False
    value: str = ""
    values: tuple[str, ...] = ()
    note: str = ""
    unit: str = ""
    low: str = ""
    high: str = ""
    step: str = ""
    most: int | None = None
    least: int | None = None
    items_most: int | None = None
    choices: tuple[Choice, ...] = ()
    fields: tuple[Field, ...] = ()
    faults: tuple[str, ...] = ()
    focus: bool = False
    item: str = ""
    blank: str = ""

    @property
    def id(self) -> str:
        return "f-" + re.sub(r"[^\w-]", "-", self.name)

    @property
    def described_by(self) -> str:
        """Ids of what explains the field, for a reader that cannot see it stand there."""
        notes = [f"{self.id}-note"] if self.note or self.bounds else []
        return " ".join([*([f"{self.id}-fault"] if self.faults else []), *notes])

    @property
    def bounds(self) -> bool:
        return bool(self.low or self.high or (self.least or 0) > 1)


@dataclass(frozen=True, slots=True)
class Filled:
    """What fields are made from. faults: dotted name -> sentences; more: list -> how many empty rows it gets;
    focus: the list whose last row was just added; people: ref -> name to say."""

    lang: str
    typed: Typed = field(default_factory=dict)
    faults: Mapping[str, Sequence[str]] = field(default_factory=dict)
    more: Mapping[str, int] = field(default_factory=dict)
    focus: str = ""
    people: Mapping[str, str] = field(default_factory=dict)


def fields_of(schema: Schema, filled: Filled, name: str = "") -> tuple[Field, ...]:
    """The fields of an object's properties, in their order."""
    required = set(schema.get("required", ()))
    return tuple(
        field_of(inner, filled, f"{name}.{key}" if name else key, key, key in required)
        for key, inner in schema.get("properties", {}).items()
    )


def field_of(schema: Schema, filled: Filled, name: str, key: str, required: bool) -> Field:
    schema = flattened(schema)
    values = tuple(filled.typed.get(name, ()))
    kind = kind_of(schema)
    said: dict[str, Any] = {
        "kind": kind, "name": name, "title": title_of(schema, filled.lang, key), "required": required,
        "value": values[0] if values else "", "values": values, "faults": tuple(filled.faults.get(name, ())),
        "note": str((schema.get("x-note-zh") if filled.lang == "zh" else None) or schema.get("description", "")),
        "unit": str(schema.get("x-unit", "")), "most": schema.get("maxLength"), "least": schema.get("minItems"),
        "items_most": schema.get("maxItems"),
        **_bounds(schema),
    }  # fmt: skip
    if kind == "group":
        said["fields"] = fields_of(schema, filled, name)
    elif kind == "rows":
        said["item"] = title_of(flattened(schema.get("items", {})), filled.lang, key)
        said["fields"] = _rows(schema, filled, name)
    elif kind == "lines":
        said["item"] = title_of(flattened(schema.get("items", {})), filled.lang, key)
        said["fields"] = _lines(schema, filled, name)
    elif kind in ("choice", "scale", "yes_no", "person", "many"):
        said["choices"] = tuple(_choices(schema, filled, kind, values))
    return Field(**said)


def _bounds(schema: Schema) -> dict[str, str]:
    low = schema.get("minimum", schema.get("x-minimum"))
    high = schema.get("maximum", schema.get("x-maximum"))
    step = schema.get("multipleOf", schema.get("x-step"))
    shown = {"low": low, "high": high, "step": step}
    return {name: "" if value is None else format(value) for name, value in shown.items()}


def _choices(schema: Schema, filled: Filled, kind: str, chosen: Sequence[str]) -> Iterable[Choice]:
    listed = flattened(schema["items"]) if kind == "many" else schema
    if "x-choices" in listed:
        for ref in listed["x-choices"]:
            yield Choice(str(ref), filled.people.get(str(ref), str(ref)), chosen=str(ref) in chosen)
        return
    titles = listed.get("x-enum-titles", {})
    notes = listed.get("x-enum-notes", {})
    values = listed.get("x-scale", listed.get("enum", ()))
    if kind == "yes_no":
        yes_no = {text: say(filled.lang, f"pages.form.{text}") for text in ("true", "false")}
        titles, values = {**yes_no, **titles}, (*yes_no, *titles)
    for value in values:
        text = str(value)
        title = _worded(titles.get(text), filled.lang) or text
        yield Choice(text, title, _worded(notes.get(text), filled.lang), text in chosen)


def _worded(titles: Any, lang: str) -> str:
    if isinstance(titles, Mapping):
        return str(titles.get(lang) or titles.get("") or titles.get("en") or "")
    return str(titles or "")


def _rows(schema: Schema, filled: Filled, name: str) -> tuple[Field, ...]:
    """One group a row: those that were typed, then the empty ones that may be filled in without JavaScript."""
    items = flattened(schema.get("items", {}))
    count = _shown(schema, filled, name)
    rows = []
    for place in range(count):
        inner = fields_of(items, filled, f"{name}.{place}")
        if filled.focus == name and place == count - 1 and inner:
            inner = (replace(inner[0], focus=True), *inner[1:])
        title = f"{title_of(items, filled.lang, name.rpartition('.')[2])} {place + 1}"
        rows.append(Field("group", f"{name}.{place}", title, fields=inner, faults=_at(filled, f"{name}.{place}")))
    return tuple(rows)


def _lines(schema: Schema, filled: Filled, name: str) -> tuple[Field, ...]:
    items = flattened(schema.get("items", {}))
    count = _shown(schema, filled, name)
    title = title_of(items, filled.lang, name.rpartition(".")[2])
    lines = []
    for place in range(count):
        one = field_of(items, filled, f"{name}.{place}", "", False)
        focus = filled.focus == name and place == count - 1
        lines.append(replace(one, title=f"{title} {place + 1}", focus=focus))
    return tuple(lines)


def _shown(schema: Schema, filled: Filled, name: str) -> int:
    """How many rows to show: as many as were typed or have to be, one at least, and those that were asked for."""
    typed = places_in(filled.typed, name)
    known = typed[-1] + 1 if typed else 0
    least = int(schema.get("minItems", 0))
    most = min(int(schema.get("maxItems", ROWS_MOST)), ROWS_MOST)
    if "maxItems" in schema and most <= LINES_AT_ONCE and flattened(schema.get("items", {})).get("type") != "object":
        return most
    return min(max(known + filled.more.get(name, 0), least, 1), most)


def _at(filled: Filled, name: str) -> tuple[str, ...]:
    return tuple(filled.faults.get(name, ()))


def places_in(typed: Typed, name: str) -> list[int]:
    """Numbers of the rows of a list that something was typed in, in order."""
    start = name + "."
    found = {key[len(start):].partition(".")[0] for key, texts in typed.items() if key.startswith(start) and any(texts)}
    return sorted(int(one) for one in found if one.isdecimal() and len(one) < 4)


def all_faults(fields: Iterable[Field]) -> tuple[tuple[str, str, str], ...]:
    """(id of the field, its title, sentence) for every fault, in the order in which the fields stand."""
    found: list[tuple[str, str, str]] = []
    for one in fields:
        found.extend((one.id, one.title, text) for text in one.faults)
        found.extend(all_faults(one.fields))
    return tuple(found)


def asked_for(lang: str, one: Field) -> str:
    """The bounds of a field as a sentence, empty where it has none."""
    if one.kind in ("many", "lines", "rows"):
        return items_asked_for(lang, one)
    low, high = grouped(one.low), grouped(one.high)
    if low and high:
        return say(lang, "pages.form.between", low=low, high=high)
    if low:
        return say(lang, "pages.form.least", low=low)
    return say(lang, "pages.form.most", high=high) if high else ""


def items_asked_for(lang: str, one: Field) -> str:
    """How many of a list are wanted, empty where it does not matter."""
    if one.least and one.items_most:
        return say(lang, "pages.form.some_of", least=one.least, most=one.items_most)
    return say(lang, "pages.form.some_least", least=one.least) if (one.least or 0) > 1 else ""
