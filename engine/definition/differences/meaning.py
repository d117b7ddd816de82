"""Whether a change asks more of people or less; silent wherever that depends on something else."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from engine.definition.differences.model import ADDED, LOOSER, REMOVED, TIGHTER, WORKFLOW, Change
from engine.definition.parts import people_of, reminder_of, span_of

MORE_IS_LOOSER, MORE_IS_TIGHTER = 1, -1

_SPANS: Mapping[str, int] = {"due": MORE_IS_LOOSER, "in": MORE_IS_LOOSER, "within": MORE_IS_LOOSER}
"""Keys of the workflow whose value is a span: more of it is more time."""
_NUMBERS: Mapping[str, int] = {"times": MORE_IS_LOOSER, "anonymous_below": MORE_IS_TIGHTER, "need": MORE_IS_TIGHTER}
_PRESENT: Mapping[str, int] = {
    "due": MORE_IS_TIGHTER, "times": MORE_IS_TIGHTER, "within": MORE_IS_TIGHTER, "comment": MORE_IS_TIGHTER,
    "waits_for": MORE_IS_TIGHTER, "late": MORE_IS_LOOSER, "delegate": MORE_IS_LOOSER,
    "anonymous_below": MORE_IS_TIGHTER, "leaving": MORE_IS_TIGHTER, "not": MORE_IS_TIGHTER,
    "tasks": MORE_IS_TIGHTER, "outcomes": MORE_IS_LOOSER, "asks": MORE_IS_TIGHTER, "collects": MORE_IS_TIGHTER,
}
"""Keys of the workflow whose being there asks more, or less."""
_CARD: Mapping[str, int] = {
    "least": MORE_IS_TIGHTER, "at_most": MORE_IS_LOOSER, "mean_at_most": MORE_IS_LOOSER,
    "change_at_most": MORE_IS_LOOSER, "give_or_take": MORE_IS_LOOSER, "add": MORE_IS_LOOSER,
    "subtract": MORE_IS_TIGHTER,
}
_CARD_PRESENT: Mapping[str, int] = {"require": MORE_IS_TIGHTER, "forbids": MORE_IS_TIGHTER, "agree": MORE_IS_LOOSER}
_UNITS = {"working days": "working days", "days": "days", "weeks": "days", "months": "months"}


def effect_of(change: Change, scorecard: Mapping[str, Any]) -> str:
    """looser, tighter or nothing. scorecard: of one of the sides, for whether more of a metric is better."""
    keys = [one for one in change.path if isinstance(one, str)]
    key = keys[-1] if keys else ""
    if change.kind in (ADDED, REMOVED):
        table = _PRESENT if change.part == WORKFLOW else _CARD_PRESENT
        named = keys[-2] if len(keys) > 1 and keys[-2] in ("tasks", "outcomes") else key
        if change.part == WORKFLOW and named == "deadline":
            return ""
        return _said(table.get(named, 0) * (1 if change.kind == ADDED else -1))
    grown = _growth(key, change.before, change.after)
    if change.part == WORKFLOW:
        return _said(grown * (_SPANS.get(key) or _NUMBERS.get(key, 0)))
    if key == "target" or (key == "from" and keys[0] == "grades"):
        return _said(-grown * _better(change, scorecard))
    return _said(grown * _CARD.get(key, 0))


def _said(sign: int) -> str:
    return LOOSER if sign > 0 else TIGHTER if sign < 0 else ""


def _growth(key: str, before: Any, after: Any) -> int:
    """1 when the value has grown, -1 when it is less, 0 where they cannot be compared."""
    pair = [_measured(key, one) for one in (before, after)]
    if pair[0] is None or pair[1] is None or pair[0][0] != pair[1][0]:
        return 0
    return (pair[1][1] > pair[0][1]) - (pair[1][1] < pair[0][1])


def _measured(key: str, value: Any) -> tuple[str, Decimal] | None:
    """Unit and number."""
    if isinstance(value, Decimal):
        return "", value
    if not isinstance(value, str):
        return None
    span = span_of(value) or (reminder_of(value) if key == "remind" else None)
    if span is not None:
        return _UNITS[span.unit], Decimal(span.count * (7 if span.unit == "weeks" else 1))
    people = people_of(value)
    if people is not None:
        return "people", Decimal(people[0])
    number = value.removesuffix("%").strip()
    return ("%", Decimal(number)) if value.endswith("%") and number.replace(".", "", 1).isdecimal() else None


def _better(change: Change, scorecard: Mapping[str, Any]) -> int:
    """1 where more is better, -1 where less is; 0 where nothing says so."""
    node: Any = scorecard
    for step in change.path[:-1]:
        node = node.get(step) if isinstance(node, Mapping) else None
        if isinstance(node, Mapping) and isinstance(node.get("ratio"), Mapping):
            return 1 if node["ratio"].get("better") == "higher" else -1
    if change.path[:1] == ("grades",):
        bands = scorecard.get("grades", {}).get("bands")
        numbers = [one.get("from") for one in bands if "from" in one] if isinstance(bands, list) else []
        plain = [one for one in numbers if isinstance(one, Decimal)]
        return 1 if plain == sorted(plain, reverse=True) and len(plain) == len(numbers) else 0
    return 0
