"""A value while a program is made: what kind it is, the expression that holds it, and what is known about it before."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from math import gcd
from typing import Any

from rules.expressions.intervals import Span, negated_span, product_span, quotient_span, sum_span
from rules.fast.algebra import NO, NOTHING, ONE, YES, compared, literal, negated, pick, plus, times
from rules.fast.program import Expr, Lit, Op
from rules.numbers import Number


class Unspoken(Exception):
    """Something that the program cannot say; the reference has to judge the card."""


@dataclass(frozen=True, slots=True)
class Val:
    """kind: `number`, `truth`, `word`, `day`; a number is top / below, and below is positive.

    maybe: it may be missing, then top is None; low, high: bounds of the number, None where there is none; apart: it is
    never 0; known: a word of the ladder or beside it.
    """

    kind: str
    top: Expr
    below: Expr = ONE
    maybe: bool = False
    low: Number | None = None
    high: Number | None = None
    apart: bool = False
    known: bool = False

    @property
    def span(self) -> Span:
        return self.low, self.high

    @property
    def nonneg(self) -> bool:
        return self.low is not None and self.low >= 0

    @property
    def nonzero(self) -> bool:
        return self.apart or (self.low is not None and self.low > 0) or (self.high is not None and self.high < 0)

    @property
    def never(self) -> bool:
        return self.top == NOTHING

    @property
    def static(self) -> int | None:
        """The denominator where it is known before."""
        return literal(self.below)

    @property
    def gone(self) -> Expr:
        """Whether it is missing."""
        return NO if not self.maybe else YES if self.never else Op("none", (self.top,))

    @property
    def there(self) -> Expr:
        return YES if not self.maybe else NO if self.never else Op("some", (self.top,))

    @property
    def sure(self) -> Val:
        """The same where it has been seen that it is there."""
        return replace(self, maybe=False)

    @property
    def fraction(self) -> Fraction | None:
        """The number of a literal."""
        top, below = literal(self.top), self.static
        return None if top is None or below is None or self.kind != "number" else Fraction(top, below)


def missing(kind: str = "number") -> Val:
    return Val(kind, NOTHING, maybe=True)


def number(value: Decimal | Fraction | int) -> Val:
    top, below = value.as_integer_ratio()
    return Val("number", Lit(top), Lit(below), low=value, high=value)


def truth(one: Expr, maybe: bool = False) -> Val:
    return Val("truth", one, maybe=maybe)


def day(value: date) -> Val:
    return Val("day", Lit(value.toordinal()))


def scaled(value: Val, factor: int) -> Expr:
    """The numerator times a factor, None where it is missing."""
    if factor == 1 or value.never:
        return value.top
    return pick(value.gone, NOTHING, times(value.top, Lit(factor)))


def aligned(one: Val, other: Val) -> tuple[Val, Val]:
    """Both over one denominator; neither is missing."""
    first, second = one.static, other.static
    if one.below == other.below:
        return one, other
    if first is not None and second is not None:
        whole = first * second // gcd(first, second)
        return _over(one, whole // first, Lit(whole)), _over(other, whole // second, Lit(whole))
    below = times(one.below, other.below)
    return (replace(one, top=times(one.top, other.below), below=below),
            replace(other, top=times(other.top, one.below), below=below))


def _over(value: Val, factor: int, below: Expr) -> Val:
    return replace(value, top=times(value.top, Lit(factor)), below=below)


def added(one: Val, other: Val) -> Val:
    if one.kind != "number" or other.kind != "number":
        raise Unspoken(f"{one.kind} and {other.kind}")
    left, right = aligned(one, other)
    low, high = sum_span(one.span, other.span)
    return Val("number", plus(left.top, right.top), left.below, low=low, high=high,
               apart=one.nonneg and other.nonneg and (one.nonzero or other.nonzero))


def opposite(one: Val) -> Val:
    low, high = negated_span(one.span)
    return Val("number", negated(one.top), one.below, low=low, high=high, apart=one.apart)


def multiplied(one: Val, other: Val) -> Val:
    low, high = product_span(one.span, other.span)
    return Val("number", times(one.top, other.top), times(one.below, other.below), low=low, high=high,
               apart=one.nonzero and other.nonzero)


def divided_span(one: Val, other: Val) -> Span:
    """The bounds of one / other, where the other is not 0."""
    if other.low is not None and other.low >= 0 and one.nonneg:
        return (Decimal(0), None) if other.low == 0 else quotient_span(one.span, other.span)
    return quotient_span(one.span, other.span)


def ordered(op: str, one: Val, other: Val) -> Expr:
    """The comparison of two numbers that are there; said at once where their bounds do not meet."""
    if op in (">", ">="):
        return ordered("<" if op == ">" else "<=", other, one)
    if op in ("<", "<="):
        if one.high is not None and other.low is not None and _less(one.high, other.low, op == "<="):
            return YES
        if one.low is not None and other.high is not None and _less(other.high, one.low, op == "<"):
            return NO
    left, right = aligned(one, other)
    return compared(op, left.top, right.top)


def _less(one: Number, other: Number, equal: bool) -> bool:
    return one <= other if equal else one < other


def constant(value: Any, code: Any) -> Val:
    """The value of a literal of the card; words by their code."""
    if isinstance(value, bool):
        return Val("truth", YES if value else NO)
    if isinstance(value, Decimal | Fraction | int):
        return number(value)
    if isinstance(value, date):
        return day(value)
    if isinstance(value, str):
        return Val("word", Lit(code(value)), known=True)
    raise Unspoken(type(value).__name__)

