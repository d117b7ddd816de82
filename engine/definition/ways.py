"""Conditions on ways: whatever the figures are exactly one branch can be taken, and each can be taken at all."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from engine.definition.guards import NEVER
from engine.definition.model import Guard
from engine.definition.problem import Path
from engine.definition.sense import PlacedWay, Sense
from engine.definition.source import shown
from engine.definition.unjudged import ByTime
from rules.expressions.cells import NOT_PROVEN, Overlap, dead, find_gap, find_overlap
from rules.expressions.tree import Compare, Literal, Name, Node, children
from rules.expressions.types import MISSING, Missing, Type, Value

RESULTS = ("total",)


def all_ways(sense: Sense) -> Iterator[PlacedWay]:
    for state in sense.states.values():
        yield from sense.ways(state)
    for name, one in sense.workflow.anywhere.items():
        yield PlacedWay("", ("anywhere", name, "to"), one.way, one.times)


def check_ways(sense: Sense, types: Mapping[str, Type]) -> None:
    by_time = ByTime(sense)
    for placed in all_ways(sense):
        for index, branch in enumerate(placed.way):
            if branch.guard is not None:
                _bare_numbers(sense, branch.guard, guard_path(placed, index))
        if any(branch.guard is not None and branch.guard.expression is NEVER for branch in placed.way):
            continue
        if len(placed.way) > 1 or placed.way[0].guard is not None:
            _complete(sense, placed, types, by_time)


def guard_path(placed: PlacedWay, index: int) -> Path:
    """Where the condition of a branch is written."""
    return (*placed.path, "if") if "watch" in placed.path else (*placed.path, index, "if")


def _complete(sense: Sense, placed: PlacedWay, types: Mapping[str, Type], by_time: ByTime) -> None:
    trees: list[Node | None] = [None if one.guard is None else one.guard.expression.tree for one in placed.way]
    last = next((index for index, tree in enumerate(trees) if tree is None), len(trees) - 1)
    for index in range(last + 1, len(trees)):
        sense.add("WF066", (*placed.path, index), at_key=True)
    trees = trees[: last + 1]
    gap = None
    if "watch" not in placed.path and None not in trees:
        gap = find_gap(trees, by_time.types(placed, types), lacking_too=True)
        if gap is NOT_PROVEN:
            sense.add("WF076", placed.path, level="warning", at_key=True)
        elif isinstance(gap, Mapping):
            sense.add("WF063", placed.path, at_key=True, witness=said(gap))
    conditions = [tree for tree in trees if tree is not None]
    overlap = find_overlap(conditions, types) if len(conditions) > 1 else None
    if isinstance(overlap, Overlap):
        path = guard_path(placed, overlap.second)
        sense.add("WF064", path, level="warning", first=str(overlap.first + 1), witness=said(overlap.witness))
    never = dead(trees, types, lacking_too=True)
    if isinstance(never, tuple) and never:
        never = dead(trees, by_time.widest(placed, types), lacking_too=True)
    for index in never if isinstance(never, tuple) else ():
        if trees[index] is not None:
            sense.add("WF065", guard_path(placed, index))
        else:  # one branch more than needed does no harm
            sense.add("WF065", placed.target_path(index), level="warning")
    if gap is not NOT_PROVEN and NOT_PROVEN in (overlap, never):
        sense.add("WF116", placed.path, level="warning", at_key=True)


def said(witness: Mapping[str, Value | Missing]) -> str:
    """`total = 59.99, grade = C` with a word in place of a value that lacks."""
    parts = (f"{name} = {'?' if value is MISSING else shown(value)}" for name, value in witness.items())
    return ", ".join(parts) or "…"


def _bare_numbers(sense: Sense, guard: Guard, path: Path) -> None:
    """A number against the total belongs into the scorecard, where it has a name and a proof."""
    waiting: list[Node] = [guard.expression.tree]
    while waiting:
        node = waiting.pop()
        waiting.extend(children(node))
        if not isinstance(node, Compare):
            continue
        sides = (node.left, node.right)
        if any(isinstance(one, Name) and one.text in RESULTS for one in sides) and any(
            isinstance(one, Literal) for one in sides
        ):
            sense.add("WF067", path, level="warning", text=guard.text)
