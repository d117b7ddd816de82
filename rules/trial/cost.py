"""What follows from grades, added up over many reviews: what two scorecards cost."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction

from rules.numbers import add, subtract
from rules.scorecard.course import Number, plain
from rules.scorecard.model import Card, Title
from rules.trial.compare import Row, Side, present


@dataclass(frozen=True, slots=True)
class Sum:
    """One result over one side. total: of its numbers, None where there are none; count: how many reviews have it;
    words: how often each word, yes or no occurs."""

    total: Number | None = None
    count: int = 0
    words: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Cost:
    """One result of one name under both scorecards; unit: of its numbers, as far as it has one."""

    name: str
    title: Title
    unit: str
    before: Sum
    after: Sum

    @property
    def difference(self) -> Number | None:
        """None where neither side has a number."""
        if self.before.total is None and self.after.total is None:
            return None
        return subtract(self.after.total or Decimal(0), self.before.total or Decimal(0))


def costs(old: Card, new: Card, rows: Sequence[Row]) -> tuple[Cost, ...]:
    """Every consequence of either scorecard, in the order of the new one."""
    nodes = {one.name: one for card in (old, new) for one in card.consequences}
    found = []
    for name in dict.fromkeys((*(one.name for one in new.consequences), *nodes)):
        typed = (card.guards.names.get(name) for card in (new, old))
        unit = next((one.unit for one in typed if one is not None and one.unit), "")
        before = _sum([row.before for row in rows], name)
        after = _sum([row.after for row in rows], name)
        found.append(Cost(name, nodes[name].title, unit, before, after))
    return tuple(found)


def _sum(sides: Sequence[Side], name: str) -> Sum:
    total: Number | None = None
    count, words = 0, dict[str, int]()
    for side in sides:
        value = present(side, name)
        if value is None:
            continue
        count += 1
        if isinstance(value, Decimal | Fraction):
            total = value if total is None else add(total, value)
        else:
            word = "yes" if value is True else "no" if value is False else str(plain(value))
            words[word] = words.get(word, 0) + 1
    return Sum(total, count, words)
