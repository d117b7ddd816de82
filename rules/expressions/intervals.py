"""Which values a sum, product or quotient can take when its parts stay within their bounds; exact, never too narrow."""

from decimal import Decimal
from typing import Final, TypeAlias

from rules.numbers import Number, absolute, add, divide, multiply, negate

Span: TypeAlias = tuple[Number | None, Number | None]
"""Included lower and upper bound; None where there is none."""

EVERYTHING: Final[Span] = (None, None)
_BELOW: Final = Decimal("-Infinity")
_ABOVE: Final = Decimal("Infinity")


def sum_span(left: Span, right: Span) -> Span:
    return _plus(left[0], right[0]), _plus(left[1], right[1])


def negated_span(span: Span) -> Span:
    low, high = span
    return (None if high is None else negate(high)), (None if low is None else negate(low))


def product_span(left: Span, right: Span) -> Span:
    corners = [_times(one, other) for one in _ends(left) for other in _ends(right)]
    return _closed(min(corners), max(corners))


def quotient_span(left: Span, right: Span) -> Span:
    """Everything where the divisor can be 0."""
    if contains_zero(right):
        return EVERYTHING
    low, high = _ends(right)
    return product_span(left, _closed(_reciprocal(high), _reciprocal(low)))


def absolute_span(span: Span) -> Span:
    low, high = span
    if low is not None and low >= 0:
        return span
    if high is not None and high <= 0:
        return negated_span(span)
    if low is None or high is None:
        return Decimal(0), None
    return Decimal(0), max(absolute(low), absolute(high))


def least_span(spans: list[Span]) -> Span:
    """The bounds of the smallest of several values."""
    ends = [_ends(span) for span in spans]
    return _closed(min(low for low, _ in ends), min(high for _, high in ends))


def greatest_span(spans: list[Span]) -> Span:
    return negated_span(least_span([negated_span(span) for span in spans]))


def hull(spans: list[Span]) -> Span:
    """The bounds of a value that is one of several."""
    ends = [_ends(span) for span in spans]
    return _closed(min(low for low, _ in ends), max(high for _, high in ends))


def meet(one: Span, other: Span) -> Span:
    """The bounds of a value within both; `one` where they have nothing in common."""
    (low, high), (low_other, high_other) = _ends(one), _ends(other)
    narrow = max(low, low_other), min(high, high_other)
    return _closed(*narrow) if narrow[0] <= narrow[1] else one


def contains_zero(span: Span) -> bool:
    low, high = _ends(span)
    return low <= 0 <= high


def _ends(span: Span) -> tuple[Number, Number]:
    return (_BELOW if span[0] is None else span[0]), (_ABOVE if span[1] is None else span[1])


def _closed(low: Number, high: Number) -> Span:
    return (None if low == _BELOW else low), (None if high == _ABOVE else high)


def _plus(left: Number | None, right: Number | None) -> Number | None:
    return None if left is None or right is None else add(left, right)


def _times(left: Number, right: Number) -> Number:
    """A bound times a bound; nothing times without end is nothing, as the bound is never reached."""
    if not left or not right:
        return Decimal(0)
    if left in (_BELOW, _ABOVE) or right in (_BELOW, _ABOVE):
        return _ABOVE if (left > 0) == (right > 0) else _BELOW
    return multiply(left, right)


def _reciprocal(value: Number) -> Number:
    return Decimal(0) if value in (_BELOW, _ABOVE) else divide(1, value)
