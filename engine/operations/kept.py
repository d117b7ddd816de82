"""Plain data as it can be kept and read back: what a door was handed, before anything is asked of it."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

from engine.canonical import DEPTH_MAX, canonical_bytes
from engine.errors import InputError

DIGITS_MAX: Final = 100


def as_kept(value: Any, depth: int = DEPTH_MAX) -> Any:
    """The same with decimals as their texts; InputError DR011 for what could not be read back as it was."""
    if value is None or isinstance(value, str | bool | int):
        _check(value)
        return value
    if isinstance(value, Decimal):
        if not value.is_finite() or abs(value.adjusted()) > DIGITS_MAX or len(value.as_tuple().digits) > DIGITS_MAX:
            raise InputError("DR011")
        return f"{value:f}"
    if depth and isinstance(value, Mapping) and all(isinstance(key, str) for key in value):
        for key in value:
            _check(key)
        return {key: as_kept(inner, depth - 1) for key, inner in value.items()}
    if depth and isinstance(value, list | tuple):
        return [as_kept(inner, depth - 1) for inner in value]
    raise InputError("DR011")


def _check(value: Any) -> None:
    """Half a surrogate pair and an integer beyond 2^53 have no bytes."""
    try:
        canonical_bytes(value)
    except ValueError:
        raise InputError("DR011") from None
