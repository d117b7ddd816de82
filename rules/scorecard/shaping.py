"""Turning one value into a number or a word by its shape, and saying how: the formula with its numbers, the row hit."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction
from operator import ge, gt, le, lt
from typing import Any

from rules.expressions.plan import ZeroDivisor
from rules.expressions.types import MISSING
from rules.numbers import absolute, add, divide, multiply, number_text, subtract
from rules.scorecard.course import Course, plain, ready
from rules.scorecard.plans import Ready, Shaped, Shaper, Step
from rules.scorecard.shapes import Bands, Choose, Grid, Line, Lookup, Ratio, Shape, Steps

Values = tuple[Any, ...]

_REACHES: Mapping[str, Callable[[Any, Any], bool]] = {"from": ge, "above": gt, "up_to": le, "below": lt}
_COUNTED: Mapping[str, Callable[[Any], Any]] = {"exact": lambda one: one, "full": math.floor, "begun": math.ceil}


def shaper(shape: Shape) -> Shaper:
    """The shape as one closure."""
    return _MAKERS[type(shape)](shape)


def _ratio(shape: Ratio) -> Shaper:
    full, twice, inverse, mirror = shape.full, multiply(2, shape.full), shape.by == "inverse", shape.by == "mirror"
    head: Step = {"shape": "ratio", "better": shape.better, "by": shape.by, "full": plain(full), "target": None}

    def run(course: Course, values: Values) -> Shaped:
        value, target = values[0], course.names.get("target", MISSING)
        formula = head.copy()
        if target is MISSING:
            return MISSING, None, formula, course.lacks.get("target") or ("target",)
        formula["target"] = plain(target)
        if not (value if inverse else target):
            raise ZeroDivisor(0)
        if inverse:
            return divide(multiply(target, full), value), None, formula, ()
        reached = divide(multiply(value, full), target)
        return (subtract(twice, reached) if mirror else reached), None, formula, ()

    return run


def _steps(shape: Steps) -> Shaper:
    terms = {key: ready(getattr(shape, key)) for key in ("start", "at", "every", "above", "below")}
    head: Step = {"shape": "steps", "counting": shape.counting, **{key: one.text for key, one in terms.items()}}
    constants = {key: one.value for key, one in terms.items()}
    moving = [(key, one) for key, one in terms.items() if one.run is not None]
    count = _COUNTED[shape.counting]

    def run(course: Course, values: Values) -> Shaped:
        formula, found = head.copy(), constants
        if moving:
            found = constants.copy()
            for key, one in moving:
                found[key] = _value(course, one)
                formula[key] = plain(found[key])
            missing = [one for key, one in moving if found[key] is MISSING]
            if missing:
                return MISSING, None, formula, tuple(name for one in missing for name in _lacking(course, one))
        beyond, every = _difference(values[0], found["at"]), found["every"]
        above = beyond > 0
        points = found["above"] if above else found["below"]
        if not every:
            raise ZeroDivisor(0)
        counted = count(divide(absolute(beyond), every))
        counted = Decimal(counted) if isinstance(counted, int) else counted
        formula["beyond"], formula["counted"] = plain(beyond), plain(counted)
        formula["side"] = "above" if above else "below"
        if not beyond or points is None:
            formula["counted"] = "0"
            return found["start"], formula["start"], formula, ()
        return add(found["start"], multiply(counted, points)), None, formula, ()

    return run


def _difference(left: Any, right: Any) -> Any:
    """left - right; between dates in days."""
    if isinstance(left, date):
        return Decimal((left - right).days)
    return subtract(left, right)


def _line(shape: Line) -> Shaper:
    terms = [(ready(x), ready(y)) for x, y in shape.points]
    fixed = [(x.value, y.value) for x, y in terms]
    written = [[x.text, y.text] for x, y in terms]
    moving = [index for index, (x, y) in enumerate(terms) if x.run is not None or y.run is not None]

    def run(course: Course, values: Values) -> Shaped:
        points, told = fixed, written
        if moving:
            points, told = fixed.copy(), written.copy()
            for index in moving:
                x, y = terms[index]
                point = points[index] = _value(course, x), _value(course, y)
                if point[0] is MISSING or point[1] is MISSING:
                    wanting = [one for one, found in zip(terms[index], point, strict=True) if found is MISSING]
                    lacking = tuple(name for one in wanting for name in _lacking(course, one))
                    return MISSING, None, {"shape": "line"}, lacking
                told[index] = [plain(point[0]), plain(point[1])]
        return _along(points, told, values[0])

    return run


def _along(points: list[tuple[Any, Any]], told: list[list[Any]], value: Any) -> Shaped:
    """On a point, flat before the first and behind the last one, straight between two."""
    formula: Step = {"shape": "line", "points": told}
    for index, (x, y) in enumerate(points):
        if x == value:
            formula["hit"] = [index, index]
            return y, told[index][1], formula, ()
    beyond = lt if points[0][0] > points[-1][0] else gt
    after = next((index for index, (x, _) in enumerate(points) if beyond(x, value)), len(points))
    if after == 0 or after == len(points):
        index = 0 if after == 0 else len(points) - 1
        formula["hit"], formula["flat"] = [index, index], True
        return points[index][1], told[index][1], formula, ()
    (left, low), (right, high) = points[after - 1], points[after]
    share = multiply(_difference(value, left), subtract(high, low))
    formula["hit"] = [after - 1, after]
    return add(low, divide(share, _difference(right, left))), None, formula, ()


def _bands(shape: Bands) -> Shaper:
    side, reaches = shape.side, _REACHES[shape.side]
    rows = [(row.index, ready(row.bound), ready(row.gives)) for row in shape.rows]
    otherwise = None if shape.otherwise is None else ready(shape.otherwise)

    def run(course: Course, values: Values) -> Shaped:
        value = values[0]
        bounds: list[Any] = []
        formula: Step = {"shape": "bands", "side": side, "bounds": bounds, "hit": None}
        for index, one, gives in rows:
            bound, text = one.value, one.text
            if one.run is not None:
                bound = one.run(course.names, course.moment)
                if bound is MISSING:
                    return MISSING, None, formula, _lacking(course, one)
                text = plain(bound)
            bounds.append(text)
            if reaches(value, bound):
                formula["hit"], formula["bound"] = index, text
                if one.run is not None and one.term is not None:
                    formula["bound_text"] = one.term.text
                return _given(course, gives, formula)
        if otherwise is None:
            return MISSING, None, formula, ()
        formula["hit"] = "else"
        return _given(course, otherwise, formula)

    return run


def _value(course: Course, one: Ready) -> Any:
    return one.value if one.run is None else one.run(course.names, course.moment)


def _lacking(course: Course, one: Ready) -> tuple[str, ...]:
    return course.wanting(None if one.term is None else one.term.expression, course.names)


def _given(course: Course, one: Ready, formula: Step) -> Shaped:
    if one.run is None or one.term is None:
        formula["gives"] = one.text
        return one.value, one.text, formula, ()
    value = one.run(course.names, course.moment)
    text = formula["gives"] = plain(value)
    formula["how"] = one.term.text
    return value, text, formula, _lacking(course, one) if value is MISSING else ()


def option_key(value: Any) -> str:
    """The value as a key of a table: yes and no, numbers without trailing zeros, words as they are."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Decimal | Fraction | int):
        return number_text(value)
    return str(value)


def _lookup(shape: Lookup) -> Shaper:
    options = {key: ready(term) for key, term in shape.options.items()}
    otherwise = None if shape.otherwise is None else ready(shape.otherwise)

    def run(course: Course, values: Values) -> Shaped:
        key = option_key(values[0])
        one = options.get(key, otherwise)
        formula: Step = {"shape": "lookup", "option": key, "hit": key if key in options else otherwise and "else"}
        return (MISSING, None, formula, ()) if one is None else _given(course, one, formula)

    return run


def _grid(shape: Grid) -> Shaper:
    cells = {first: {second: ready(term) for second, term in row.items()} for first, row in shape.cells.items()}

    def run(course: Course, values: Values) -> Shaped:
        first, second = option_key(values[0]), option_key(values[1])
        one = cells.get(first, {}).get(second)
        formula: Step = {"shape": "grid", "options": [first, second], "hit": [first, second]}
        return (MISSING, None, formula, ()) if one is None else _given(course, one, formula)

    return run


def _choose(shape: Choose) -> Shaper:
    rows = [(row, ready(row.gives)) for row in shape.rows]
    otherwise = None if shape.otherwise is None else ready(shape.otherwise)

    def run(course: Course, values: Values) -> Shaped:
        formula: Step = {"shape": "choose", "hit": None}
        for row, gives in rows:
            truth = row.condition.run(course.names, course.moment)
            if truth is MISSING:
                if row.if_missing is None:
                    return MISSING, None, formula, course.wanting(row.condition, course.names)
                truth = row.if_missing == "holds"
            if truth:
                formula["hit"], formula["condition"] = row.index, row.condition.text
                return _given(course, gives, formula)
        if otherwise is None:
            return MISSING, None, formula, ()
        formula["hit"] = "else"
        return _given(course, otherwise, formula)

    return run


_MAKERS: Mapping[type, Callable[..., Shaper]] = {
    Ratio: _ratio, Steps: _steps, Line: _line, Bands: _bands, Lookup: _lookup, Grid: _grid, Choose: _choose,
}
