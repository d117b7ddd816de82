"""What a condition reads must be there when it is asked: nothing that only arrives in a later state."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from typing import Any

from engine.definition.model import State
from engine.definition.problem import Path
from engine.definition.sense import PlacedWay, Sense
from engine.definition.soundness import bypass, certainly_passed
from engine.definition.tasks import before
from engine.definition.ways import guard_path
from rules.expressions.compiled import Expression
from rules.expressions.types import Type
from rules.scorecard.model import Card, Node

ATTRIBUTES = ("subject.", "cycle.")
"""What people and cycles are imported with: no workflow can make sure of it, so a warning would help nobody."""


def check_arrival(sense: Sense, types: Mapping[str, Type]) -> None:
    if sense.card is None:
        return
    gained = {state.name: _gained(state) for state in sense.states.values()}
    passed = certainly_passed(sense, gained)
    needs = Needs(sense.card)
    for state in sense.states.values():
        if state.name not in passed:
            continue  # that nothing leads there has been told; mended, it may be reached by another way
        for placed in sense.ways(state):
            there = passed[state.name] | _there(placed, state)
            for index, branch in enumerate(placed.way):
                if branch.guard is not None:
                    _guard(sense, placed, index, there, needs, types)
    _commands(sense, passed, needs, types)


def _commands(sense: Sense, passed: Mapping[str, frozenset[str]], needs: Needs, types: Mapping[str, Type]) -> None:
    """Of all states in which a command may be given, the first where something lacks is told."""
    told: set[Path] = set()
    for placed in sense.interventions():
        for index, branch in enumerate(placed.way):
            path = guard_path(placed, index)
            if branch.guard is not None and path not in told and placed.state in passed:
                known = len(sense.problems)
                _guard(sense, placed, index, passed[placed.state], needs, types)
                if len(sense.problems) > known:
                    told.add(path)


def _guard(
    sense: Sense, placed: PlacedWay, index: int, there: frozenset[str], needs: Needs, types: Mapping[str, Type]
) -> None:
    guard = placed.way[index].guard
    assert guard is not None
    path = guard_path(placed, index)
    for name in sorted(guard.expression.reads):
        task, _, _ = name.partition(".")
        if name not in needs.names and any(other.name == task and other.form for _, _, other in sense.tasks()):
            lacking = [] if f"{task}." in there else [task]
        else:
            lacking = sorted(needs.of(name) - there)
        if lacking:
            sense.add("WF068", path, word=name, lacking=", ".join(lacking), state=placed.state)
            _bypass(sense, lacking[0], placed.state)
        elif "watch" in placed.path:
            continue  # it is asked whenever a figure arrives: what has not come yet sets nothing off
        elif name in types and types[name].missing and not name.startswith(ATTRIBUTES):
            sense.add("WF069", path, level="warning", word=name)


def _bypass(sense: Sense, name: str, state: str) -> None:
    """Tell the way that leads past the state in which the name comes in."""
    source = next((one.name for one in sense.states.values() if name in _gained(one) or f"{name}." in _gained(one)), "")
    edge = bypass(sense, source, state)
    if edge is not None:
        sense.add("WF070", edge.path, level="warning", word=name, state=source)


def _gained(state: State) -> frozenset[str]:
    """What has come in when the state is left: figures, questions, and the answers of its tasks (with a dot)."""
    asked = {name for task in state.tasks.values() for name in task.asks}
    return frozenset({*state.collects, *asked, *(f"{name}." for name in state.tasks)})


def _there(placed: PlacedWay, state: State) -> frozenset[str]:
    """What has come in within the state itself when this way is taken."""
    if placed.of is None:
        return _gained(state)
    names = {placed.of.name, *before(state).get(placed.of.name, ())}
    asked = {name for one in names for name in state.tasks[one].asks}
    return frozenset({*asked, *(f"{name}." for name in names)})


class Needs:
    """Which inputs of the card must have come in before a name can be read."""

    def __init__(self, card: Card) -> None:
        self.outside = {*card.questions(), *card.collectable(), *card.lists}
        self.nodes = card.nodes()
        self.computed = {node.name: node for node in card.computed}
        self.results = {"total", "grade", "metrics", *(node.name for node in card.consequences)}
        self.names = {*self.nodes, *self.computed, *self.results, *card.inputs, *card.lists}
        # A result needs what metrics, total and grades read; what only a consequence reads comes on top of it.
        parts: list[Any] = [card.metrics, card.total, card.grades]
        self.whole = frozenset().union(*(self._inputs(read_by(part)) for part in parts))
        self.after = {node.name: self._inputs(read_by(node)) for node in card.consequences}

    def of(self, name: str) -> frozenset[str]:
        if name in self.results:
            return self.whole | self.after.get(name, frozenset())
        key, _, last = name.rpartition(".")
        if last in ("score", "value") and key in self.nodes:
            return self._inputs(read_by(self.nodes[key]))
        return self._inputs({name})

    def _inputs(self, names: set[str]) -> frozenset[str]:
        found: set[str] = set()
        waiting, seen = list(names), set(names)
        while waiting:
            name = waiting.pop()
            if name in self.outside:
                found.add(name)
            if name in self.computed:
                ahead = read_by(self.computed[name]) - seen
                seen |= ahead
                waiting.extend(ahead)
        return frozenset(found)


def read_by(value: Any) -> set[str]:
    """All names that the expressions somewhere inside a part of the card read; a leaf without a value reads its own."""
    names: set[str] = set()
    for one in _inside(value):
        if isinstance(one, Expression):
            names |= one.reads
        elif isinstance(one, Node) and one.over:
            names.add(one.over)
        elif isinstance(one, Node) and not one.group and not one.values:
            names.add(one.name)
    return names


def _inside(value: Any) -> Iterator[Any]:
    if isinstance(value, Expression):
        yield value
    elif is_dataclass(value):
        yield value
        for one in fields(value):
            yield from _inside(getattr(value, one.name))
    elif isinstance(value, Mapping):
        for one in value.values():
            yield from _inside(one)
    elif isinstance(value, tuple | list):
        for one in value:
            yield from _inside(one)
