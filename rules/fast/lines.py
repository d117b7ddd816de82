"""A line through points: between two of them in proportion, outside flat; of two at one place the first counts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

from rules.expressions.intervals import hull
from rules.fast.algebra import literal
from rules.fast.program import Expr, Lit
from rules.fast.spoken import Speaking, difference
from rules.fast.values import Val, added, multiplied, opposite

Point = tuple[Val, Val]
End = Callable[[Val], Val]


def line(speaker: Speaking, points: Sequence[Point], value: Val, end: End) -> Val:
    """The number at this value; everything is there. end: what is still done with it."""
    places = [_place(x) for x, _ in points]
    known = [one for one in places if one is not None]
    if len(known) == len(points):
        rising, falling = known == sorted(known), known == sorted(known, reverse=True)
        if rising or falling:
            return _ordered(speaker, points, known, value, end, ">=" if falling and not rising else "<=")
    falls: Expr = Lit(known[0] > known[-1]) if places[0] is not None and places[-1] is not None else speaker.tested(
        ">", points[0][0], points[-1][0]
    ).top
    return end(_exact(speaker, points, value, 0, falls if isinstance(falls, Lit) else speaker.builder.let(falls)))


def _place(x: Val) -> Fraction | None:
    if x.kind == "day":
        top = literal(x.top)
        return None if top is None else Fraction(top)
    return x.fraction


def _ordered(
    speaker: Speaking, points: Sequence[Point], known: Sequence[Fraction], value: Val, end: End, reached: str
) -> Val:
    """All places are known and in order: one comparison for each stretch."""
    stretches = [place for place in range(len(points) - 1) if known[place] != known[place + 1]]

    def stretch(at: int) -> Val:
        if at == len(stretches):
            return end(points[-1][1])
        left, right = points[stretches[at]], points[stretches[at] + 1]
        return speaker.builder.choose(
            speaker.tested(reached, value, right[0]).top,
            lambda: end(between(speaker, left, right, value, falling=reached == ">=")), lambda: stretch(at + 1),
        )

    first = points[0]
    lowest = value.low if reached == "<=" else None
    if lowest is not None and lowest >= known[0] and stretches[:1] == [0]:
        return stretch(0)  # the value never lies before the first point, and there the stretch gives the same
    flat = speaker.tested(reached, value, first[0]).top
    return speaker.builder.choose(flat, lambda: end(first[1]), lambda: stretch(0))


def _exact(speaker: Speaking, points: Sequence[Point], value: Val, place: int, falls: Expr) -> Val:
    if place == len(points):
        return speaker.builder.choose(
            falls, lambda: _after(speaker, points, value, 0, True), lambda: _after(speaker, points, value, 0, False)
        )
    x, y = points[place]
    return speaker.builder.choose(
        speaker.tested("==", value, x).top, lambda: y, lambda: _exact(speaker, points, value, place + 1, falls)
    )


def _after(speaker: Speaking, points: Sequence[Point], value: Val, place: int, falling: bool) -> Val:
    """The first point beyond the value, and the stretch before it."""
    if place == len(points):
        return points[-1][1]

    def found() -> Val:
        if place == 0:
            return points[0][1]
        return between(speaker, points[place - 1], points[place], value, falling)

    beyond = speaker.tested("<" if falling else ">", points[place][0], value).top
    return speaker.builder.choose(beyond, found, lambda: _after(speaker, points, value, place + 1, falling))


def between(speaker: Speaking, left: Point, right: Point, value: Val, falling: bool) -> Val:
    """In proportion; the value lies between the two places, which differ where it can."""
    builder = speaker.builder
    along, whole = difference(value, left[0]), difference(right[0], left[0])
    if literal(whole.top) == 0:  # nothing lies between: this way is never taken, but it is written down
        return left[1]
    if falling:
        along, whole = opposite(along), opposite(whole)
    along = Val("number", along.top, along.below, low=Decimal(0))
    whole = Val("number", whole.top, whole.below, low=Decimal(0), apart=True)
    rise = added(right[1], opposite(left[1]))
    made = builder.reduced(added(left[1], builder.quotient(multiplied(along, rise), whole)))
    low, high = hull([left[1].span, right[1].span])
    return replace(made, low=low, high=high)
