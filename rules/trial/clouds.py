"""What a value can be while one figure moves between two ends: never less than it can be, so that absence is proven."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final

from rules.expressions.intervals import (
    Span,
    absolute_span,
    contains_zero,
    greatest_span,
    hull,
    least_span,
    negated_span,
    product_span,
    quotient_span,
    sum_span,
)
from rules.expressions.types import MISSING
from rules.numbers import Number, Rounding, divide, round_number

NUMBERS: Final = (Decimal, Fraction, int)


class Unknown(Exception):
    """Nothing can be said about this stretch as a whole; it has to be split."""


@dataclass(frozen=True, slots=True)
class Cloud:
    """span: numbers between two included ends, or None for no number; words: any of these words, dates, yes or no;
    missing: whether there may be no value."""

    span: Span | None = None
    words: frozenset[Any] = frozenset()
    missing: bool = False

    @property
    def single(self) -> bool:
        if self.span is None:
            return len(self.words) + self.missing == 1
        return not self.words and not self.missing and self.span[0] is not None and self.span[0] == self.span[1]

    @property
    def value(self) -> Any:
        """The one value of a single cloud."""
        if self.span is not None:
            return self.span[0]
        return MISSING if self.missing else next(iter(self.words))

    def number(self) -> Span:
        """Its ends where it is a number in every case."""
        if self.span is None or self.words or self.missing:
            raise Unknown
        return self.span


NOTHING: Final = Cloud(missing=True)


def point(value: Any) -> Cloud:
    if value is MISSING or value is None:
        return NOTHING
    if isinstance(value, NUMBERS) and not isinstance(value, bool):
        return Cloud((value, value))
    return Cloud(words=frozenset((value,)))


def between(low: Number, high: Number) -> Cloud:
    return Cloud((low, high))


def united(clouds: Iterable[Cloud]) -> Cloud:
    """Any of several; none at all is Unknown, as then nothing was considered."""
    many = list(clouds)
    if not many:
        raise Unknown
    if len(many) == 1:
        return many[0]
    spans = [one.span for one in many if one.span is not None]
    words = frozenset(word for one in many for word in one.words)
    return Cloud(hull(spans) if spans else None, words, any(one.missing for one in many))


def truths(cloud: Cloud) -> frozenset[Any]:
    """The answers that a question can have: True, False, MISSING."""
    if cloud.span is not None:
        raise Unknown
    return cloud.words | {MISSING} if cloud.missing else cloud.words


def answers(found: Iterable[Any]) -> Cloud:
    many = frozenset(found)
    return Cloud(words=many - {MISSING}, missing=MISSING in many)


def calculated(op: str, left: Cloud, right: Cloud) -> Cloud:
    """+ - * / on two clouds; a divisor that may be 0 has to be split away from it."""
    if (left.missing and left.single) or (right.missing and right.single):
        return NOTHING
    one, other = left.number(), right.number()
    if op == "+":
        return Cloud(sum_span(one, other))
    if op == "-":
        return Cloud(sum_span(one, negated_span(other)))
    if op == "*":
        return Cloud(product_span(one, other))
    if contains_zero(other):
        raise Unknown
    return Cloud(quotient_span(one, other))


def negated(cloud: Cloud) -> Cloud:
    return cloud if cloud == NOTHING else Cloud(negated_span(cloud.number()))


def sized(cloud: Cloud) -> Cloud:
    return cloud if cloud == NOTHING else Cloud(absolute_span(cloud.number()))


def stepped(cloud: Cloud, rising: Callable[[Number], Any]) -> Cloud:
    """A rising function of the number: its ends go to the ends."""
    low, high = cloud.number()
    return Cloud((None if low is None else rising(low), None if high is None else rising(high)))


def rounded(cloud: Cloud, rounding: Rounding) -> Cloud:
    return stepped(cloud, lambda one: round_number(one, rounding))


def whole_units(cloud: Cloud, counting: str) -> Cloud:
    """So many steps: exact parts, full ones only, or begun ones too."""
    if counting == "exact":
        return cloud
    whole = math.floor if counting == "full" else math.ceil
    return stepped(cloud, lambda one: Decimal(whole(one)))


def clamped(cloud: Cloud, low: Cloud | None, high: Cloud | None) -> Cloud:
    span = cloud.number()
    if low is not None:
        span = greatest_span([span, low.number()])
    if high is not None:
        span = least_span([span, high.number()])
    return Cloud(span)


def folded(fold: str, clouds: list[Cloud]) -> Cloud:
    """sum mean min max of several numbers; a missing one leaves it missing."""
    if any(one == NOTHING for one in clouds):
        return NOTHING
    spans = [one.number() for one in clouds]
    if fold in ("min", "max"):
        return Cloud(least_span(spans) if fold == "min" else greatest_span(spans))
    total: Span = (Decimal(0), Decimal(0))
    for span in spans:
        total = sum_span(total, span)
    if fold == "sum":
        return Cloud(total)
    count = len(spans)
    return Cloud((None if total[0] is None else divide(total[0], count),
                  None if total[1] is None else divide(total[1], count)))


def compared(op: str, left: Cloud, right: Cloud) -> Cloud:
    """The answers of a comparison of numbers."""
    if left == NOTHING or right == NOTHING:
        return NOTHING
    (low, high), (least, most) = left.number(), right.number()
    below = high is not None and least is not None
    above = low is not None and most is not None
    surely: dict[str, tuple[bool, bool]] = {  # (always, never)
        "<": (below and high < least, above and low >= most),  # type: ignore[operator]
        "<=": (below and high <= least, above and low > most),  # type: ignore[operator]
        ">": (above and low > most, below and high <= least),  # type: ignore[operator]
        ">=": (above and low >= most, below and high < least),  # type: ignore[operator]
    }
    same = left.single and right.single and low == least
    apart = (below and high < least) or (above and low > most)  # type: ignore[operator]
    surely |= {"==": (same, apart), "!=": (apart, same)}
    always, never = surely[op]
    return answers((True,) if always else (False,) if never else (True, False))
