"""Evaluates divisions, and says what one by 0 does."""

from collections.abc import Callable
from typing import Any, TypeAlias

from rules.expressions.checking import Checking
from rules.expressions.plan import Last, Moment, Run, ZeroDivisor
from rules.expressions.types import MISSING, Figures, Missing, Value
from rules.numbers import Number, multiply

AtZero: TypeAlias = Callable[[Moment], Missing]
_multiply: Callable[[Any, Any], Number] = multiply


def at_zero(checking: Checking, column: int) -> AtZero:
    """What a division by 0 does: it gives nothing, and the moment notes it; or it is signalled to the caller."""

    def nothing(moment: Moment) -> Missing:
        moment.zeros.append(column)
        return MISSING

    def signal(moment: Moment) -> Missing:
        raise ZeroDivisor(column)

    return nothing if checking.zero_missing else signal


def division(left: Run, right: Run, zero: AtZero, last: Last) -> Run:
    def run(names: Figures, moment: Moment) -> Value | Missing:
        one = left(names, moment)
        if one is MISSING:
            return MISSING
        other = right(names, moment)
        if other is MISSING:
            return MISSING
        if not other:
            return zero(moment)
        return last(one, other)  # type: ignore[no-any-return]

    return run


def late_division(dividend: Run, divisor: Run, factor: Run, zero: AtZero, last: Last) -> Run:
    """`a / b * c` as `a * c / b`: the same value, with one division at the end instead of a rational in between."""

    def run(names: Figures, moment: Moment) -> Value | Missing:
        above = dividend(names, moment)
        if above is MISSING:
            return MISSING
        below = divisor(names, moment)
        if below is MISSING:
            return MISSING
        if not below:
            return zero(moment)
        times = factor(names, moment)
        return MISSING if times is MISSING else last(_multiply(above, times), below)

    return run
