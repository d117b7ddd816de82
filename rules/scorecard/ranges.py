"""Interval arithmetic on types: what a value of the card can be, given what its parts can be."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from decimal import Decimal

from rules.expressions.types import YES_NO, Kind, Type
from rules.numbers import EXACT, Number, Rounding, add, multiply, negate, places, round_number
from rules.scorecard.model import Input, Span
from rules.scorecard.shapes import Limits, Term

_KINDS = {"date": Kind.DATE, "yes_no": Kind.YES_NO, "choice": Kind.CHOICE, "text": Kind.TEXT}


def constant_type(value: Decimal | bool | str | date) -> Type:
    if isinstance(value, bool):
        return YES_NO
    if isinstance(value, Decimal):
        return Type(Kind.NUMBER, low=value, high=value, digits=places(value))
    if isinstance(value, date):
        return Type(Kind.DATE)
    return Type(Kind.CHOICE, options=(value,))


def term_type(term: Term | None) -> Type:
    if term is None:
        return Type(Kind.NUMBER)
    if term.expression is not None:
        return term.expression.type
    return constant_type(term.constant) if term.constant is not None else Type(Kind.NUMBER)


def input_type(one: Input, missing: bool = True) -> Type:
    """The type of an input's figure after its fold: sums and counts reach beyond the range of one observation."""
    used = one.missing.score if one.missing is not None and one.missing.policy == "use" else None
    may_lack = missing and used is None
    if one.type in _KINDS and not one.answers and one.fold != "count":
        return Type(_KINDS[one.type], options=one.options, missing=may_lack)
    worths = list(one.answers.values())
    low, high = (min(worths), max(worths)) if worths else (one.low, one.high)
    if one.fold == "sum":
        low, high = (low if low is not None and low >= 0 else None), (high if high is not None and high <= 0 else None)
    if one.fold == "count":
        low, high = Decimal(0), None
    if isinstance(used, Decimal):  # it may lie outside what can be observed
        low = None if low is None else min(low, used)
        high = None if high is None else max(high, used)
    unit = "" if one.fold == "count" or worths else "%" if one.type == "percent" else one.unit or ""
    digits = _folded_digits(one)
    if isinstance(used, Decimal) and digits is not None:
        digits = max(digits, places(used) or 0)
    return Type(Kind.NUMBER, low=low, high=high, digits=digits, unit=unit, missing=may_lack)


def _folded_digits(one: Input) -> int | None:
    if one.fold == "mean" or one.asked:
        return one.round.digits
    if one.fold == "count":
        return 0
    return None if one.answers else one.digits


def span_type(span: Span, default: Decimal | None = None) -> Type:
    """The hull of a span and a default that may lie outside it."""
    low, high = span.low, span.high
    if default is not None:
        low = None if low is None else min(low, default)
        high = None if high is None else max(high, default)
    return Type(Kind.NUMBER, low=low, high=high)


def hull(types: Iterable[Type]) -> Type:
    """What a value can be that is one of these; the first type's kind wins where they differ."""
    all_types = list(types)
    if not all_types:
        return Type(Kind.NUMBER)
    first, missing = all_types[0], any(one.missing for one in all_types)
    if first.kind is Kind.NUMBER:
        numbers = [one for one in all_types if one.kind is Kind.NUMBER]
        return Type(
            Kind.NUMBER,
            low=_least(one.low for one in numbers),
            high=_most(one.high for one in numbers),
            digits=_most_digits(one.digits for one in numbers),
            missing=missing,
        )
    options = tuple(dict.fromkeys(option for one in all_types for option in one.options))
    return replace(first, options=options, missing=missing)


def _least(values: Iterable[Number | None]) -> Number | None:
    found = list(values)
    return None if any(one is None for one in found) else min(one for one in found if one is not None)


def _most(values: Iterable[Number | None]) -> Number | None:
    found = list(values)
    return None if any(one is None for one in found) else max(one for one in found if one is not None)


def _most_digits(values: Iterable[int | None]) -> int | None:
    found = list(values)
    return None if any(one is None for one in found) else max(one for one in found if one is not None)


def total_of(types: Iterable[Type]) -> Type:
    """The sum of values of these types."""
    low: Number | None = Decimal(0)
    high: Number | None = Decimal(0)
    digits: int | None = 0
    missing = False
    for one in types:
        low = None if low is None or one.low is None else add(low, one.low)
        high = None if high is None or one.high is None else add(high, one.high)
        digits = None if digits is None or one.digits is None else max(digits, one.digits)
        missing = missing or one.missing
    return Type(Kind.NUMBER, low=low, high=high, digits=digits, missing=missing)


def product(left: Type, right: Type) -> Type:
    if None in (left.low, left.high, right.low, right.high):
        positive = all(one.low is not None and one.low >= 0 for one in (left, right))
        return Type(Kind.NUMBER, low=Decimal(0) if positive else None, missing=left.missing or right.missing)
    corners = [
        multiply(a, b)
        for a in (left.low, left.high)
        for b in (right.low, right.high)
        if a is not None and b is not None
    ]
    digits = None if left.digits is None or right.digits is None else left.digits + right.digits
    return Type(
        Kind.NUMBER, low=min(corners), high=max(corners), digits=digits, missing=left.missing or right.missing
    )


def loosened(one: Type, count: int, rounding: Rounding | None) -> Type:
    """What a sum of so many contributions can be when each of them is rounded."""
    if rounding is None or rounding.digits is None:
        return one
    slack = multiply(Decimal(1).scaleb(-rounding.digits), Decimal(count))
    low = None if one.low is None else add(one.low, negate(slack))
    return replace(one, low=low, high=None if one.high is None else add(one.high, slack), digits=None)


def times(one: Type, count: Span) -> Type:
    """The sum of between count.low and count.high values of one type."""
    if count.high is None:
        low = Decimal(0) if one.low is not None and one.low >= 0 else None
        return replace(one, low=low, high=None, unit="")
    counts = Type(Kind.NUMBER, low=count.low or Decimal(0), high=count.high, digits=0)
    return replace(product(one, counts), missing=one.missing)


def clamped(one: Type, limits: Limits | None) -> Type:
    """The type after limits; limits with expressions use what these can be."""
    if limits is None:
        return one
    low, high = one.low, one.high
    if limits.low is not None:
        floor = term_type(limits.low)
        low = floor.low if low is None or floor.low is None else max(low, floor.low)
        high = None if high is None or floor.high is None else max(high, floor.high)
    if limits.high is not None:
        top = term_type(limits.high)
        high = top.high if high is None or top.high is None else min(high, top.high)
        low = None if low is None or top.low is None else min(low, top.low)
    lacks = any(term_type(end).missing for end in (limits.low, limits.high) if end is not None)
    return replace(one, low=low, high=high, digits=None, missing=one.missing or lacks)


def rounded(one: Type, rounding: Rounding) -> Type:
    if rounding == EXACT or one.kind is not Kind.NUMBER:
        return one
    low = None if one.low is None else round_number(one.low, rounding)
    high = None if one.high is None else round_number(one.high, rounding)
    return replace(one, low=low, high=high, digits=rounding.digits)
