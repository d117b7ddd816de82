"""Counting heads and cents: shares floored, shares that always sum to the whole, and who ranks before whom."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from math import lcm
from typing import Any

from rules.expressions.plan import ZeroDivisor
from rules.expressions.types import MISSING
from rules.numbers import Number, multiply
from rules.scorecard.evaluate import Result
from rules.scorecard.facts import Facts
from rules.scorecard.shapes import Term

HUNDRED = Decimal(100)
Key = tuple[tuple[int, Fraction], ...]


def floored(n: int, share: Number) -> int:
    """So many whole people are at most this share (in per cent) of n."""
    above, below = multiply(share, n).as_integer_ratio()
    return above // (below * 100)


def raised(n: int, share: Number) -> int:
    """So many whole people are at least this share of n."""
    above, below = multiply(share, n).as_integer_ratio()
    return -(-above // (below * 100))


def apportioned(whole: int, weights: Sequence[Number]) -> list[int]:
    """Whole parts by largest remainder that sum to the whole.

    Among equal remainders the greater weight comes first, then the order given. A weight of 0 or less has no part;
    where all have none, all parts are 0.
    """
    ratios = [max(Fraction(weight), Fraction(0)) for weight in weights]
    scale = lcm(*(one.denominator for one in ratios)) if ratios else 1
    sized = [one.numerator * (scale // one.denominator) for one in ratios]
    total = sum(sized)
    if not total:
        return [0] * len(sized)
    parts = [whole * size // total for size in sized]
    order = sorted(range(len(sized)), key=lambda place: (-(whole * sized[place] % total), -sized[place], place))
    for place in order[: whole - sum(parts)]:
        parts[place] += 1
    return parts


def names_of(result: Result, facts: Facts) -> dict[str, Any]:
    """What ties and the weights of a split may read of a scored card."""
    names: dict[str, Any] = {**result.figures}
    for prefix, attributes in (("subject", facts.subject), ("cycle", facts.cycle)):
        names |= {f"{prefix}.{name}": value for name, value in attributes.items()}
    for key, part in result.metrics.items():
        for what, value in (("score", part.score), ("weight", part.weight), ("target", part.target),
                            ("value", part.value)):
            if value is not None:
                names[f"{key}.{what}"] = value
    names |= {"total": MISSING if result.total is None else result.total,
              "grade": MISSING if result.grade is None else result.grade}
    return names | dict(result.consequences)


def number_of(term: Term, names: Mapping[str, Any], facts: Facts) -> Number | None:
    """What the term is of this card; None where it is missing or divides by 0."""
    try:
        value = term.constant if term.expression is None else term.expression.value(names, facts.previous, ())
    except ZeroDivisor:
        return None
    return value if isinstance(value, Decimal | Fraction) else None


def key_of(result: Result, facts: Facts, ties: Sequence[Term], low_is_best: bool = False) -> Key:
    """Greater ranks before, of totals less where low is best; a missing number ranks last."""
    total = result.total
    numbers: list[Number | None] = [multiply(total, -1) if low_is_best and total is not None else total]
    if ties:
        names = names_of(result, facts)
        numbers += [number_of(term, names, facts) for term in ties]
    return tuple((0, Fraction(0)) if one is None else (1, Fraction(one)) for one in numbers)
