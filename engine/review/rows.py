"""A row of a scorecard's list as an observation keeps it: its fields as one canonical text beside the single values."""

from __future__ import annotations

import json
from collections.abc import Mapping

from engine.canonical import canonical_bytes


def row_value(fields: Mapping[str, str]) -> str:
    """Field -> canonical text, in one text; the same fields give the same text in whichever order they came."""
    return canonical_bytes(dict(fields)).decode("utf-8")


def fields_of(value: str) -> dict[str, str] | None:
    """The fields of a row; None for the value of a single figure."""
    if not value.startswith('{"'):
        return None
    try:
        found = json.loads(value)
    except (ValueError, RecursionError):
        return None
    if not isinstance(found, dict) or not all(isinstance(one, str) for one in found.values()):
        return None
    return found


def value_said(value: str) -> str:
    """An observation's value for a reader who has no scorecard at hand: of a row its fields by their keys."""
    fields = fields_of(value)
    return value if fields is None else "; ".join(f"{name} {text}" for name, text in fields.items())
