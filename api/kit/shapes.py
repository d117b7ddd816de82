"""Short ways to write the JSON Schemas of requests and replies."""

from __future__ import annotations

from typing import Any, Final

Schema = dict[str, Any]

TEXT: Final[Schema] = {"type": "string"}
WHOLE: Final[Schema] = {"type": "integer"}
YES_NO: Final[Schema] = {"type": "boolean"}
ID: Final[Schema] = {"type": "string", "pattern": "^[0-9a-f]{32}$"}
INSTANT: Final[Schema] = {"type": "string", "format": "date-time"}
DECIMAL: Final[Schema] = {"type": "string", "pattern": r"^-?[0-9]+(\.[0-9]+)?$"}
ANY: Final[Schema] = {}


def some(least: int = 1, most: int = 2000, **more: Any) -> Schema:
    """A text that a request may bring."""
    return {"type": "string", "minLength": least, "maxLength": most, **more}


def whole(least: int, most: int, **more: Any) -> Schema:
    return {"type": "integer", "minimum": least, "maximum": most, **more}


def one_of(*choices: str) -> Schema:
    return {"type": "string", "enum": list(choices)}


def maybe(schema: Schema) -> Schema:
    """The same, or null."""
    if isinstance(schema.get("type"), str) and "enum" not in schema:
        return {**schema, "type": [schema["type"], "null"]}
    return {"anyOf": [schema, {"type": "null"}]}


def listed(schema: Schema, most: int | None = None) -> Schema:
    return {"type": "array", "items": schema} | ({} if most is None else {"maxItems": most})


def named(schema: Schema) -> Schema:
    """An object whose keys are names that the definition gives."""
    return {"type": "object", "additionalProperties": schema}


def shape(**fields: Schema) -> Schema:
    """A reply's object: these keys are always there, a later release may add others."""
    return {"type": "object", "required": list(fields), "properties": fields}


def with_more(schema: Schema, **fields: Schema) -> Schema:
    """The same object, in some replies with these keys too."""
    return {**schema, "properties": {**schema["properties"], **fields}}


def body(required: tuple[str, ...] = (), **fields: Schema) -> Schema:
    """A request's object: no other key is known."""
    return {"type": "object", "required": list(required), "properties": fields, "additionalProperties": False}


def page_of(schema: Schema) -> Schema:
    """One page of a list; `next` is the cursor of the following one."""
    return shape(items=listed(schema), next=maybe(TEXT))
