"""The cells of one figure: each constant by itself, and one value for each stretch between them that can occur."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from fractions import Fraction

from rules.expressions.types import MISSING, Kind, Missing, Type, Value
from rules.numbers import Number, add, divide, on_grid, step_above, step_below, subtract


def witnesses(kind: Type, constants: Iterable[Value]) -> tuple[Value | Missing, ...]:
    """One value for every cell; the last is MISSING where the figure may be missing."""
    lacking: tuple[Missing, ...] = (MISSING,) if kind.missing else ()
    match kind.kind:
        case Kind.YES_NO:
            return (True, False, *lacking)
        case Kind.CHOICE:
            return (*kind.options, *kind.outside, *lacking)
        case Kind.DATE:
            days: set[Number] = {Decimal(value.toordinal()) for value in constants if isinstance(value, date)}
            low, high = Decimal(date.min.toordinal()), Decimal(date.max.toordinal())
            found = _points(days, low, high, 0)
            return (*(date.fromordinal(int(day)) for day in found), *lacking)
        case _:
            numbers: set[Number] = {value for value in constants if isinstance(value, Decimal | Fraction)}
            return (*_points(numbers, kind.low, kind.high, kind.digits), *lacking)


def _points(constants: set[Number], low: Number | None, high: Number | None, digits: int | None) -> tuple[Number, ...]:
    """Ends and constants that can occur, and a value between each two neighbours and beyond the outermost."""
    marks: set[Number] = {mark for mark in (*constants, low, high) if mark is not None}
    edges = sorted(marks)
    found: list[Number | None] = [_below(edges[0], digits) if edges else Decimal(0)]
    for place, edge in enumerate(edges):
        found.append(edge if digits is None or on_grid(edge, digits) else None)
        found.append(_between(edge, edges[place + 1], digits) if place + 1 < len(edges) else _above(edge, digits))
    return tuple(
        value
        for value in found
        if value is not None and (low is None or value >= low) and (high is None or value <= high)
    )


def _above(edge: Number, digits: int | None) -> Number:
    """The next value that the digits allow; one more where they are unknown."""
    if digits is None:
        return add(edge, 1)
    return step_above(edge, digits)


def _below(edge: Number, digits: int | None) -> Number:
    if digits is None:
        return subtract(edge, 1)
    return step_below(edge, digits)


def _between(low: Number, high: Number, digits: int | None) -> Number | None:
    if digits is None:
        return divide(add(low, high), 2)
    following = _above(low, digits)
    return following if following < high else None
