"""Turning one value into a number or a word by its shape, and saying how: the formula with its numbers, the row hit."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from operator import ge, gt, le, lt
from typing import Any

from rules.expressions.plan import ZeroDivisor
from rules.expressions.types import MISSING
from rules.numbers import add, divide, multiply, number_text, subtract
from rules.scorecard.course import Course, Names, plain
from rules.scorecard.model import Path
from rules.scorecard.shapes import Bands, Choose, Grid, Line, Lookup, Ratio, Shape, Steps, Term

_REACHES: Mapping[str, Callable[[Any, Any], bool]] = {"from": ge, "above": gt, "up_to": le, "below": lt}


@dataclass(frozen=True, slots=True)
class Shaped:
    """What a shape gave. value: MISSING when a term or an undecided choice lacks; path: the row of the table hit."""

    value: Any
    formula: dict[str, Any]
    lacking: tuple[str, ...] = ()


def apply_shape(course: Course, shape: Shape, values: tuple[Any, ...], names: Names, path: Path) -> Shaped:
    """Raises `ZeroDivisor` where a divisor is 0; the node's `if_zero` says what then."""
    return _MAKERS[type(shape)](course, shape, values, names, path)


def _terms(course: Course, terms: dict[str, Term | None], names: Names) -> tuple[dict[str, Any], tuple[str, ...]]:
    found = {key: None if term is None else course.term(term, names) for key, term in terms.items()}
    lacking = tuple(
        name
        for key, term in terms.items()
        if term is not None and found[key] is MISSING
        for name in course.lacking(term.expression, names)
    )
    return found, lacking


def _ratio(course: Course, shape: Ratio, values: tuple[Any, ...], names: Names, path: Path) -> Shaped:
    value, target = values[0], names.get("target", MISSING)
    formula: dict[str, Any] = {
        "shape": "ratio", "better": shape.better, "by": shape.by, "full": plain(shape.full), "target": plain(target),
    }
    if target is MISSING:
        return Shaped(MISSING, formula, ("target",))
    divisor = value if shape.by == "inverse" else target
    if not divisor:
        raise ZeroDivisor(0)
    if shape.by == "inverse":
        return Shaped(divide(multiply(target, shape.full), value), formula)
    reached = divide(multiply(value, shape.full), target)
    return Shaped(subtract(2 * shape.full, reached) if shape.by == "mirror" else reached, formula)


def _steps(course: Course, shape: Steps, values: tuple[Any, ...], names: Names, path: Path) -> Shaped:
    wanted = {"start": shape.start, "at": shape.at, "every": shape.every, "above": shape.above, "below": shape.below}
    found, lacking = _terms(course, wanted, names)
    formula = {"shape": "steps", "counting": shape.counting, **{key: plain(one) for key, one in found.items()}}
    if lacking or MISSING in found.values():
        return Shaped(MISSING, formula, lacking)
    beyond = _difference(values[0], found["at"])
    points = found["above"] if beyond > 0 else found["below"]
    if not found["every"]:
        raise ZeroDivisor(0)
    units = divide(abs(beyond), found["every"])
    counted = {"exact": lambda one: one, "full": math.floor, "begun": math.ceil}[shape.counting](units)
    counted = Decimal(counted) if isinstance(counted, int) else counted
    formula |= {"beyond": plain(beyond), "counted": plain(counted), "side": "above" if beyond > 0 else "below"}
    if not beyond or points is None:
        formula |= {"counted": "0"}
        return Shaped(found["start"], formula)
    return Shaped(add(found["start"], multiply(counted, points)), formula)


def _difference(left: Any, right: Any) -> Any:
    """left - right; between dates in days."""
    if isinstance(left, date):
        return Decimal((left - right).days)
    return subtract(left, right)


def _line(course: Course, shape: Line, values: tuple[Any, ...], names: Names, path: Path) -> Shaped:
    points: list[tuple[Any, Any]] = []
    for x, y in shape.points:
        point = (course.term(x, names), course.term(y, names))
        if point[0] is MISSING or point[1] is MISSING:
            return Shaped(MISSING, {"shape": "line"}, _terms(course, {"x": x, "y": y}, names)[1])
        points.append(point)
    value = values[0]
    formula: dict[str, Any] = {"shape": "line", "points": [[plain(x), plain(y)] for x, y in points]}
    falling = points[0][0] > points[-1][0]
    exact = next((index for index, (x, _) in enumerate(points) if x == value), None)
    if exact is not None:
        return Shaped(points[exact][1], {**formula, "hit": [exact, exact]})
    after = next((index for index, (x, _) in enumerate(points) if (x < value if falling else x > value)), len(points))
    if after == 0 or after == len(points):
        index = 0 if after == 0 else len(points) - 1
        return Shaped(points[index][1], {**formula, "hit": [index, index], "flat": True})
    (left, low), (right, high) = points[after - 1], points[after]
    share = multiply(_difference(value, left), subtract(high, low))
    between = divide(share, _difference(right, left))
    return Shaped(add(low, between), {**formula, "hit": [after - 1, after]})


def _bands(course: Course, shape: Bands, values: tuple[Any, ...], names: Names, path: Path) -> Shaped:
    value = values[0]
    reaches = _REACHES[shape.side]
    bounds: list[Any] = []
    formula: dict[str, Any] = {"shape": "bands", "side": shape.side, "bounds": bounds, "hit": None}
    for row in shape.rows:
        bound = course.term(row.bound, names)
        if bound is MISSING:
            return Shaped(MISSING, formula, course.lacking(row.bound.expression, names))
        bounds.append(plain(bound))
        if reaches(value, bound):
            formula |= {"hit": row.index, "bound": bounds[-1]}
            if row.bound.expression is not None:
                formula["bound_text"] = row.bound.text
            return _given(course, row.gives, names, formula)
    if shape.otherwise is None:
        return Shaped(MISSING, formula)
    return _given(course, shape.otherwise, names, {**formula, "hit": "else"})


def _given(course: Course, term: Term, names: Names, formula: dict[str, Any]) -> Shaped:
    value = course.term(term, names)
    formula["gives"] = plain(value)
    if term.expression is not None:
        formula["how"] = term.text
    return Shaped(value, formula, course.lacking(term.expression, names) if value is MISSING else ())


def option_key(value: Any) -> str:
    """The value as a key of a table: yes and no, numbers without trailing zeros, words as they are."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Decimal | Fraction | int):
        return number_text(value)
    return str(value)


def _lookup(course: Course, shape: Lookup, values: tuple[Any, ...], names: Names, path: Path) -> Shaped:
    key = option_key(values[0])
    term = shape.options.get(key, shape.otherwise)
    formula = {"shape": "lookup", "option": key, "hit": key if key in shape.options else "else"}
    return Shaped(MISSING, formula) if term is None else _given(course, term, names, formula)


def _grid(course: Course, shape: Grid, values: tuple[Any, ...], names: Names, path: Path) -> Shaped:
    first, second = option_key(values[0]), option_key(values[1])
    term = shape.cells.get(first, {}).get(second)
    formula = {"shape": "grid", "options": [first, second], "hit": [first, second]}
    return Shaped(MISSING, formula) if term is None else _given(course, term, names, formula)


def _choose(course: Course, shape: Choose, values: tuple[Any, ...], names: Names, path: Path) -> Shaped:
    formula: dict[str, Any] = {"shape": "choose", "hit": None}
    for row in shape.rows:
        truth = course.value(row.condition, names)
        if truth is MISSING:
            if row.if_missing is None:
                return Shaped(MISSING, formula, course.lacking(row.condition, names))
            truth = row.if_missing == "holds"
        if truth:
            return _given(course, row.gives, names, {**formula, "hit": row.index, "condition": row.condition.text})
    if shape.otherwise is None:
        return Shaped(MISSING, formula)
    return _given(course, shape.otherwise, names, {**formula, "hit": "else"})


_MAKERS: Mapping[type, Callable[..., Shaped]] = {
    Ratio: _ratio, Steps: _steps, Line: _line, Bands: _bands, Lookup: _lookup, Grid: _grid, Choose: _choose,
}
