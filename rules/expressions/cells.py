"""Proofs about conditions: the values of each figure fall into finitely many cells, and every cell is tried.

Within a cell no comparison with a constant changes, so one value stands for all of it: what no cell shows is not.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
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
    """One cell: its witness, and which branches hold there for each way the atoms beyond proof may turn out.

    holds: the ways in which each atom is decided; undecided: those in which some are not; nothing: the ways in which no
    atom that may lack something is decided, lacking what `lacks` says.
    """

    witness: Witness
    holds: tuple[tuple[bool, ...], ...]
    undecided: tuple[tuple[bool, ...], ...] = ()
    nothing: tuple[tuple[bool, ...], ...] = ()
    lacks: tuple[str, ...] = ()


def find_gap(
    branches: Sequence[Node | None], types: Mapping[str, Type], lacking_too: bool = False
) -> Witness | NotProven | None:
    """Values for which no branch holds, None where there are none; a branch None is an else.

    Values that are all there come before cases of a missing figure. NOT_PROVEN where it depends on a condition that
    compares more than one figure with constants, or where there are too many cells. lacking_too: such conditions are
    also undecided, where a figure of theirs may be missing or no period came before.
    """
    if any(branch is None for branch in branches):
        return None
    cases = _cases(branches, types, lacking_too=lacking_too)
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
        elif case.nothing and not any(map(any, case.nothing)):
            known = {name: value for name, value in case.witness.items() if value is MISSING}
            lacking = lacking or {**known, **dict.fromkeys(case.lacks, MISSING)}
        doubtful = doubtful or any(uncovered) or not all(map(any, case.undecided))
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
    branches: Sequence[Node | None], types: Mapping[str, Type], most: int = CELLS_MAX, lacking_too: bool = False
) -> tuple[int, ...] | NotProven:
    """Indexes of the branches that are never taken when the first that holds is; an else is taken where none does.

    A branch is named only when it is proven dead; NOT_PROVEN where there are too many cells.
    """
    cases = _cases(branches, types, most, lacking_too)
    if cases is None:
        return NOT_PROVEN
    alive: set[int] = set()
    for case in cases:
        for held in (*case.holds, *case.undecided):
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
    branches: Sequence[Node | None], types: Mapping[str, Type], most: int = CELLS_MAX, lacking_too: bool = False
) -> Iterator[_Case] | None:
    """Every cell, or None where there are too many."""
    abstraction = abstracted([branch for branch in branches if branch is not None], types)
    spaces = {
        name: witnesses(types[name], constants) for name, constants in abstraction.constants.items()
    }
    if not lacking_too:
        abstraction.lacking.clear()
    ways = prod(3 if name in abstraction.lacking else 2 for name in abstraction.free)
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
    free = dict.fromkeys(abstraction.free, replace(YES_NO, missing=True))
    scope = Scope(names={**types, **free})
    trees = iter(abstraction.trees)
    compiled = [None if branch is None else compile_tree(next(trees), scope) for branch in branches]
    for values in product(*spaces.values()):
        witness = dict(zip(spaces, values, strict=True))
        # What this cell has is not missing in it.
        lacks = {name: [one for one in parts if witness.get(one, MISSING) is MISSING]
                 for name, parts in abstraction.lacking.items()}
        may = {name for name, parts in lacks.items() if parts}
        rows: list[tuple[bool, ...]] = []
        undecided: list[tuple[bool, ...]] = []
        nothing: list[tuple[bool, ...]] = []
        turns: list[tuple[Value | Missing, ...]] = [
            (True, False, MISSING) if name in may else (True, False) for name in free
        ]
        for way in product(*turns):
            known: Witness = {**witness, **dict(zip(free, way, strict=True))}
            row = tuple(_holds(expression, known) for expression in compiled)
            (rows if MISSING not in way else undecided).append(row)
            if may and all(known[name] is MISSING for name in may):
                nothing.append(row)
        told = tuple(dict.fromkeys(part for parts in lacks.values() for part in parts))
        yield _Case(witness, tuple(rows), tuple(undecided), tuple(nothing), told)


def _holds(expression: Expression | None, known: Witness) -> bool:
    """Only a plain yes holds; an else holds by its place, which the questions above look at themselves."""
    return expression is not None and expression.value(known) is True
