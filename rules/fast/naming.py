"""What expressions may read while a program is made: figures, lists, and for want of what a figure is missing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from rules.fast.algebra import NO, YES, ZERO, joined, literal, pick
from rules.fast.builder import Builder
from rules.fast.program import Expr, Lit, Op, Ref, Slot
from rules.fast.values import Val, missing
from rules.scorecard.model import Card

Row = Mapping[str, Val]


@dataclass(frozen=True, slots=True)
class Fixed:
    """Metrics or parts as rows: each with whether it is there; absent: whether there is no such list (yet)."""

    rows: tuple[tuple[Expr, Row], ...]
    absent: Expr = NO


@dataclass(frozen=True, slots=True)
class Listed:
    """The rows of a list that came in. order: its fields as they stand in a row, behind them the mask of those that
    were not rated."""

    rows: Ref
    order: tuple[Slot, ...]


@dataclass
class Names:
    """names: figure to value, dotted names too; lacks: the mask of the figures for whose want one is missing; local:
    names of one node; rows: the rows being asked, innermost last."""

    names: dict[str, Val] = field(default_factory=dict)
    lists: dict[str, Fixed | Listed] = field(default_factory=dict)
    lacks: dict[str, Expr] = field(default_factory=dict)
    local: dict[str, Val] = field(default_factory=dict)
    local_lacks: dict[str, Expr] = field(default_factory=dict)
    rows: tuple[tuple[frozenset[str], Row], ...] = ()

    def inner(self, local: Mapping[str, Val]) -> Names:
        """The same with the names of one node in front."""
        return Names(self.names, self.lists, self.lacks, {**self.local, **local}, dict(self.local_lacks), self.rows)

    def asking(self, known: frozenset[str], row: Row) -> Names:
        made = self.inner({})
        made.rows = (*self.rows, (known, row))
        return made

    def of(self, name: str) -> Val:
        for known, row in reversed(self.rows):
            if name in known:
                return row.get(name) or missing()
        return self.local.get(name) or self.names.get(name) or missing()

    def figure(self, name: str) -> Val:
        """Without the rows being asked."""
        return self.local.get(name) or self.names.get(name) or missing()


@dataclass
class Making:
    """What the whole making of one program shares.

    code: word to its number; ladder: how many words are grades, best first, then `outside` of them; slot: the slot of a
    source; masks: whether masks of missing figures are kept; other: the mask of what is never "not rated"; held:
    rules that are asked for, and whether they acted; field_bits: the masks of the fields of rows; unrated: the mask of
    the inputs not rated.
    """

    card: Card
    builder: Builder
    code: Callable[[str], int]
    slot: Callable[..., Val]
    ladder: int
    outside: int
    masks: bool
    other: int
    held: dict[str, Ref]
    field_bits: Mapping[str, int]
    unrated: Expr = ZERO

    def lacking_of(self, names: Names, name: str) -> Expr:
        """The figures for whose want this missing name is missing; itself where nothing is known of it."""
        lack = names.local_lacks.get(name) if name in names.local else None
        lack = lack if lack is not None else names.lacks.get(name)
        return self.own(ZERO if lack is None else lack)

    def own(self, lack: Expr) -> Expr:
        """The mask; where it is empty, what lacks is the thing itself."""
        if lack == ZERO:
            return Lit(self.other)
        return lack if literal(lack) is not None else pick(Op("==", (lack, ZERO)), Lit(self.other), lack)

    def no_reason(self) -> Expr:
        """Whether nothing stands against a result so far."""
        return Op("not", (Ref("r"),)) if self.builder.noted else YES


def gathered(masks: list[tuple[Expr, Expr]]) -> Expr:
    """The masks whose condition holds, together."""
    return joined(*(pick(condition, mask, ZERO) for condition, mask in masks))
