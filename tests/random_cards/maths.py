"""Arithmetic of an oracle: the same formulas in exact fractions, or in binary floats to show what those get wrong."""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import Any

MODES = ("half_up", "half_even", "half_down", "up", "down", "floor", "ceiling")


@dataclass(frozen=True, slots=True)
class Maths:
    """number: what numbers are made with; mode: how every declared rounding point of the card rounds."""

    number: Any
    mode: str

    def __call__(self, text: object) -> Any:
        return self.number(str(text))

    def all(self, texts: Any) -> list[Any]:
        return [self(one) for one in texts]

    def rounded(self, value: Any, digits: int) -> Any:
        scaled = value * 10**digits
        whole = math.floor(scaled)
        beyond = scaled - whole - self.number("0.5") if self.number is float else scaled - whole - Fraction(1, 2)
        if scaled != whole and self._up(whole, beyond, value > 0):
            whole += 1
        return self.number(whole) / 10**digits

    def _up(self, whole: int, beyond: Any, positive: bool) -> bool:
        if self.mode in ("floor", "ceiling"):
            return self.mode == "ceiling"
        if self.mode in ("up", "down"):
            return positive == (self.mode == "up")
        if beyond:
            return bool(beyond > 0)
        return bool(whole % 2) if self.mode == "half_even" else positive == (self.mode == "half_up")

    def weighted(self, pairs: Any) -> Any:
        """The mean of (weight, score)."""
        pairs = list(pairs)
        return sum((w * s for w, s in pairs), self(0)) / sum((w for w, _ in pairs), self(0))

    def line(self, value: Any, points: Any) -> Any:
        """Straight between the points, flat outside; the first point written wins where two share a place."""
        points = [(self(x), self(y)) for x, y in points]
        for x, y in points:
            if x == value:
                return y
        if points[0][0] > points[-1][0]:
            points.reverse()
        if value <= points[0][0]:
            return points[0][1]
        for (x, y), (further, other) in pairwise(points):
            if x <= value <= further:
                return y + (value - x) * (other - y) / (further - x)
        return points[-1][1]

    def clamp(self, value: Any, low: object, high: object) -> Any:
        value = value if low is None else max(value, self(low))
        return value if high is None else min(value, self(high))


def band(value: Any, rows: Any, otherwise: Any) -> Any:
    """The first row whose bound the value reaches."""
    return next((gives for bound, gives in rows if value >= bound), otherwise)
