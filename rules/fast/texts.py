"""Figures as texts into slots: plain decimals only, with the declared digits and inside the declared range."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any

from rules.fast.program import Program
from rules.numbers import parse_decimal
from rules.scorecard.model import Card


class Texts:
    """Reads the texts of one program."""

    def __init__(self, card: Card, program: Program, run: Callable[[Any], tuple[Any, ...] | None]) -> None:
        self._run = run
        self.plan: list[tuple[int, int | None, int | None]] = []
        for slot in program.slots:
            if slot.source[0] != "input" or slot.kind != "number" or slot.digits is None:
                raise ValueError(f"{slot.source} is no figure that a text could give")
            span, digits = card.inputs[str(slot.source[1])].span, slot.digits
            self.plan.append((digits, _at(span.low, digits, True), _at(span.high, digits, False)))

    def run(self, texts: Sequence[str]) -> tuple[Any, ...] | None:
        return self._run(tuple([
            read(text, digits, low, high) for text, (digits, low, high) in zip(texts, self.plan, strict=True)
        ]))


def _at(end: Decimal | None, digits: int, up: bool) -> int | None:
    """The end of a range in units of the last digit, inward."""
    if end is None:
        return None
    above, below = end.as_integer_ratio()
    scaled: int = above * 10**digits
    return -(-scaled // below) if up else scaled // below


def read(text: str, digits: int, low: int | None, high: int | None) -> int:
    """The figure as a scaled int."""
    whole, point, rest = text.partition(".")
    if text.isascii() and whole.isdigit() and (whole[0] != "0" or len(whole) == 1) and len(text) <= 80:
        if not point:
            value = int(whole) * int(10**digits)
        elif rest.isdigit():
            places = len(rest)
            if places > digits:
                rest, over = rest[:digits], rest[digits:]
                if over.strip("0"):
                    raise ValueError(f"more than {digits} digits: {text}")
                places = digits
            value = int(whole + rest) * int(10 ** (digits - places))
        else:
            raise ValueError(f"not a plain decimal: {text[:80]!r}")
    else:
        above, below = parse_decimal(text).as_integer_ratio()
        value, left = divmod(above * 10**digits, below)
        if left:
            raise ValueError(f"more than {digits} digits: {text}")
    if (low is not None and value < low) or (high is not None and value > high):
        raise ValueError(f"outside its range: {text}")
    return value
