"""The cells into which the constants of a way's conditions cut what they read: one set of values for each."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import product
from math import prod
from typing import Any

from engine.definition.guards import scope_of
from engine.definition.model import Definition, Way
from rules.expressions.points import witnesses
from rules.expressions.tree import Literal, Node, children
from rules.expressions.types import MISSING, Kind, Type

CELLS_MAX = 400  # of a way with more, so many are drawn


def types_of(definition: Definition) -> Mapping[str, Type]:
    """The types of all that conditions may read; whatever it is may be missing."""
    return {name: replace(one, missing=True) for name, one in _scope(definition).items()}


def types_by_time(definition: Definition) -> Mapping[str, Type]:
    """As a deadline finds them: figures that have a substitute are there, results and answers may be missing."""
    sure = {name for name, one in definition.card.inputs.items() if one.missing is not None}
    return {name: replace(one, missing=name not in sure) for name, one in _scope(definition).items()}


def _scope(definition: Definition) -> Mapping[str, Type]:
    tasks = [(name, task) for state in definition.states.values() for name, task in state.tasks.items()]
    plain = {"any": {"tasks": {name: {"form": task.form} for name, task in tasks if task.form}}}
    names = scope_of(definition.card, definition.forms, plain).names
    return {name: one for name, one in names.items() if one.kind is not Kind.LIST}


def cells_of(way: Way, types: Mapping[str, Type], dice: random.Random) -> Iterator[dict[str, Any]]:
    """Values by name; a name that is missing is left out in half of the cells and there as MISSING in the others."""
    trees = [branch.guard.expression.tree for branch in way if branch.guard is not None]
    constants = [value for tree in trees for value in _constants(tree)]
    reads = sorted({name for branch in way if branch.guard is not None for name in branch.guard.expression.reads})
    axes = [witnesses(types[name], constants) for name in reads if name in types]
    names = [name for name in reads if name in types]
    if prod(len(axis) for axis in axes) <= CELLS_MAX:
        chosen: Iterator[tuple[Any, ...]] = product(*axes)
    else:
        chosen = (tuple(dice.choice(axis) for axis in axes) for _ in range(CELLS_MAX))
    for values in chosen:
        absent = dice.random() < 0.5
        yield {
            name: value for name, value in zip(names, values, strict=True) if not (absent and value is MISSING)
        }


def _constants(tree: Node) -> Iterator[Any]:
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        waiting.extend(children(node))
        if isinstance(node, Literal):
            yield node.value
