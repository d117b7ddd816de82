"""Whether a table is sound: its bounds in order, without gap or overlap, also when an agreed target moves them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise, product
from typing import Any

from rules.expressions.plan import ZeroDivisor
from rules.expressions.scope import Scope
from rules.expressions.types import MISSING, Kind, Type
from rules.numbers import number_text
from rules.scorecard.fields import Faults
from rules.scorecard.model import Path
from rules.scorecard.shapes import Bands, Line, Shape, Term

_SAMPLES_MAX = 64


def check_shape(faults: Faults, shape: Shape, path: Path, value: Type | None, scope: Scope) -> None:
    """Notes what is wrong with bands and lines; value: the type of what is looked up."""
    if isinstance(shape, Bands):
        _BandTable(faults, shape, path, value or Type(Kind.NUMBER), scope).check()
    if isinstance(shape, Line):
        _check_line(faults, shape, path, scope)


def value_of(term: Term, names: dict[str, Any]) -> Any:
    """A constant, or the expression at a sample of its names; MISSING when it cannot be had."""
    if term.expression is None:
        return term.constant
    try:
        return term.expression.value(names)
    except ZeroDivisor:
        return MISSING


def samples(terms: list[Term], scope: Scope) -> Iterator[dict[str, Any]]:
    """The names that bounds read, each at both ends of what it can be; nothing where an end is open."""
    names = sorted({name for term in terms if term.expression is not None for name in term.expression.reads})
    ends = []
    for name in names:
        its_type = scope.names.get(name)
        if its_type is None or its_type.low is None or its_type.high is None:
            if its_type is not None and its_type.kind is Kind.DATE:
                return
            ends.append([one for one in (its_type.low, its_type.high) if one is not None] if its_type else [])
        else:
            ends.append(list(dict.fromkeys((its_type.low, its_type.high))))
    for index, values in enumerate(product(*ends)):
        if index >= _SAMPLES_MAX:
            return
        yield dict(zip(names, values, strict=True))


def text_of(value: object) -> str:
    return number_text(value) if isinstance(value, Decimal | int) else str(value)


def _check_line(faults: Faults, line: Line, path: Path, scope: Scope) -> None:
    for names in samples([x for x, _ in line.points], scope):
        xs = [value_of(x, names) for x, _ in line.points]
        if any(x is MISSING for x in xs):
            continue
        rising = all(a <= b for a, b in pairwise(xs))
        falling = all(a >= b for a, b in pairwise(xs))
        triple = next((x for x in xs if xs.count(x) > 2), None)
        if not (rising or falling) or triple is not None or xs[0] == xs[-1]:
            index = _turn(xs)
            faults.add("SC049", (*path, index), xs=_with(", ".join(text_of(x) for x in xs), names))
            return


def _turn(xs: list[Any]) -> int:
    for index in range(2, len(xs)):
        if (xs[index] - xs[index - 1] > type(xs[index] - xs[index - 1])(0)) != (
            xs[1] - xs[0] > type(xs[1] - xs[0])(0)
        ):
            return index
    return len(xs) - 1


def _with(text: str, names: dict[str, Any]) -> str:
    """The text with the values of agreed names for which it is so."""
    told = ", ".join(f"{name} = {text_of(value)}" for name, value in names.items())
    return f"{text} ({told})" if told else text


@dataclass
class _BandTable:
    faults: Faults
    bands: Bands
    path: Path
    value: Type
    scope: Scope

    def check(self) -> None:
        for names in samples([row.bound for row in self.bands.rows], self.scope):
            bounds = [value_of(row.bound, names) for row in self.bands.rows]
            if MISSING in bounds or any(bound is None for bound in bounds):
                continue
            if self._order(bounds, names):
                return
            if self._tos(bounds, names) or self._ends(bounds, names):
                return

    def _order(self, bounds: list[Any], names: dict[str, Any]) -> bool:
        """Down for `from` and `above`, up for `up_to` and `below`; a row out of order is never reached."""
        downward = self.bands.side in ("from", "above")
        for index, (before, after) in enumerate(pairwise(bounds), 1):
            if (after >= before) if downward else (after <= before):
                row = self.bands.rows[index].index
                self.faults.add(
                    "SC050", (*self.path, row), side=self.bands.side, before=text_of(before),
                    after=_with(text_of(after), names),
                )
                return True
        return False

    def _tos(self, bounds: list[Any], names: dict[str, Any]) -> bool:
        """`to` must be the last value at the declared digits before the row above begins; under `above` that value
        itself belongs to this row, so it is where the row above begins."""
        if self.bands.side not in ("from", "above"):
            wrong = next((row for row in self.bands.rows if row.to is not None), None)
            if wrong is not None:
                self.faults.add("SC014", (*self.path, wrong.index, "to"), key="to", other=self.bands.side)
            return wrong is not None
        found = False
        for index, row in enumerate(self.bands.rows):
            if row.to is None:
                continue
            to, above = value_of(row.to, names), bounds[index - 1] if index else None
            if to is MISSING or not isinstance(to, Decimal | date):
                continue
            found = self._gap(row.index, to, bounds[index], above) or found
        return found

    def _gap(self, row: int, to: Any, bound: Any, above: Any) -> bool:
        """Whether the row up to `to` and the one that begins at `above` leave something out or say something twice."""
        path = (*self.path, row, "to")
        if to < bound:
            self.faults.add("SC008", path, low=text_of(bound), high=text_of(to))
            return True
        if above is None:
            above = self.value.high
            if above is None or to >= above:
                return False
            self.faults.add("SC051", path, low=text_of(to), high=text_of(above), witness=text_of(above))
            return True
        after = to if self.bands.side == "above" else self._after(to)
        twice = to > above if self.bands.side == "above" else to >= above
        if twice:
            witness = to if self.bands.side == "above" else above
            self.faults.add("SC052", path, low=text_of(to), high=text_of(above), witness=text_of(witness))
        elif after is None or after < above:
            witness = (to + above) / 2 if after is None else self._after(to) or above
            self.faults.add("SC051", path, low=text_of(to), high=text_of(above), witness=text_of(witness))
        return twice or after is None or after < above

    def _after(self, to: Any) -> Any:
        """The next value that can occur; None where there is no closest one."""
        if isinstance(to, date):
            return to + timedelta(days=1)
        digits = self.value.digits
        return None if digits is None else to + Decimal(1).scaleb(-digits)

    def _ends(self, bounds: list[Any], names: dict[str, Any]) -> bool:
        """Without an `else` the last row must reach the end of what the value can be."""
        if self.bands.otherwise is not None:
            return False
        last, side = bounds[-1], self.bands.side
        end = self.value.low if side in ("from", "above") else self.value.high
        covered = end is not None and {
            "from": lambda: end >= last, "above": lambda: end > last, "up_to": lambda: end <= last,
            "below": lambda: end < last,
        }[side]()
        if not covered:
            witness = text_of(end) if end is not None else "-"
            self.faults.add("SC053", self.path, witness=_with(witness, names))
        return not covered
