"""Finds a row and a column for every box: the usual way is a straight spine, what leaves it stands beside it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from api.drawing.graph import WAY, Arrow, Graph

SPINE = 0
"""Column of the usual way; 1 is right of it, -1 left."""

EXCURSION_MOST = 2
"""A branch of so many states that comes back is a detour, and the `else` beside it the usual way."""


@dataclass(frozen=True, slots=True)
class Places:
    """cells: name -> (row, column); spine: names along the usual way; loose: states that no arrow touches."""

    cells: Mapping[str, tuple[int, int]]
    spine: tuple[str, ...]
    loose: tuple[str, ...]


def places_of(graph: Graph, columns: Sequence[int]) -> Places:
    """Places in the columns allowed; a state stands below all that lead forwards to it."""
    touched = {graph.initial} | {name for arrow in graph.arrows for name in (arrow.origin, arrow.target)}
    names = [node.name for node in graph.nodes if node.name in touched]
    forward = forwards(graph)
    spine = spine_of(graph, forward)
    loose = tuple(node.name for node in graph.nodes if node.name not in touched)
    return Places(_rows(names, forward, spine, columns), spine, loose)


def forwards(graph: Graph) -> tuple[Arrow, ...]:
    """Arrows that lead on. In a ring of states, the arrow to a state that stands earlier in the file leads back."""
    order = {node.name: place for place, node in enumerate(graph.nodes)}
    order[graph.initial] = -1
    ways = [arrow for arrow in graph.arrows if arrow.kind == WAY]
    after = _reachable(order, ways)
    led = {arrow.target for arrow in ways}
    kept = [arrow for arrow in ways
            if arrow.origin not in after[arrow.target] or order[arrow.origin] < order[arrow.target]]
    for arrow in graph.arrows:  # what only an intervention leads to stands below where it is taken
        if arrow.kind != WAY and arrow.target not in led and arrow.origin not in after[arrow.target]:
            kept.append(arrow)
            after = _reachable(order, [*ways, *kept])
    return tuple(arrow for arrow in kept if arrow.origin != arrow.target)


def _reachable(names: Mapping[str, int], arrows: Sequence[Arrow]) -> dict[str, set[str]]:
    """For each state the states that can follow at any time; itself only on a ring."""
    following: dict[str, list[str]] = {name: [] for name in names}
    for arrow in arrows:
        following[arrow.origin].append(arrow.target)
    found: dict[str, set[str]] = {}
    for name in names:
        seen: set[str] = set()
        pending = list(following[name])
        while pending:
            one = pending.pop()
            if one not in seen:
                seen.add(one)
                pending += following[one]
        found[name] = seen
    return found


def spine_of(graph: Graph, forward: Sequence[Arrow]) -> tuple[str, ...]:
    """The usual way from the beginning: the first way out of each state, but no detour where there is a way around."""
    out: dict[str, list[Arrow]] = {node.name: [] for node in graph.nodes}
    for arrow in forward:
        if arrow.kind == WAY:
            out[arrow.origin].append(arrow)
    spine = [graph.initial]
    while out[spine[-1]]:
        choices = out[spine[-1]]
        around = next((arrow for arrow in choices if arrow.otherwise), None)
        others = [arrow for arrow in choices if arrow != around]
        if around is not None and all(_detour(out, arrow.target, around.target) for arrow in others):
            spine.append(around.target)
        else:
            spine.append(choices[0].target)
    return tuple(spine)


def _detour(out: Mapping[str, Sequence[Arrow]], start: str, end: str) -> bool:
    """Whether few states lie between, and all of it comes back to the end."""
    seen, pending, comes_back = {start}, [start], False
    while pending and len(seen) <= EXCURSION_MOST:
        for arrow in out[pending.pop()]:
            if arrow.target == end:
                comes_back = True
            elif arrow.target not in seen:
                seen.add(arrow.target)
                pending.append(arrow.target)
    return comes_back and len(seen) <= EXCURSION_MOST


def _rows(
    names: Sequence[str], forward: Sequence[Arrow], spine: Sequence[str], columns: Sequence[int]
) -> dict[str, tuple[int, int]]:
    """Row by row, every state as soon as all before it stand in rows above and a cell is free."""
    before: dict[str, list[str]] = {name: [] for name in names}
    after: dict[str, list[str]] = {name: [] for name in names}
    for arrow in forward:
        before[arrow.target].append(arrow.origin)
        after[arrow.origin].append(arrow.target)
    cells: dict[str, tuple[int, int]] = {}
    waiting, row = list(names), 0
    while waiting:
        ready = [name for name in waiting if all(one in cells and cells[one][0] < row for one in before[name])]
        taken: set[int] = set()
        spine_left = any(name in spine for name in waiting)
        for name in sorted(ready, key=lambda one: one not in spine):
            free = [column for column in columns if column not in taken
                    and (column != SPINE or name in spine or not spine_left)]
            if name in spine:
                free = [SPINE]
            if not free:
                continue
            column = min(free, key=lambda one: _unfit(name, one, row, cells, before, after))
            taken.add(column)
            cells[name] = (row, column)
        waiting = [name for name in waiting if name not in cells]
        row += 1
    return cells


def _unfit(
    name: str, column: int, row: int, cells: Mapping[str, tuple[int, int]],
    before: Mapping[str, Sequence[str]], after: Mapping[str, Sequence[str]],
) -> tuple[int, int, int]:
    """How badly a column suits: not below what leads to it, in the way of an arrow still to come down, far, left."""
    beside = [cells[one][1] for one in before[name] if cells[one][1] != SPINE]
    moved = 0 if not beside or column in beside else 1
    above = [one for one, (_, where) in cells.items() if where == column and where != SPINE and one not in before[name]]
    blocked = sum(any(one not in cells for one in after[other] if one != name) for other in above)
    return blocked, moved, 2 * abs(column) - (column > 0)
