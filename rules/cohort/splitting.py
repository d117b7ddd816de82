"""Step 10 over a cohort: a pool shared by weight to the last cent."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from rules.cohort.counting import apportioned
from rules.cohort.model import Part, SplitReport
from rules.numbers import Number, Rounding, add, divide, multiply, round_number


def split(name: str, unit: str | None, pool: Number | None, weights: Mapping[int, Number | None], digits: int,
          ) -> SplitReport:
    """weights: card -> its weight, None or less than 0 counting as 0. The parts sum exactly to the pool.

    What a pool holds below its last digit stays in it; so does all of it where nobody has a weight.
    """
    sized = {place: max(weight, Decimal(0)) if weight is not None else Decimal(0) for place, weight in weights.items()}
    total: Number = Decimal(0)
    for weight in sized.values():
        total = add(total, weight)
    if pool is None or pool < 0 or not total:
        return SplitReport(name, unit, pool, total, Decimal(0), digits)
    unit_value = Decimal(1).scaleb(-digits)
    above, below = pool.as_integer_ratio()
    units: int = above * 10**digits // below
    parts = {}
    for (place, weight), count in zip(sized.items(), apportioned(units, list(sized.values())), strict=True):
        exact = divide(multiply(pool, weight), total)
        parts[place] = Part(weight, exact, round_number(exact, Rounding(digits, "floor")),
                            Decimal(count).scaleb(-digits))
    return SplitReport(name, unit, pool, total, multiply(unit_value, units), digits, parts)

