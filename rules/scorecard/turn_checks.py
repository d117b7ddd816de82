"""Whether what a table gives goes one way, and whether it goes the way that the card states."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import pairwise

from rules.expressions.types import Kind, Type, range_text
from rules.numbers import Number, number_text
from rules.scorecard.fields import Faults, number
from rules.scorecard.model import Grades, Path
from rules.scorecard.shapes import Bands, Line, Lookup, Ratio, Shape, Steps, Term


def check_turn(faults: Faults, shape: Shape, path: Path, value: Type | None, target: Type | None) -> None:
    """Warns where results turn back; a ratio turns round where its divisor is below 0."""
    if isinstance(shape, Ratio):
        _check_ratio(faults, shape, path, value, target)
        return
    if isinstance(shape, Steps):
        above, below = (None if one is None else one.constant for one in (shape.above, shape.below))
        if isinstance(above, Decimal) and isinstance(below, Decimal) and above * below > 0:
            faults.add("SC118", path, level="warning", at=shape.at.text, above=above, below=below)
        return
    told = list(_results(shape, value))
    place = turn(result for _, result in told)
    if place is not None:
        results = ", ".join(number_text(result) for _, result in told)
        faults.add("SC117", (*path, *told[place][0]), level="warning", results=results)


def _check_ratio(faults: Faults, shape: Ratio, path: Path, value: Type | None, target: Type | None) -> None:
    divisor, name = (value, "value") if shape.by == "inverse" else (target, "target")
    if divisor is not None and divisor.low is not None and divisor.low < 0:
        faults.add("SC126", path, level="warning", name=name, range=range_text(divisor), better=shape.better)


def turn(results: Iterator[Number] | Sequence[Number]) -> int | None:
    """The index of the first result that goes back where those before it went the other way; equal ones go no way."""
    way = 0
    for index, (before, after) in enumerate(pairwise(results), 1):
        step = (after > before) - (after < before)
        if step and way and step != way:
            return index
        way = step or way
    return None


def _results(shape: Shape, value: Type | None) -> Iterator[tuple[tuple[str | int, ...], Number]]:
    """Place and result of each row in the order of the values; nothing where a result is no plain number."""
    entries: list[tuple[tuple[str | int, ...], Term | None]] = []
    if isinstance(shape, Line):
        entries = [((index,), y) for index, (_, y) in enumerate(shape.points)]
    elif isinstance(shape, Bands):
        entries = [((row.index,), row.gives) for row in shape.rows]
        if shape.otherwise is not None:
            entries.append(((shape.rows[-1].index + 1,), shape.otherwise))
    elif isinstance(shape, Lookup) and value is not None:
        entries = [((key,), shape.options[key]) for key in _ordered(shape, value)]
    constants = [(key, term.constant) for key, term in entries if term is not None]
    if all(isinstance(one, Decimal) for _, one in constants):
        yield from ((key, one) for key, one in constants if isinstance(one, Decimal))


def _ordered(shape: Lookup, value: Type) -> list[str]:
    """The options in their order, where they have one: numbers, or the words of a ladder."""
    if value.kind is Kind.NUMBER:
        numbers = [(read, key) for key in shape.options if (read := number(key)) is not None]
        return [key for _, key in sorted(numbers)]
    return [word for word in value.options if word in shape.options] if value.ladder else []


def low_is_best(grades: Grades) -> bool:
    """Whether the bands give the better grades to the lower totals, as of school marks, defects or days."""
    shape, values = grades.node.shape, grades.node.values
    if not isinstance(shape, Bands) or [one.text for one in values] != ["total"]:
        return False
    words = [str(term.constant) for term in (*(row.gives for row in shape.rows), shape.otherwise) if term is not None]
    places = [grades.ladder.index(word) for word in words if word in grades.ladder]
    if not places:
        return False
    first, last = places[0], places[-1]
    return first < last if shape.side in ("up_to", "below") else first > last


def check_ladder(faults: Faults, shape: Shape, path: Path, ladder: Sequence[str]) -> None:
    """The words of a table of grades go down or up the ladder, and never back."""
    if not isinstance(shape, Bands):
        return
    words = [(row.index, row.gives.constant) for row in shape.rows]
    if shape.otherwise is not None:
        words.append((shape.rows[-1].index + 1, shape.otherwise.constant))
    ranked = [(index, str(word)) for index, word in words if word in ladder]
    place = turn([Decimal(ladder.index(word)) for _, word in ranked])
    if place is not None:
        grades = ", ".join(word for _, word in ranked)
        faults.add("SC119", (*path, ranked[place][0]), grades=grades, ladder=", ".join(ladder))
