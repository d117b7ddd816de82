"""The values that one figure is tried with: its ends, its middle, and what the scorecard compares it with."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

from engine.operations.simulate.constants import Constants
from rules.expressions.types import Kind, Type
from rules.numbers import decimal_text, on_grid, parse_decimal
from rules.scorecard.model import NUMBER_TYPES, Input

ROWS = (1, 2, 3)


class Values:
    def __init__(self, constants: Constants) -> None:
        self.constants = constants

    def counts(self, low: Decimal | None, high: Decimal | None) -> Iterator[int]:
        least, most = int(low or 0), int(high or 3)
        yield from (count for count in sorted({least, *ROWS}) if least <= count <= most)

    def of(self, one: Input) -> list[Any]:
        if one.type in NUMBER_TYPES:
            return self._numbers(one.low, one.high, one.digits)
        if one.type == "yes_no":
            return ["true", "false"]
        if one.type == "choice":
            return list(one.options)
        if one.type == "date":
            days = list(self.constants.dates) or [date(2025, 6, 30)]
            return sorted({date.fromordinal(day.toordinal() + step).isoformat() for day in days for step in (-1, 0, 1)})
        return ["text"]

    def typed(self, kind: Type) -> list[Any]:
        if kind.kind is Kind.NUMBER:
            low, high = (None if end is None else Decimal(int(end)) for end in (kind.low, kind.high))
            return self._numbers(low, high, kind.digits or 0)
        if kind.kind is Kind.YES_NO:
            return [True, False]
        return [*kind.options, *kind.outside]

    def _numbers(self, low: Decimal | None, high: Decimal | None, digits: int) -> list[str]:
        step = Decimal(1).scaleb(-digits)
        low = Decimal(0) if low is None else low
        high = low + 1000 if high is None else high
        marks = {low, high, (low + high) / 2}
        marks.update(Decimal(10) ** power for power in range(10))
        for mark in self.constants.numbers:
            marks.update((mark, mark - step, mark + step))
        inside = {mark.quantize(step) for mark in marks if low <= mark <= high}
        return [decimal_text(mark, digits) for mark in sorted(one for one in inside if low <= one <= high)]


def middle(one: Any, other: Any) -> str | None:
    """A number between two texts, on the grid that they are written on; None for neighbours and for no numbers."""
    if not isinstance(one, str) or not isinstance(other, str):
        return None
    try:
        low, high = sorted((parse_decimal(one), parse_decimal(other)))
    except ValueError:
        return None
    digits = max(len(text.partition(".")[2]) for text in (one, other))
    half = ((low + high) / 2).quantize(Decimal(1).scaleb(-digits), rounding="ROUND_FLOOR")
    return decimal_text(half, digits) if low < half < high and on_grid(half, digits) else None
