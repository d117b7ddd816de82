"""A form filled in from its schema alone: the least that fits, or None where nothing was found that does."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from engine.definition.forms import check_form

_TEXTS = (
    "as agreed", "2025-07-01", "2025-07", "2025", "12:00", "2025-07-01T12:00:00Z", "1", "12", "123", "1234", "12345",
    "123456", "A", "AB", "ABC", "ABCD", "A-1", "A1", "K-0704-001", "a", "abc", "a_b", "13800138000", "a@b.cn",
    "https://example.com", "1.5", "100 %", "中文", "Q3", "2025-Q3", "+86 10 12345678", "yes", "no",
)
_FORMATS = {
    "date": "2025-07-01", "date-time": "2025-07-01T12:00:00Z", "time": "12:00:00Z", "email": "a@b.cn",
    "uri": "https://example.com", "uuid": "12345678-1234-5678-1234-567812345678",
}
_DEPTH = 12


def filled(
    schema: Mapping[str, Any], people: Sequence[str], given: Mapping[str, Any] | None = None
) -> dict[str, Any] | None:
    """Values that the form takes; people: whom to name in fields that name people; given: fields settled before."""
    maker = _Maker(schema, people)
    for optional in (False, True):
        made = maker.make(schema, 0, optional)
        if not isinstance(made, dict):
            continue
        made.update(given or {})
        if not check_form(schema, made):
            return made
    return None


class _Maker:
    def __init__(self, root: Mapping[str, Any], people: Sequence[str]) -> None:
        self.root, self.people = root, people

    def make(self, schema: Any, depth: int, optional: bool) -> Any:
        if not isinstance(schema, Mapping) or depth > _DEPTH:
            return "as agreed"
        schema = self._whole(schema, depth)
        if "const" in schema:
            return schema["const"]
        if schema.get("enum"):
            return schema["enum"][0]
        kind = schema.get("type")
        kind = next((one for one in kind if one != "null"), "null") if isinstance(kind, list) else kind
        if kind == "object" or (kind is None and "properties" in schema):
            return self._object(schema, depth, optional)
        if kind == "array":
            return self._array(schema, depth, optional)
        if kind in ("integer", "number"):
            return _number(schema)
        if kind == "boolean":
            return True
        return None if kind == "null" else self._text(schema)

    def _whole(self, schema: Mapping[str, Any], depth: int) -> Mapping[str, Any]:
        """The schema with what it refers to and the first of its alternatives merged in."""
        merged = dict(schema)
        if isinstance(merged.get("$ref"), str):
            merged = {**self._at(merged.pop("$ref")), **merged}
        parts = [*merged.pop("allOf", ()), *merged.pop("anyOf", ())[:1], *merged.pop("oneOf", ())[:1]]
        for part in parts if depth <= _DEPTH else ():
            whole = self._whole(part, depth + 1) if isinstance(part, Mapping) else {}
            properties = {**merged.get("properties", {}), **whole.get("properties", {})}
            required = list(dict.fromkeys((*merged.get("required", ()), *whole.get("required", ()))))
            merged = {**whole, **merged}
            merged.update({"properties": properties} if properties else {})
            merged.update({"required": required} if required else {})
        return merged

    def _at(self, reference: str) -> Mapping[str, Any]:
        here: Any = self.root
        for step in reference[1:].strip("/").split("/"):
            here = here.get(step.replace("~1", "/").replace("~0", "~"), {}) if isinstance(here, Mapping) else {}
        return here if isinstance(here, Mapping) else {}

    def _object(self, schema: Mapping[str, Any], depth: int, optional: bool) -> dict[str, Any]:
        required = schema.get("required", ())
        properties = schema.get("properties", {})
        names = [*required, *(name for name in properties if optional and name not in required)]
        return {name: self.make(properties.get(name, {}), depth + 1, optional) for name in names}

    def _array(self, schema: Mapping[str, Any], depth: int, optional: bool) -> list[Any]:
        count = max(int(schema.get("minItems", 0)), 1 if optional else 0)
        items = schema.get("items", {})
        if isinstance(items, Mapping) and items.get("x-ref") == "person" and len(self.people) >= count:
            return list(self.people[:count])
        if isinstance(items, Mapping) and schema.get("uniqueItems") and items.get("enum"):
            return list(items["enum"][:count])
        made = [self.make(items, depth + 1, optional) for _ in range(count)]
        if schema.get("uniqueItems"):
            made = [f"{one} {place + 1}" if isinstance(one, str) and place else one for place, one in enumerate(made)]
        return made

    def _text(self, schema: Mapping[str, Any]) -> str:
        if schema.get("x-ref") == "person" and self.people:
            return self.people[0]
        return next((text for text in self._texts(schema) if _fits(text, schema)), "as agreed")

    def _texts(self, schema: Mapping[str, Any]) -> Iterator[str]:
        least = int(schema.get("minLength", 0))
        if schema.get("format") in _FORMATS:
            yield _FORMATS[schema["format"]]
        yield from _TEXTS
        for text in _TEXTS:
            yield (text * (least // len(text) + 1))[: max(least, 1)]
        yield "x" * int(schema.get("maxLength", least or 1))


def _fits(text: str, schema: Mapping[str, Any]) -> bool:
    pattern = schema.get("pattern")
    if pattern is not None and re.search(str(pattern), text) is None:
        return False
    return int(schema.get("minLength", 0)) <= len(text) <= int(schema.get("maxLength", len(text)))


def _number(schema: Mapping[str, Any]) -> Any:
    """The smallest whole number that the bounds allow."""
    low = schema.get("minimum", schema.get("exclusiveMinimum"))
    high = schema.get("maximum", schema.get("exclusiveMaximum"))
    value = 1 if low is None else int(low) + (1 if low != int(low) or "exclusiveMinimum" in schema else 0)
    if high is not None and value > high:
        value = int(high)
    step = schema.get("multipleOf")
    if step and step == int(step):
        value = -(-value // int(step)) * int(step)
    return value
