"""Slots as values, and the rows of a list as they stand in a loop."""

from __future__ import annotations

from fractions import Fraction

from rules.fast.builder import Builder
from rules.fast.naming import Listed
from rules.fast.program import Expr, Lit, Ref, Slot
from rules.fast.values import Val


def slot_value(slot: Slot, top: Expr, below: Expr) -> Val:
    """What a slot holds; it may always be missing."""
    if slot.kind == "number":
        unit = 1 if slot.digits is None else 10**slot.digits
        low, high = (None if end is None else Fraction(end, unit) for end in (slot.low, slot.high))
        return Val("number", top, below if slot.digits is None else Lit(unit), maybe=True, low=low, high=high)
    return Val(slot.kind, top, maybe=True)


def row_of(builder: Builder, listed: Listed) -> tuple[tuple[str, ...], dict[str, Val], Ref]:
    """The locals into which a row is unpacked, its fields by name, and the mask of those that were not rated."""
    targets: list[str] = []
    row: dict[str, Val] = {}
    for field in listed.order:
        top, below = Ref(builder.fresh()), Ref(builder.fresh())
        targets.append(top.name)
        if field.kind == "number" and field.digits is None:
            targets.append(below.name)
        row[str(field.source[-1])] = slot_value(field, top, below)
    mask = Ref(builder.fresh())
    return (*targets, mask.name), row, mask
