"""JSON Schema validators, built once and kept: draft 2020-12, decimals are numbers, nothing is ever fetched."""

from __future__ import annotations

import json
from collections.abc import Mapping
from decimal import Decimal
from functools import cache
from typing import TYPE_CHECKING, Any

from engine.definition.library import schema_text
from engine.definition.parts import is_day

if TYPE_CHECKING:
    from jsonschema.protocols import Validator


def _is_number(_: Any, value: object) -> bool:
    return isinstance(value, int | Decimal) and not isinstance(value, bool)


def _is_integer(_: Any, value: object) -> bool:
    if isinstance(value, Decimal):
        return value.is_finite() and value == value.to_integral_value()
    return isinstance(value, int) and not isinstance(value, bool)


@cache
def _kind() -> Any:
    """The validator class; jsonschema is imported here because it is slow to start."""
    import jsonschema

    extend: Any = jsonschema.validators.extend
    base = jsonschema.Draft202012Validator
    types = base.TYPE_CHECKER.redefine_many({
        "number": _is_number,
        "integer": _is_integer,
    })
    return extend(base, type_checker=types)


def validator_of(schema: Mapping[str, Any] | bool) -> Validator:
    """A validator of a schema already known to be sound. References outside the schema raise when met."""
    import referencing

    made: Validator = _kind()(schema, registry=referencing.Registry(), format_checker=_formats())
    return made


@cache
def _formats() -> Any:
    """`format: date` is a day that there is; the other formats are remarks, as the standard has them."""
    import jsonschema

    checker = jsonschema.FormatChecker(formats=())
    checker.checks("date")(lambda value: not isinstance(value, str) or is_day(value))
    return checker


@cache
def kept(name: str) -> Validator:
    """The validator of a published schema."""
    return validator_of(json.loads(schema_text(name), parse_float=Decimal))


@cache
def of_schemas() -> Validator:
    """The validator of JSON Schemas themselves."""
    return validator_of(_kind().META_SCHEMA)
