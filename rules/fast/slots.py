"""Which slots a card can have, of what kind, and by how many digits their numbers are scaled."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from decimal import Decimal
from typing import Any

from rules.expressions.compiled import Expression
from rules.expressions.types import Kind, Type
from rules.fast.program import Slot
from rules.numbers import Number, places
from rules.scorecard.model import Card, Input
from rules.scorecard.ranges import input_type

KINDS: Mapping[Kind, str] = {
    Kind.NUMBER: "number", Kind.DATE: "day", Kind.CHOICE: "word", Kind.TEXT: "word", Kind.YES_NO: "truth",
}


@dataclass(frozen=True, slots=True)
class Variant:
    """Which program of a card. full: every input and attribute is there; wide: numbers come as numerator and
    denominator, and no range is relied on; free: every weight, target and standard may be set, and nothing of
    what was agreed is checked; people: a grade was set by people; quota: by the quota."""

    full: bool = True
    wide: bool = False
    free: bool = False
    people: bool = False
    quota: bool = False


def input_digits(one: Input) -> int | None:
    """Places of a figure of this input, None where it may be a rational."""
    if one.asked or one.fold == "mean":
        return one.round.digits
    if one.fold == "count":
        return 0
    if one.answers:
        return max(places(worth) or 0 for worth in one.answers.values())
    return one.digits


def input_slot(one: Input, source: tuple[str | int, ...], name: str, wide: bool) -> Slot:
    its_type = input_type(one)
    return typed_slot(its_type, input_digits(one), source, name, wide)


def typed_slot(
    its_type: Type, digits: int | None, source: tuple[str | int, ...], name: str, wide: bool
) -> Slot:
    kind = KINDS[its_type.kind]
    if kind != "number":
        return Slot(source, kind, name)
    if wide or digits is None:
        return Slot(source, kind, name, None)
    return Slot(source, kind, name, digits, end_at(its_type.low, digits, True), end_at(its_type.high, digits, False))


def end_at(end: Number | None, digits: int, low: bool) -> int | None:
    """The end of a range in units of the last digit, inward: no value between is of so few digits."""
    if end is None:
        return None
    above, below = end.as_integer_ratio()
    scaled: int = above * 10**digits
    return -(-scaled // below) if low else scaled // below


def agreed_digits(low: Decimal | None, high: Decimal | None, default: Decimal | None) -> int:
    """What the form of the task asks for: two places, or as many as range and default have."""
    return max([2, *(places(one) or 0 for one in (low, high, default) if one is not None)])


def expressions(part: Any) -> Iterator[Expression]:
    """Every expression below a part of a card."""
    if isinstance(part, Expression):
        yield part
    elif isinstance(part, Mapping):
        for one in part.values():
            yield from expressions(one)
    elif isinstance(part, tuple | list):
        for one in part:
            yield from expressions(one)
    elif is_dataclass(part) and not isinstance(part, type):
        for one in fields(part):
            if one.name not in ("guards", "by_key", "opened", "prepared"):
                yield from expressions(getattr(part, one.name))


def held_names(card: Card) -> frozenset[str]:
    """The rules that some expression asks for."""
    return frozenset(name for one in expressions(card) for name in one.held)
