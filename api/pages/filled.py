"""Between the texts of a page's form and the plain data that its schema speaks of."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, Final

from api.pages.form import Typed, places_in
from api.pages.schema import Schema, flattened

_NUMBER: Final = re.compile(r"-?[0-9]{1,40}(\.[0-9]{1,40})?")
_GROUPED: Final = re.compile(r"-?[0-9]{1,3}(,[0-9]{3})+(\.[0-9]+)?")
_WHOLE: Final = re.compile(r"-?[0-9]{1,15}")


def plain_of(schema: Schema, typed: Typed, name: str = "") -> dict[str, Any]:
    """The object that was filled in. What was left empty is left out; what does not fit stays as it was typed, so that
    the schema says what is wrong with it."""
    found = {}
    for key, inner in schema.get("properties", {}).items():
        value = _value(flattened(inner), typed, f"{name}.{key}" if name else key, key in schema.get("required", ()))
        if value is not None:
            found[key] = value
    return found


def _value(schema: Schema, typed: Typed, name: str, required: bool) -> Any:
    kind = schema.get("type")
    if kind == "object":
        inner = plain_of(schema, typed, name)
        return inner if inner or required else None
    if kind == "array":
        return _list(schema, typed, name) or None
    texts = [text for text in typed.get(name, ()) if text.strip()]
    if not texts:
        return None
    return _scalar(schema, texts[0])


def _list(schema: Schema, typed: Typed, name: str) -> list[Any]:
    items = flattened(schema.get("items", {}))
    if name in typed:
        return [_scalar(items, text) for text in typed[name] if text.strip()]
    rows = [_value(items, typed, f"{name}.{place}", False) for place in places_in(typed, name)]
    return [row for row in rows if row is not None]


def _scalar(schema: Schema, text: str) -> Any:
    kind = schema.get("type")
    if kind in ("number", "integer") or "x-scale" in schema:
        number = number_text(text)
        if kind == "integer" and _WHOLE.fullmatch(number):
            return int(number)
        if kind == "number" and _NUMBER.fullmatch(number):
            return Decimal(number)
        return number
    if kind == "boolean" and text in ("true", "false"):
        return text == "true"
    if kind == "string" and schema.get("maxLength", 0) <= 64:
        return text.strip()
    return text


def number_text(text: str) -> str:
    """A number as people write it, with wide digits or commas between thousands, as plain digits."""
    plain = unicodedata.normalize("NFKC", text).strip().replace("−", "-")
    return plain.replace(",", "") if _GROUPED.fullmatch(plain) else plain


def flat(value: Any, name: str = "") -> dict[str, list[str]]:
    """Plain data as the texts of a form: a draft put back into its fields."""
    if isinstance(value, Mapping):
        found: dict[str, list[str]] = {}
        for key, inner in value.items():
            found.update(flat(inner, f"{name}.{key}" if name else str(key)))
        return found
    if isinstance(value, Sequence) and not isinstance(value, str):
        rows = [flat(one, f"{name}.{place}") for place, one in enumerate(value)]
        return {key: texts for row in rows for key, texts in row.items()}
    return {} if value is None else {name: [_text(value)]}


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return format(value, "f") if isinstance(value, Decimal) else str(value)


def renumbered(typed: Typed, lists: Sequence[str], without: str = "") -> dict[str, list[str]]:
    """The same texts with the rows of each list counted from 0 without gaps, so that a fault's place is the row that is
    shown; `without` is a row (`form.actions.2`) to leave out."""
    found = {name: list(texts) for name, texts in typed.items() if not _within(name, without)}
    for listed in lists:
        places = {place: number for number, place in enumerate(places_in(found, listed))}
        start = listed + "."
        kept: dict[str, list[str]] = {}
        for name, texts in found.items():
            if not name.startswith(start):
                kept[name] = texts
                continue
            place, mark, rest = name[len(start):].partition(".")
            if place.isdecimal() and int(place) in places:
                kept[f"{start}{places[int(place)]}{mark}{rest}"] = texts
        found = kept
    return found


def _within(name: str, row: str) -> bool:
    return bool(row) and (name == row or name.startswith(row + "."))


def lists_in(schema: Schema, name: str = "") -> list[str]:
    """Names of the lists of rows in a schema, outer ones only."""
    found: list[str] = []
    for key, inner in schema.get("properties", {}).items():
        inner = flattened(inner)
        place = f"{name}.{key}" if name else key
        if inner.get("type") == "array":
            found.append(place)
        elif inner.get("type") == "object":
            found.extend(lists_in(inner, place))
    return found
