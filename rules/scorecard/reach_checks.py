"""What of a table, of limits or of a list of rules no value can ever reach, given what the value can be."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise

from rules.expressions.cells import NotProven, dead
from rules.expressions.scope import Scope
from rules.expressions.types import Kind, Type, range_text
from rules.numbers import Number, on_grid, step_above, step_below
from rules.scorecard.fields import Faults, number
from rules.scorecard.model import Path, Rule
from rules.scorecard.ranges import term_type
from rules.scorecard.read_rules import after_rules
from rules.scorecard.shapes import Bands, Choose, Limits, Line, Lookup, Shape, Steps, Term

_CELLS_MAX = 4_000
_NEUTRAL = {"add": 0, "subtract": 0, "multiply": 1}


def check_reach(faults: Faults, shape: Shape, path: Path, value: Type | None, scope: Scope) -> None:
    """Warns of every row, point or side of a shape that no value comes to."""
    if isinstance(shape, Choose):
        for place in _dead_choices(shape, scope):
            faults.add("SC121", (*path, place), level="warning")
        return
    if value is None or value.kind is not Kind.NUMBER:
        return
    for key in unreached(shape, value):
        faults.add("SC113", (*path, *key), level="warning", range=range_text(value))


def unreached(shape: Shape, value: Type) -> Iterator[tuple[str | int, ...]]:
    """Where in the shape the parts stand that no value of this type comes to."""
    if isinstance(shape, Bands):
        yield from _dead_bands(shape, value)
    elif isinstance(shape, Line):
        yield from _dead_points(shape, value)
    elif isinstance(shape, Lookup):
        yield from _dead_options(shape, value)
    elif isinstance(shape, Steps):
        at = term_type(shape.at)
        if shape.above is not None and _not_over(value.high, at.low):
            yield ("above",)
        if shape.below is not None and _not_over(at.high, value.low):
            yield ("below",)


def _not_over(one: Number | None, other: Number | None) -> bool:
    """Whether the first is known not to be more than the second."""
    return one is not None and other is not None and one <= other


def _under(one: Number | None, other: Number | None) -> bool:
    return one is not None and other is not None and one < other


@dataclass(frozen=True, slots=True)
class _Stretch:
    """The widest stretch of values that can belong to one row."""

    low: Number | None
    low_in: bool
    high: Number | None
    high_in: bool

    def empty(self, value: Type) -> bool:
        if self.low is not None and (_under(value.high, self.low) or (value.high == self.low and not self.low_in)):
            return True
        if self.high is not None and (_under(self.high, value.low) or (value.low == self.high and not self.high_in)):
            return True
        if self.low is None or self.high is None or value.digits is None:
            return False
        first = self.low if self.low_in and on_grid(self.low, value.digits) else step_above(self.low, value.digits)
        last = self.high if self.high_in and on_grid(self.high, value.digits) else step_below(self.high, value.digits)
        return first > last


def _dead_bands(shape: Bands, value: Type) -> Iterator[tuple[str | int, ...]]:
    """A row has what it reaches without what the rows above it take; the `else` has the rest."""
    downward, included = shape.side in ("from", "above"), shape.side in ("from", "up_to")
    before: Term | None = None
    for row in (*shape.rows, None):
        bound, taken = (None if row is None else term_type(row.bound)), (None if before is None else term_type(before))
        if downward:
            stretch = _Stretch(
                None if bound is None else bound.low, included, None if taken is None else taken.high, not included
            )
        else:
            stretch = _Stretch(
                None if taken is None else taken.low, not included, None if bound is None else bound.high, included
            )
        if stretch.empty(value):
            if row is not None:
                yield (row.index,)
            elif shape.otherwise is not None:
                yield (shape.rows[-1].index + 1,)
        before = None if row is None else row.bound


def _dead_points(shape: Line, value: Type) -> Iterator[tuple[str | int, ...]]:
    """A point counts for nothing when it and its neighbour towards the middle lie outside what the value can be."""
    places = [(index, term_type(x)) for index, (x, _) in enumerate(shape.points)]
    ends = (places[0][1], places[-1][1])
    if _under(ends[1].high, ends[0].low):
        places.reverse()
    elif not _under(ends[0].high, ends[1].low):
        return
    for (index, x), (_, inner) in pairwise(places):
        if _under(x.high, value.low) and _not_over(inner.high, value.low):
            yield (index,)
    for (_, inner), (index, x) in pairwise(places):
        if _under(value.high, x.low) and _not_over(value.high, inner.low):
            yield (index,)


def _dead_options(shape: Lookup, value: Type) -> Iterator[tuple[str | int, ...]]:
    for key in shape.options:
        read = number(key)
        if read is None:
            continue
        finer = value.digits is not None and not on_grid(read, value.digits)
        if _under(read, value.low) or _under(value.high, read) or finer:
            yield (key,)


def _dead_choices(shape: Choose, scope: Scope) -> Iterator[int]:
    """Rows (and the `else`) that the rows above never leave anything for."""
    branches = [*(row.condition.tree for row in shape.rows), None]
    found = dead(branches, scope.names, _CELLS_MAX)
    if isinstance(found, NotProven):
        return
    for place in found:
        if place == len(shape.rows):
            yield shape.rows[-1].index + 1
        elif shape.rows[place].if_missing != "holds" and not _told(shape.rows[place].condition.warnings):
            yield shape.rows[place].index


def _told(warnings: Sequence[object]) -> bool:
    return any(getattr(one, "code", "") == "EX051" for one in warnings)


def check_limits(faults: Faults, limits: Limits, path: Path, before: Type) -> None:
    """Warns of an end that is never met, and of limits that leave a single value."""
    low = None if limits.low is None else term_type(limits.low)
    high = None if limits.high is None else term_type(limits.high)
    reach = range_text(before)
    fixed = before.low == before.high
    below = low is not None and _not_over(before.high, low.low)
    over = high is not None and _not_over(high.high, before.low)
    if not fixed and (below or over):
        faults.add("SC115", path, level="warning", limit=limits.text, range=reach)
    else:
        if low is not None and _under(low.high, before.low):
            faults.add("SC114", path, level="warning", limit=_text(limits.low), range=reach)
        if high is not None and _under(before.high, high.low):
            faults.add("SC114", path, level="warning", limit=_text(limits.high), range=reach)


def _text(term: Term | None) -> str:
    return "" if term is None else term.text


def check_rules(faults: Faults, rules: Sequence[Rule], before: Type) -> None:
    """Warns of rules on a number that leave every number as it is; before: what the number is above the first."""
    now = before
    for rule in rules:
        if _neutral(rule, now):
            amount = _text(rule.amount) or (rule.limits.text if rule.limits else "")
            if rule.rounding is not None:
                amount = f"{rule.rounding.digits} {rule.rounding.mode}"
            faults.add(
                "SC122", (*rule.path, rule.effect), level="warning", rule=rule.name, effect=f"{rule.effect}: {amount}",
                range=range_text(now),
            )
        now = after_rules(now, (rule,))


def _neutral(rule: Rule, now: Type) -> bool:
    if rule.effect in _NEUTRAL:
        return rule.amount is not None and rule.amount.constant == Decimal(_NEUTRAL[rule.effect])
    if rule.effect == "limit" and rule.limits is not None:
        low, high = (None if one is None else term_type(one) for one in (rule.limits.low, rule.limits.high))
        return (low is None or _not_over(low.high, now.low)) and (high is None or _not_over(now.high, high.low))
    if rule.effect == "round" and rule.rounding is not None:
        return rule.rounding.digits is None or (now.digits is not None and now.digits <= rule.rounding.digits)
    return rule.effect == "set" and rule.amount is not None and now.low is not None and (
        now.low == now.high == rule.amount.constant
    )

