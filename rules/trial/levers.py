"""The figures of one review that could have been others, each moved by itself while everything else stays as it is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from decimal import Decimal
from fractions import Fraction
from typing import Any

from rules.expressions.types import MISSING
from rules.numbers import add, divide, multiply, round_number, subtract
from rules.scorecard.evaluate import Result
from rules.scorecard.facts import Facts
from rules.scorecard.figures import Figure, Given
from rules.scorecard.folding import fold_row
from rules.scorecard.model import Card, Input

JUDGED_DIGITS = 2  # of a mean of answers that is kept without rounding


@dataclass(frozen=True, slots=True)
class Lever:
    """One figure. kind: `figure`, `folded` over the period, `judged` by people, `row` of a list.

    now: what it is; low and high: what its declaration allows; places: the values that it could have, counted from low
    (or `words` of a closed list); made: as the mean of so many figures, each place one unit of their sum.
    """

    name: str
    kind: str
    now: Any
    low: Decimal = Decimal(0)
    high: Decimal = Decimal(0)
    unit: Decimal = Decimal(1)
    words: tuple[Any, ...] = ()
    fold: str | None = None
    made: int = 1
    declared: Input = field(default=Input("", "number", ()), repr=False)
    row: tuple[str, int, str] | None = None

    @property
    def last(self) -> int:
        """The number of the highest place."""
        if self.words:
            return len(self.words) - 1
        return int(divide(multiply(subtract(self.high, self.low), self.made), self.unit))

    def value(self, place: int) -> Any:
        if self.words:
            return self.words[place]
        exact = add(self.low, divide(multiply(self.unit, place), self.made))
        return round_number(exact, self.declared.round) if self.kind != "figure" and self.fold == "mean" else exact

    def share(self, value: Any) -> Fraction:
        """How far the value is from what it is now, as a share of the declared range; another word is all of it."""
        if self.words:
            return Fraction(1)
        return abs(Fraction(value) - Fraction(self.now)) / (Fraction(self.high) - Fraction(self.low))

    def moved(self, facts: Facts, value: Any) -> Facts:
        """The same facts with this figure in place of what it is."""
        given = Given(single=Figure(value))
        if self.row is None:
            return replace(facts, inputs={**facts.inputs, self.name: given})
        name, index, key = self.row
        rows = [dict(row) for row in facts.lists[name]]
        rows[index][key] = given
        return replace(facts, lists={**facts.lists, name: tuple(rows)})


def levers(card: Card, facts: Facts, result: Result) -> Iterator[Lever]:
    """In the order of the file: inputs that were observed or judged, then the rows of lists; agreed ones are none."""
    for one in card.inputs.values():
        now = result.figures.get(one.name, MISSING)
        if now is MISSING or one.agreed or one.of or one.taken_from or one.name not in facts.inputs:
            continue
        made = _lever(one, now, facts.inputs[one.name])
        if made is not None:
            yield made
    for name, declared in card.lists.items():
        for index, row in enumerate(facts.lists.get(name, ())):
            values = fold_row(declared.fields, row)
            for key, one in declared.inputs.items():
                given = row.get(key)
                found = None if given is None or values[key] is MISSING else _lever(one, values[key], given)
                if found is not None:
                    yield replace(found, name=f"{name}[{index + 1}].{key}", kind="row", row=(name, index, key))


def _lever(one: Input, now: Any, given: Given) -> Lever | None:
    kind = "judged" if given.roles else "figure"
    if isinstance(now, bool):
        return Lever(one.name, kind, now, words=(True, False), declared=one)
    if isinstance(now, str):
        return Lever(one.name, kind, now, words=one.options, declared=one) if one.type == "choice" else None
    if not isinstance(now, Decimal | Fraction) or one.fold == "count":
        return None
    ends = _worths(one) if one.answers else (one.low, one.high)
    if ends is None or ends[0] is None or ends[1] is None or ends[0] == ends[1]:
        return None
    low, high = ends[0], ends[1]
    unit = Decimal(1).scaleb(-one.digits)
    if given.roles:
        digits = JUDGED_DIGITS if one.round.digits is None else one.round.digits
        return Lever(one.name, "judged", now, low, high, Decimal(1).scaleb(-digits), declared=one)
    many = [figure for figure in given.figures if not figure.not_rated]
    fold = one.fold if len(many) > 1 else None
    times = len(many) if fold == "sum" else 1
    low, high = Decimal(str(multiply(low, times))), Decimal(str(multiply(high, times)))
    if not low <= now <= high:
        return None  # given as already folded, of nobody knows how many
    made = len(many) if fold == "mean" else 1
    return Lever(one.name, "folded" if fold else kind, now, low, high, unit, fold=fold, made=made, declared=one)


def _worths(one: Input) -> tuple[Decimal, Decimal] | None:
    values = list(one.answers.values())
    return (min(values), max(values)) if values else None
