"""Sums and comparisons of exact numbers, for where there are many of them."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from functools import reduce
from typing import Final

from rules.numbers import EXACTLY, Number, add

ZERO: Final = Decimal(0)
_add = EXACTLY.add


def total(values: Sequence[Number]) -> Decimal | Fraction:
    """The sum; 0 of none."""
    try:
        return reduce(_add, values, ZERO)  # type: ignore[arg-type]
    except TypeError:  # a rational among them
        exact: Decimal | Fraction = ZERO
        return reduce(add, values, exact)


def less(left: Number, right: Number) -> bool:
    """left < right, as Python says, without its long way from a rational to a decimal."""
    if type(left) is type(right):
        return left < right
    above, below = left.as_integer_ratio()
    above_right, below_right = right.as_integer_ratio()
    return above * below_right < above_right * below
