"""Reads a JSON Schema as a form does: what kind of field a part asks for, what it is called, where it leads."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

Schema = Mapping[str, Any]

LONG: Final = 200
"""Longer texts than this get a field of several lines."""

BOXES_MOST: Final = 12
"""So many choices are shown as boxes to tick; of more, each line of a list chooses one."""

REFS_DEEPEST: Final = 12
_DAY = re.compile(r"\[0-9\]\{4\}-|\\d\{4\}-")


def title_of(schema: Schema, lang: str, key: str) -> str:
    """The schema's title in the language, else in the other one, else the key."""
    own = schema.get("x-title-zh") if lang == "zh" else None
    return str(own or schema.get("title") or key)


def kind_of(schema: Schema) -> str:
    """Which kind of field a schema asks for."""
    kind = schema.get("type")
    if kind == "object":
        return "group"
    if kind == "array":
        items = flattened(schema.get("items", {}))
        if items.get("type") == "object":
            return "rows"
        offered = items.get("enum", items.get("x-choices", ()))
        return "many" if 0 < len(offered) <= BOXES_MOST else "lines"
    if "x-scale" in schema:
        return "scale"
    if "x-choices" in schema or schema.get("x-ref") == "person":
        return "person"
    if "enum" in schema:
        return "choice"
    if kind == "boolean":
        return "yes_no"
    if kind == "integer":
        return "whole"
    if kind == "number":
        return "number"
    if schema.get("format") == "date" or _DAY.search(schema.get("pattern", "")):
        return "day"
    return "long" if schema.get("maxLength", LONG + 1) > LONG else "text"


def flattened(schema: Schema) -> Schema:
    """What may be written in several ways is asked for in the first: a number, a yes or no."""
    found = schema.get("anyOf")
    if not isinstance(found, list):
        return schema
    outer = {key: value for key, value in schema.items() if key != "anyOf"}
    return {**found[0], **outer} if found else outer


def resolved(schema: Schema) -> Schema:
    """The same schema with its references written out where they stand; one that comes back to itself ends empty."""

    def put(value: Any, depth: int) -> Any:
        if isinstance(value, list):
            return [put(one, depth) for one in value]
        if not isinstance(value, Mapping):
            return value
        reference = value.get("$ref")
        if isinstance(reference, str) and reference.startswith("#"):
            if depth == 0:
                return {}
            beside = {key: one for key, one in value.items() if key != "$ref"}
            return put({**_pointed(schema, reference), **beside}, depth - 1)
        return {key: put(one, depth) for key, one in value.items()}

    found: Schema = put(schema, REFS_DEEPEST)
    return found


def _pointed(schema: Schema, reference: str) -> Mapping[str, Any]:
    here: Any = schema
    for step in reference[1:].strip("/").split("/"):
        if step:
            here = here.get(step.replace("~1", "/").replace("~0", "~")) if isinstance(here, Mapping) else None
    return here if isinstance(here, Mapping) else {}
