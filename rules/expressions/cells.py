"""Proofs about conditions: the values of each figure fall into finitely many cells, and every cell is tried.

Within a cell no comparison with a constant changes, so one value stands for all of it: what no cell shows is not.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from itertools import product
from math import prod
from typing import Final

from rules.expressions.abstraction import Abstraction, abstracted
from rules.expressions.compiled import Expression, compile_tree
from rules.expressions.points import witnesses
from rules.expressions.scope import Scope
from rules.expressions.tree import Node
from rules.expressions.types import MISSING, YES_NO, Missing, Type, Value

CELLS_MAX: Final = 20_000
"""Beyond so many combinations of cells nothing is proven."""

QUESTIONS_MAX: Final = 200_000
"""Nor beyond so many combinations of a cell and a branch."""


class NotProven(Enum):
    NOT_PROVEN = "not proven"


NOT_PROVEN: Final = NotProven.NOT_PROVEN

Witness = Mapping[str, Value | Missing]
"""One value for each figure that the conditions name; MISSING where the case is that the figure lacks."""


@dataclass(frozen=True, slots=True)
class Overlap:
    """Two branches (by index) that both hold for the witness."""

    first: int
    second: int
    witness: Witness


@dataclass(frozen=True, slots=True)
class _Case:
    """One cell: its witness, and which branches hold there for each way the atoms beyond proof may turn out."""

    witness: Witness
    holds: tuple[tuple[bool, ...], ...]


def find_gap(branches: Sequence[Node | None], types: Mapping[str, Type]) -> Witness | NotProven | None:
    """Values for which no branch holds, None where there are none; a branch None is an else.

    Values that are all there come before cases of a missing figure. NOT_PROVEN where it depends on a condition that
    compares more than one figure with constants, or where there are too many cells.
    """
    if any(branch is None for branch in branches):
        return None
    cases = _cases(branches, types)
    if cases is None:
        return NOT_PROVEN
    doubtful = False
    lacking: Witness | None = None
    for case in cases:
        uncovered = [not any(held) for held in case.holds]
        if all(uncovered):
            if MISSING not in case.witness.values():
                return case.witness
            lacking = lacking or case.witness
        doubtful = doubtful or any(uncovered)
    return lacking or (NOT_PROVEN if doubtful else None)


def find_overlap(branches: Sequence[Node], types: Mapping[str, Type]) -> Overlap | NotProven | None:
    """Values for which two branches hold, with the branches; None where every two exclude each other."""
    cases = _cases(branches, types)
    if cases is None:
        return NOT_PROVEN
    doubtful = False
    for case in cases:
        pairs = [tuple(index for index, held in enumerate(row) if held)[:2] for row in case.holds]
        if len(set(pairs)) == 1 and len(pairs[0]) == 2:
            return Overlap(pairs[0][0], pairs[0][1], case.witness)
        doubtful = doubtful or any(len(pair) == 2 for pair in pairs)
    return NOT_PROVEN if doubtful else None


def dead(
    branches: Sequence[Node | None], types: Mapping[str, Type], most: int = CELLS_MAX
) -> tuple[int, ...] | NotProven:
    """Indexes of the branches that are never taken when the first that holds is; an else is taken where none does.

    A branch is named only when it is proven dead; NOT_PROVEN where there are too many cells.
    """
    cases = _cases(branches, types, most)
    if cases is None:
        return NOT_PROVEN
    alive: set[int] = set()
    for case in cases:
        for held in case.holds:
            first = next((index for index, yes in enumerate(held) if yes or branches[index] is None), None)
            if first is not None:
                alive.add(first)
    return tuple(index for index in range(len(branches)) if index not in alive)


def verdict(condition: Node, types: Mapping[str, Type], most: int = CELLS_MAX) -> bool | None:
    """Yes for a condition that holds whatever the figures are (none of them missing), no for one that never holds;
    None for all others, and where it takes more than so many cells to know."""
    cases = _cases([condition], types, most)
    seen: set[bool] = set()
    for case in cases or ():
        seen.update(held for (held,) in case.holds)
        if len(seen) > 1:
            return None
    return seen.pop() if seen else None


def _cases(
    branches: Sequence[Node | None], types: Mapping[str, Type], most: int = CELLS_MAX
) -> Iterator[_Case] | None:
    """Every cell, or None where there are too many."""
    abstraction = abstracted([branch for branch in branches if branch is not None], types)
    spaces = {
        name: witnesses(types[name], constants) for name, constants in abstraction.constants.items()
    }
    ways = 2 ** len(abstraction.free)
    cells = prod(len(space) for space in spaces.values()) * ways
    if cells > most or cells * len(branches) > QUESTIONS_MAX:
        return None
    return _tried(branches, types, abstraction, spaces)


def _tried(
    branches: Sequence[Node | None],
    types: Mapping[str, Type],
    abstraction: Abstraction,
    spaces: Mapping[str, tuple[Value | Missing, ...]],
) -> Iterator[_Case]:
    free = dict.fromkeys(abstraction.free, YES_NO)
    scope = Scope(names={**types, **free})
    trees = iter(abstraction.trees)
    compiled = [None if branch is None else compile_tree(next(trees), scope) for branch in branches]
    ways = list(product((True, False), repeat=len(abstraction.free)))
    for values in product(*spaces.values()):
        witness = dict(zip(spaces, values, strict=True))
        rows = []
        for way in ways:
            known = {**witness, **dict(zip(abstraction.free, way, strict=True))}
            rows.append(tuple(_holds(expression, known) for expression in compiled))
        yield _Case(witness, tuple(rows))


def _holds(expression: Expression | None, known: Witness) -> bool:
    """Only a plain yes holds; an else holds by its place, which the questions above look at themselves."""
    return expression is not None and expression.value(known) is True
