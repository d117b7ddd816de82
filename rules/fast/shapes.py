"""The shapes of a card as steps: one value that is there becomes a number or a word."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from math import lcm
from typing import Any

from rules.fast.algebra import NO, YES, compared, either, joined, minus, pick
from rules.fast.builder import Builder
from rules.fast.flags import Flag
from rules.fast.folds import Speaker
from rules.fast.lines import line
from rules.fast.program import Expr, Lit, Table
from rules.fast.spoken import difference
from rules.fast.values import Unspoken, Val, added, constant, missing, multiplied, number, opposite, ordered
from rules.numbers import Rounding, number_text
from rules.scorecard.shapes import Bands, Choose, Grid, Line, Lookup, Ratio, Shape, Steps, Term

_REACHES = {"from": ">=", "above": ">", "up_to": "<=", "below": "<"}
TABLE_MOST = 100
_COUNTED = {"full": Rounding(0, "floor"), "begun": Rounding(0, "ceiling")}


@dataclass
class Shaping:
    """One shape in its place. lack: where the shape says for want of what it gives nothing; end: what is still done
    with each number that it gives, so that it is done at once where that is known before."""

    speaker: Speaker
    lack: Flag
    end: Callable[[Val], Val]

    @property
    def builder(self) -> Builder:
        return self.speaker.builder

    def lost(self, *terms: Term | None) -> Callable[[], Val]:
        """Nothing, for want of what these terms read."""

        def made() -> Val:
            masks = [self.speaker.lacking(term.expression) for term in terms if term is not None]
            self.note([one for one in masks if one != Lit(0)])
            return missing()

        return made

    def note(self, masks: Sequence[Expr]) -> None:
        if masks and self.speaker.making.masks:
            self.lack.set(joined(*masks))

    def given(self, term: Term) -> Val:
        value = self.builder.held(self.speaker.term(term))
        return self.builder.choose(value.gone, self.lost(term), lambda: self.end(value.sure))


def shaped(shaping: Shaping, shape: Shape, values: Sequence[Val]) -> Val:
    """The values are there; what comes out may be missing."""
    makers: Mapping[type, Callable[[Shaping, Any, Sequence[Val]], Val]] = {
        Ratio: _ratio, Steps: _steps, Line: _line, Bands: _bands, Lookup: _lookup, Grid: _grid, Choose: _choose,
    }
    return makers[type(shape)](shaping, shape, values)


def _ratio(shaping: Shaping, shape: Ratio, values: Sequence[Val]) -> Val:
    builder, value = shaping.builder, values[0]
    target = builder.held(shaping.speaker.names.local.get("target") or missing())
    full = number(shape.full)

    def lost() -> Val:
        shaping.note([Lit(shaping.speaker.making.other)])
        return missing()

    def made() -> Val:
        if shape.by == "inverse":
            return shaping.end(builder.quotient(multiplied(target.sure, full), value))
        reached = builder.quotient(multiplied(value, full), target.sure)
        if shape.by == "mirror":
            reached = added(number(2 * shape.full), opposite(reached))
        return shaping.end(reached)

    return builder.choose(target.gone, lost, made)


def _steps(shaping: Shaping, shape: Steps, values: Sequence[Val]) -> Val:
    builder, terms = shaping.builder, (shape.start, shape.at, shape.every, shape.above, shape.below)
    found = [None if one is None else builder.held(shaping.speaker.term(one)) for one in terms]
    gone = either(*(one.gone for one in found if one is not None))

    def made() -> Val:
        start, at, every, above, below = (None if one is None else one.sure for one in found)
        if start is None or at is None or every is None:
            raise Unspoken("steps")
        beyond = builder.light(difference(values[0], at))
        if not every.nonzero:
            builder.when(compared("==", every.top, Lit(0)), builder.fail)

        def side(points: Val | None, up: bool) -> Callable[[], Val]:
            def counted() -> Val:
                if points is None:
                    return shaping.end(start)
                far = beyond if up else opposite(beyond)
                far = replace(far, low=max(far.low, 0) if far.low is not None else Decimal(0))
                units = builder.quotient(far, replace(every, apart=True))
                if shape.counting != "exact":
                    units = builder.rounded(units, _COUNTED[shape.counting])
                return shaping.end(builder.reduced(added(start, multiplied(units, points))))

            return counted

        return builder.choose(
            ordered(">", beyond, number(0)), side(above, True),
            lambda: shaping.end(start) if below is None else builder.choose(
                ordered("<", beyond, number(0)), side(below, False), lambda: shaping.end(start)
            ),
        )

    return builder.choose(gone, shaping.lost(*terms), made)


def _line(shaping: Shaping, shape: Line, values: Sequence[Val]) -> Val:
    speaker, builder = shaping.speaker, shaping.builder

    def known(points: list[tuple[Val, Val]]) -> Val:
        if len(points) == len(shape.points):
            return line(speaker, points, builder.held(values[0]), shaping.end)
        written = shape.points[len(points)]
        x, y = (builder.held(speaker.term(one)) for one in written)
        return builder.choose(
            either(x.gone, y.gone), shaping.lost(*written), lambda: known([*points, (x.sure, y.sure)])
        )

    return known([])


def _bands(shaping: Shaping, shape: Bands, values: Sequence[Val]) -> Val:
    builder, value = shaping.builder, shaping.builder.held(values[0])

    def row(place: int) -> Val:
        if place == len(shape.rows):
            return missing() if shape.otherwise is None else shaping.given(shape.otherwise)
        band = shape.rows[place]
        bound = builder.held(shaping.speaker.term(band.bound))

        def decided() -> Val:
            reached = shaping.speaker.tested(_REACHES[shape.side], value, bound.sure).top
            return builder.choose(reached, lambda: shaping.given(band.gives), lambda: row(place + 1))

        return builder.choose(bound.gone, shaping.lost(band.bound), decided)

    return row(0)


def _choose(shaping: Shaping, shape: Choose, values: Sequence[Val]) -> Val:
    builder = shaping.builder

    def row(place: int) -> Val:
        if place == len(shape.rows):
            return missing() if shape.otherwise is None else shaping.given(shape.otherwise)
        choice = shape.rows[place]
        held = shaping.speaker.condition(choice.condition)
        if choice.if_missing is not None:
            held = replace(held.sure, top=pick(held.gone, Lit(choice.if_missing == "holds"), held.sure.top))

        def lost() -> Val:
            shaping.note([one for one in [shaping.speaker.lacking(choice.condition)] if one != Lit(0)])
            return missing()

        return builder.choose(held.gone, lost, lambda: builder.choose(
            held.sure.top, lambda: shaping.given(choice.gives), lambda: row(place + 1)
        ))

    return row(0)


def _lookup(shaping: Shaping, shape: Lookup, values: Sequence[Val]) -> Val:
    value = shaping.builder.held(values[0])
    table = _table(shape, value, shaping.end)
    if table is not None:
        return table
    rows = [(_matches(shaping, value, key), term) for key, term in shape.options.items()]
    if value.kind == "truth" and shape.otherwise is None and set(shape.options) == {"yes", "no"}:
        rows[-1] = (YES, rows[-1][1])
    return _first(shaping, rows, shape.otherwise)


def _table(shape: Lookup, value: Val, end: Callable[[Val], Val]) -> Val | None:
    """Where the value is a whole number of a short range, every one of which has a number: that number by its place."""
    if value.kind != "number" or value.static != 1 or value.low is None or value.high is None:
        return None
    low, high = int(value.low), int(value.high)
    if high - low > TABLE_MOST:
        return None
    terms = [shape.options.get(str(place), shape.otherwise) for place in range(low, high + 1)]
    written = [term.constant for term in terms if term is not None and isinstance(term.constant, Decimal)]
    made = [end(number(constant)) for constant in written]
    numbers = [one for made_one in made if (one := made_one.fraction) is not None]
    if len(numbers) < len(terms):
        return None
    below = lcm(*(one.static or 1 for one in made))
    tops = tuple(int(one * below) for one in numbers)
    return Val("number", Table(minus(value.top, Lit(low)), tops), Lit(below), low=min(numbers), high=max(numbers))


def _grid(shaping: Shaping, shape: Grid, values: Sequence[Val]) -> Val:
    first, second = shaping.builder.held(values[0]), shaping.builder.held(values[1])

    def row(keys: Sequence[str]) -> Val:
        if not keys:
            return missing()
        cells = shape.cells[keys[0]]
        return shaping.builder.choose(
            _matches(shaping, first, keys[0]),
            lambda: _first(shaping, [(_matches(shaping, second, key), term) for key, term in cells.items()], None),
            lambda: row(keys[1:]),
        )

    return row(list(shape.cells))


def _first(shaping: Shaping, rows: Sequence[tuple[Expr, Term]], otherwise: Term | None) -> Val:
    if not rows:
        return missing() if otherwise is None else shaping.given(otherwise)
    matches, term = rows[0]
    return shaping.builder.choose(
        matches, lambda: shaping.given(term), lambda: _first(shaping, rows[1:], otherwise)
    )


def _matches(shaping: Shaping, value: Val, key: str) -> Expr:
    """Whether the value is this option of a table: yes and no, a number as it is written without trailing zeros."""
    if value.kind == "truth":
        return value.top if key == "yes" else pick(value.top, NO, YES) if key == "no" else NO
    if value.kind == "word":
        return compared("==", value.top, constant(key, shaping.speaker.making.code).top)
    if value.kind != "number":
        raise Unspoken("lookup of a date")
    try:
        wanted = Fraction(key)
    except (ValueError, ZeroDivisionError):
        return NO
    if number_text(wanted) != key:
        return NO
    return shaping.speaker.tested("==", value, number(wanted)).top

