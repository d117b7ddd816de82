"""Forms that are plainly sound: they use only the common words of JSON Schema, each with a value of its kind.

Of any other form it is for the validator of schemas to say what is wrong with it, if anything.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any, Final

TYPES: Final = frozenset(("array", "boolean", "integer", "null", "number", "object", "string"))


def plainly_sound(schema: Any) -> bool:
    """Whether the schema is sound beyond doubt; no is no verdict."""
    if isinstance(schema, bool):
        return True
    if not isinstance(schema, dict):
        return False
    return all(word.startswith("x-") or (word in _WORDS and _WORDS[word](value)) for word, value in schema.items())


def _text(value: Any) -> bool:
    return isinstance(value, str)


def _yes_no(value: Any) -> bool:
    return isinstance(value, bool)


def _number(value: Any) -> bool:
    return isinstance(value, int | Decimal) and not isinstance(value, bool)


def _count(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _type(value: Any) -> bool:
    return isinstance(value, str) and value in TYPES


def _texts(value: Any) -> bool:
    return isinstance(value, list) and all(map(_text, value)) and len(set(value)) == len(value)


def _list(value: Any) -> bool:
    return isinstance(value, list)


def _named(value: Any) -> bool:
    return isinstance(value, dict) and all(map(plainly_sound, value.values()))


def _several(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(map(plainly_sound, value))


_WORDS: Final[Mapping[str, Callable[[Any], bool]]] = {
    **dict.fromkeys(("title", "description", "$comment", "format", "pattern"), _text),
    **dict.fromkeys(("minLength", "maxLength", "minItems", "maxItems", "minProperties", "maxProperties"), _count),
    **dict.fromkeys(("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"), _number),
    **dict.fromkeys(("properties", "$defs"), _named),
    **dict.fromkeys(("items", "additionalProperties", "contains", "not", "if", "then", "else"), plainly_sound),
    **dict.fromkeys(("allOf", "anyOf", "oneOf"), _several),
    **dict.fromkeys(("enum", "examples"), _list),
    **dict.fromkeys(("const", "default"), lambda value: True),
    "$schema": lambda value: value == "https://json-schema.org/draft/2020-12/schema",
    "$ref": lambda value: isinstance(value, str) and value.startswith("#/$defs/"),
    "type": _type, "required": _texts, "uniqueItems": _yes_no,
}  # fmt: skip
