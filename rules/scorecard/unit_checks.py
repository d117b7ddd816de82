"""Decimals under 1 where a percentage is looked up: 0.95 means 0.95 %, and hardly ever is meant."""

from __future__ import annotations

from decimal import Decimal

from rules.expressions.types import Type
from rules.numbers import multiply, number_text
from rules.scorecard.fields import Faults
from rules.scorecard.model import Path
from rules.scorecard.shapes import Bands, Line, Ratio, Shape


def check_share(faults: Faults, shape: Shape, path: Path, value: Type | None, target: Type | None) -> None:
    """Warns where all bounds, points or the target of a percentage are at most 1, and not all of them whole."""
    if value is None or value.unit != "%" or value.high is None or value.high <= 1:
        return
    found: list[tuple[Path, object]] = []
    if isinstance(shape, Bands):
        found = [((*path, row.index, shape.side), row.bound.constant) for row in shape.rows]
    elif isinstance(shape, Line):
        found = [((*path, index, 0), x.constant) for index, (x, _) in enumerate(shape.points)]
    elif isinstance(shape, Ratio) and target is not None and target.low == target.high:
        found = [(path, target.low)]
    numbers = [(place, one) for place, one in found if isinstance(one, Decimal)]
    if len(numbers) < len(found) or not all(0 <= one <= 1 for _, one in numbers):
        return
    for place, one in numbers:
        if 0 < one < 1:
            instead = number_text(multiply(one, 100))
            faults.add("SC128", place, level="warning", found=one, instead=instead)
            return
