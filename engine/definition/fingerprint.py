"""The fingerprint: which definition is meant, whatever its version is called."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from hashlib import sha256
from typing import Any

from engine.canonical import canonical_bytes


def fingerprint_of(
    workflow: Any, scorecard: Any, forms: Mapping[str, Any], days: Mapping[str, Any]
) -> str:
    """64 hex: SHA-256 of the canonical form of all four as written (decimals as their text, no default filled in)."""
    plain = {"calendar": days, "forms": forms, "scorecard": scorecard, "workflow": workflow}
    return sha256(canonical_bytes(_plain(plain))).hexdigest()


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, Mapping):
        return {key: _plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    return value
