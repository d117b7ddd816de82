"""Yes or no, quickly: whether data has the shape of a published schema. What is wrong with it the validators say.

A schema becomes closures once; of the words of JSON Schema only those that our schemas use are known, and with any
other nothing is made.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from functools import cache
from typing import Any, Final

from engine.definition.library import schema_text

Fits = Callable[[Any], bool]

_REMARKS: Final = frozenset(("$schema", "$id", "$defs", "$comment", "title", "description", "default", "examples"))
_TYPES: Final[Mapping[str, Fits]] = {
    "object": lambda value: isinstance(value, dict),
    "array": lambda value: isinstance(value, list),
    "string": lambda value: isinstance(value, str),
    "boolean": lambda value: isinstance(value, bool),
    "null": lambda value: value is None,
    "number": lambda value: _number(value),
    "integer": lambda value: _number(value) and value == int(value),
}


class UnknownWord(ValueError):
    """A word of JSON Schema that is not made here."""


@cache
def quick(name: str) -> Fits | None:
    """Whether data fits the published schema; None where the schema says more than is known here."""
    try:
        return made(json.loads(schema_text(name), parse_float=Decimal))
    except UnknownWord:
        return None


def made(schema: Any) -> Fits:
    """The closure of a whole schema. UnknownWord for words, references or forms of them that are not known here."""
    return _Maker(schema).of(schema)


class _Maker:
    def __init__(self, root: Any) -> None:
        self.root = root
        self.named: dict[str, list[Fits]] = {}

    def of(self, schema: Any) -> Fits:
        if isinstance(schema, bool):
            return lambda value: schema
        parts = [self._reference(schema["$ref"])] if "$ref" in schema else []
        for word, wanted in schema.items():
            if word in _REMARKS or word in ("$ref", "then", "else"):
                continue
            if word not in _WORDS:
                raise UnknownWord(word)
            parts.append(_WORDS[word](self, schema, wanted))
        if len(parts) == 1:
            return parts[0]
        every = tuple(parts)
        return lambda value: _all(every, value)

    def _reference(self, target: str) -> Fits:
        if not re.fullmatch(r"#/\$defs/\w+", target):
            raise UnknownWord(target)
        name = target.rpartition("/")[2]
        if name not in self.named:
            # A definition may name itself: its place is there before it is made.
            self.named[name] = []
            self.named[name].append(self.of(self.root["$defs"][name]))
        place = self.named[name]
        return place[0] if place else lambda value: place[0](value)

    def type(self, schema: Any, wanted: Any) -> Fits:
        if isinstance(wanted, str):
            return _TYPES[wanted]
        kinds = [_TYPES[one] for one in wanted]
        return lambda value: any(kind(value) for kind in kinds)

    def enum(self, schema: Any, wanted: Any) -> Fits:
        return lambda value: any(_same(value, one) for one in wanted)

    def const(self, schema: Any, wanted: Any) -> Fits:
        return lambda value: _same(value, wanted)

    def pattern(self, schema: Any, wanted: str) -> Fits:
        search = re.compile(wanted).search
        return lambda value: not isinstance(value, str) or search(value) is not None

    def items(self, schema: Any, wanted: Any) -> Fits:
        inner = self.of(wanted)
        return lambda value: not isinstance(value, list) or all(inner(one) for one in value)

    def unique(self, schema: Any, wanted: bool) -> Fits:
        return lambda value: not (wanted and isinstance(value, list)) or _once(value)

    def properties(self, schema: Any, wanted: Any) -> Fits:
        inner = {name: self.of(one) for name, one in wanted.items()}

        def fits(value: Any) -> bool:
            if not isinstance(value, dict):
                return True
            return all(inner[name](one) for name, one in value.items() if name in inner)

        return fits

    def additional(self, schema: Any, wanted: Any) -> Fits:
        known, inner = frozenset(schema.get("properties", ())), self.of(wanted)
        return lambda value: not isinstance(value, dict) or all(
            inner(one) for name, one in value.items() if name not in known
        )

    def names(self, schema: Any, wanted: Any) -> Fits:
        inner = self.of(wanted)
        return lambda value: not isinstance(value, dict) or all(inner(name) for name in value)

    def required(self, schema: Any, wanted: Any) -> Fits:
        return lambda value: not isinstance(value, dict) or all(name in value for name in wanted)

    def dependent(self, schema: Any, wanted: Any) -> Fits:
        return lambda value: not isinstance(value, dict) or all(
            one in value for name, others in wanted.items() if name in value for one in others
        )

    def any_of(self, schema: Any, wanted: Any) -> Fits:
        inner = [self.of(one) for one in wanted]
        return lambda value: any(one(value) for one in inner)

    def one_of(self, schema: Any, wanted: Any) -> Fits:
        inner = [self.of(one) for one in wanted]
        return lambda value: sum(one(value) for one in inner) == 1

    def none_of(self, schema: Any, wanted: Any) -> Fits:
        inner = self.of(wanted)
        return lambda value: not inner(value)

    def choice(self, schema: Any, wanted: Any) -> Fits:
        asked = self.of(wanted)
        then, otherwise = self.of(schema.get("then", True)), self.of(schema.get("else", True))
        return lambda value: then(value) if asked(value) else otherwise(value)


def _number(value: Any) -> bool:
    return isinstance(value, Decimal | int) and not isinstance(value, bool)


def _all(parts: tuple[Fits, ...], value: Any) -> bool:
    return all(part(value) for part in parts)


def _same(value: Any, wanted: Any) -> bool:
    """Equal in the schema's sense: no yes/no is a number."""
    return isinstance(value, bool) == isinstance(wanted, bool) and bool(value == wanted)


def _once(values: list[Any]) -> bool:
    if all(isinstance(one, str) for one in values):
        return len(set(values)) == len(values)
    return not any(_same(one, other) for place, one in enumerate(values) for other in values[:place])


def _bound(measures: type | Callable[[Any], bool], of: Callable[[Any], Any], holds: Callable[[Any, Any], bool]) -> Any:
    """A word that compares a measure of values of one kind with a number, and lets all others pass."""

    def word(maker: _Maker, schema: Any, wanted: Any) -> Fits:
        if isinstance(measures, type):
            return lambda value: not isinstance(value, measures) or holds(of(value), wanted)
        return lambda value: not measures(value) or holds(of(value), wanted)

    return word


def _least(found: Any, wanted: Any) -> bool:
    return bool(found >= wanted)


def _most(found: Any, wanted: Any) -> bool:
    return bool(found <= wanted)


_WORDS: Final[Mapping[str, Callable[[_Maker, Any, Any], Fits]]] = {
    "type": _Maker.type, "enum": _Maker.enum, "const": _Maker.const, "pattern": _Maker.pattern,
    "items": _Maker.items, "uniqueItems": _Maker.unique, "properties": _Maker.properties,
    "additionalProperties": _Maker.additional, "propertyNames": _Maker.names, "required": _Maker.required,
    "dependentRequired": _Maker.dependent, "anyOf": _Maker.any_of, "oneOf": _Maker.one_of, "not": _Maker.none_of,
    "if": _Maker.choice,
    "minLength": _bound(str, len, _least), "maxLength": _bound(str, len, _most),
    "minItems": _bound(list, len, _least), "maxItems": _bound(list, len, _most),
    "minProperties": _bound(dict, len, _least), "maxProperties": _bound(dict, len, _most),
    "minimum": _bound(_number, lambda value: value, _least), "maximum": _bound(_number, lambda value: value, _most),
    "exclusiveMinimum": _bound(_number, lambda value: value, lambda found, wanted: bool(found > wanted)),
}  # fmt: skip
