"""The shapes of a scorecard while one figure moves: every number or word that a shape can give."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import date
from decimal import Decimal
from typing import Any

from rules.expressions.compiled import Expression
from rules.expressions.types import MISSING
from rules.numbers import Number, multiply, parse_decimal, subtract
from rules.scorecard.shapes import Bands, Choose, Grid, Line, Lookup, Ratio, Shape, Steps, Term
from rules.scorecard.shaping import option_key
from rules.trial.clouds import (
    NOTHING,
    Cloud,
    Unknown,
    calculated,
    compared,
    point,
    sized,
    truths,
    united,
    whole_units,
)
from rules.trial.supposed_expressions import View

_REACHES = {"from": ">=", "above": ">", "up_to": "<=", "below": "<"}


def shaped(view: View, shape: Shape, values: tuple[Cloud, ...]) -> Cloud:
    """Raises Unknown where a stretch has to be split, above all around a divisor of 0."""
    return _MAKERS[type(shape)](view, shape, values)


def _ratio(view: View, shape: Ratio, values: tuple[Cloud, ...]) -> Cloud:
    value, target = values[0], view.get("target")
    if target == NOTHING:
        return NOTHING
    full = point(shape.full)
    if shape.by == "inverse":
        return calculated("/", calculated("*", target, full), value)
    reached = calculated("/", calculated("*", value, full), target)
    return calculated("-", point(multiply(2, shape.full)), reached) if shape.by == "mirror" else reached


def _steps(view: View, shape: Steps, values: tuple[Cloud, ...]) -> Cloud:
    start, at, every = (view.term(one) for one in (shape.start, shape.at, shape.every))
    if NOTHING in (start, at, every):
        return NOTHING
    beyond = _difference(values[0], at)
    low, high = beyond.number()
    if low is None or high is None:
        raise Unknown
    found = []
    if high > 0:
        found.append((Cloud((max(low, Decimal(0)), high)), shape.above))
    if low < 0:
        found.append((Cloud((low, min(high, Decimal(0)))), shape.below))
    if low <= 0 <= high:
        found.append((point(Decimal(0)), None))
    return united(_stepped(view, shape, start, every, one, points) for one, points in found)


def _stepped(view: View, shape: Steps, start: Cloud, every: Cloud, beyond: Cloud, points: Term | None) -> Cloud:
    counted = whole_units(calculated("/", sized(beyond), every), shape.counting)
    return start if points is None else calculated("+", start, calculated("*", counted, view.term(points)))


def _difference(left: Cloud, right: Cloud) -> Cloud:
    if left.span is None and left.single and right.single and isinstance(left.value, date):
        return point(Decimal((left.value - right.value).days))
    return calculated("-", left, right)


def _line(view: View, shape: Line, values: tuple[Cloud, ...]) -> Cloud:
    """The value at both ends, and every point of the line between them."""
    points = [(view.term(x), view.term(y)) for x, y in shape.points]
    if any(NOTHING in one for one in points):
        return NOTHING
    if not all(x.single and y.single for x, y in points):
        raise Unknown
    plain = [(x.value, y.value) for x, y in points]
    if values[0].single:
        return point(_on_line(plain, values[0].value))
    low, high = values[0].number()
    if low is None or high is None:
        raise Unknown
    inside = [y for x, y in plain if low <= x <= high]
    return united(point(one) for one in (_on_line(plain, low), _on_line(plain, high), *inside))


def _on_line(points: list[tuple[Any, Any]], value: Any) -> Number:
    falling = points[0][0] > points[-1][0]
    for x, y in points:
        if x == value:
            return y  # type: ignore[no-any-return]
    after = next((index for index, (x, _) in enumerate(points) if (x < value if falling else x > value)), len(points))
    if after in (0, len(points)):
        return points[0 if after == 0 else -1][1]  # type: ignore[no-any-return]
    (left, low), (right, high) = points[after - 1], points[after]
    share = calculated("/", _difference(point(value), point(left)), _difference(point(right), point(left)))
    return calculated("+", point(low), calculated("*", share, point(subtract(high, low)))).value  # type: ignore[no-any-return]


def _bands(view: View, shape: Bands, values: tuple[Cloud, ...]) -> Cloud:
    asked = ((_reached(values[0], shape.side, view.term(row.bound)), row.gives) for row in shape.rows)
    return _first(view, asked, shape.otherwise)


def _reached(value: Cloud, side: str, bound: Cloud) -> frozenset[Any]:
    if value.single and bound.single and isinstance(value.value, date):
        one, other = value.value, bound.value
        return frozenset(({"from": one >= other, "above": one > other, "up_to": one <= other}.get(side, one < other),))
    return truths(compared(_REACHES[side], value, bound))


def _first(view: View, asked: Iterable[tuple[frozenset[Any], Term]], otherwise: Term | None) -> Cloud:
    """Every row that can be the first that holds; a missing answer leaves it missing."""
    found: list[Cloud] = []
    for answer, gives in asked:
        if MISSING in answer:
            found.append(NOTHING)
        if True in answer:
            found.append(view.term(gives))
        if False not in answer:
            return united(found)
    found.append(NOTHING if otherwise is None else view.term(otherwise))
    return united(found)


def _choose(view: View, shape: Choose, values: tuple[Cloud, ...]) -> Cloud:
    asked = ((_answer(view, row.condition, row.if_missing), row.gives) for row in shape.rows)
    return _first(view, asked, shape.otherwise)


def _answer(view: View, condition: Expression, if_missing: str | None) -> frozenset[Any]:
    found = truths(view.of(condition))
    if MISSING in found and if_missing is not None:
        found = (found - {MISSING}) | {if_missing == "holds"}
    return found


def _keys(cloud: Cloud, known: Iterable[str]) -> Iterator[str]:
    """The options that the value can be, and one more where it can be none of them."""
    if cloud.missing:
        raise Unknown
    for word in cloud.words:
        yield option_key(word)
    if cloud.span is not None:
        if cloud.single:
            yield option_key(cloud.value)
        else:
            yield from (key for key in known if _within(cloud, key))
            yield ""


def _within(cloud: Cloud, key: str) -> bool:
    """Whether a number between the ends can be written like this key."""
    try:
        one = parse_decimal(key)
    except ValueError:
        return False
    return truths(compared("==", cloud, point(one))) != {False}


def _lookup(view: View, shape: Lookup, values: tuple[Cloud, ...]) -> Cloud:
    terms = [shape.options.get(key, shape.otherwise) for key in _keys(values[0], shape.options)]
    return united(NOTHING if one is None else view.term(one) for one in terms)


def _grid(view: View, shape: Grid, values: tuple[Cloud, ...]) -> Cloud:
    seconds = {key for row in shape.cells.values() for key in row}
    terms = [
        shape.cells.get(first, {}).get(second)
        for first in _keys(values[0], shape.cells) for second in _keys(values[1], seconds)
    ]
    return united(NOTHING if one is None else view.term(one) for one in terms)


_MAKERS: dict[type, Callable[..., Cloud]] = {
    Ratio: _ratio, Steps: _steps, Line: _line, Bands: _bands, Lookup: _lookup, Grid: _grid, Choose: _choose,
}
