"""Chooses for every arrow how it runs: straight down, round a corner, or along a lane beside the boxes.

Everything here is on a coarse grid. Column `c` has its middle at x = 2c + 1 and a gutter at x = 2c on its left; row `r`
lies at y = 2r, the channel below it at y = 2r + 1. Boxes stand where both are in the middle, lanes run in gutters,
labels stand in channels; so a route that keeps to free cells, gutters and channels meets no box.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from api.drawing.graph import Arrow

Point = tuple[int, int]
Cell = tuple[int, int]

CROSSING, TOUCH, BEND, WORD = 12, 3, 1, 2
"""What a crossing, a meeting in a gutter, a bend, and a gutter that is shared with another label cost beside length."""


@dataclass(frozen=True, slots=True)
class Route:
    """An arrow and the corners of its line on the coarse grid, both ends in the middle of a box."""

    arrow: Arrow
    points: tuple[Point, ...]


Piece = tuple[int, int, int, Point]
"""What a piece of a line is at (its x or its y), from where to where, and where the whole line ends."""


@dataclass(slots=True)
class _Drawn:
    """What has been routed, so that the next line is compared only with what is near: level pieces by their y, upright
    ones by every y they pass and, in gutters, by their x; taken: the pieces of column middles that lines run along."""

    level: dict[int, list[Piece]] = field(default_factory=lambda: defaultdict(list))
    passing: dict[int, list[Piece]] = field(default_factory=lambda: defaultdict(list))
    beside: dict[int, list[Piece]] = field(default_factory=lambda: defaultdict(list))
    taken: set[tuple[Point, Point]] = field(default_factory=set)

    def add(self, points: Sequence[Point]) -> None:
        self.taken |= _middles(points)
        for (x, y), (to_x, to_y) in pairwise(points):
            if y == to_y:
                self.level[y].append((y, min(x, to_x), max(x, to_x), points[-1]))
                continue
            top, bottom = min(y, to_y), max(y, to_y)
            for one in range(top, bottom + 1):
                self.passing[one].append((x, top, bottom, points[-1]))
            if x % 2 == 0:
                self.beside[x].append((x, top, bottom, points[-1]))

    def cost(self, points: Sequence[Point]) -> int:
        """How bad a way of running is: its length, its corners, and what it meets."""
        cost, end = 0, points[-1]
        for (x, y), (to_x, to_y) in pairwise(points):
            left, right, top, bottom = min(x, to_x), max(x, to_x), min(y, to_y), max(y, to_y)
            cost += right - left + bottom - top + BEND
            if y == to_y:
                cost += sum(_meeting((y, left, right, end), other) for other in self.passing.get(y, ()))
                continue
            for one in range(top, bottom + 1):
                cost += sum(_meeting(other, (x, top, bottom, end)) for other in self.level.get(one, ()))
            cost += sum(WORD for _, high, low, _ in self.beside.get(x, ()) if top < low and high < bottom)
        return cost


def routes_of(
    arrows: Sequence[Arrow], cells: Mapping[str, Cell], spine: Sequence[str], columns: int
) -> tuple[Route, ...]:
    """A route for every arrow: the usual way first, so that it is straight, then the short ones, those back last.

    cells: name -> (row, column from 0); spine: names along the usual way.
    """
    boxes = frozenset(cells.values())
    drawn = _Drawn()
    found: dict[tuple[str, str], Route] = {}

    usual = set(pairwise(spine))

    def order(arrow: Arrow) -> tuple[bool, bool, bool, int]:
        (row, column), (to_row, to_column) = cells[arrow.origin], cells[arrow.target]
        straight = (column, row + 1) == (to_column, to_row)
        return (arrow.origin, arrow.target) not in usual, not straight, to_row <= row, abs(to_row - row)

    for arrow in sorted(arrows, key=order):
        ways = [points for points in _candidates(cells[arrow.origin], cells[arrow.target], boxes, columns)
                if not drawn.taken & _middles(points)]
        points = min(ways, key=drawn.cost)
        drawn.add(points)
        found[arrow.origin, arrow.target] = Route(arrow, points)
    return tuple(found[arrow.origin, arrow.target] for arrow in arrows)


def _candidates(start: Cell, end: Cell, boxes: frozenset[Cell], columns: int) -> Iterator[tuple[Point, ...]]:
    """Ways of running that meet no box, from plain to roundabout; the last kind always exists."""
    (row, column), (to_row, to_column) = start, end
    x, y, to_x, to_y = 2 * column + 1, 2 * row, 2 * to_column + 1, 2 * to_row
    if to_row > row:
        if column == to_column:
            if _free_down(boxes, column, row + 1, to_row):
                yield (x, y), (to_x, to_y)
        else:
            step = 1 if to_column > column else -1
            if _free_across(boxes, row, column + step, to_column + step) and _free_down(boxes, to_column, row, to_row):
                yield (x, y), (to_x, y), (to_x, to_y)
            if _free_down(boxes, column, row + 1, to_row + 1) and _free_across(boxes, to_row, column, to_column):
                yield (x, y), (x, to_y), (to_x, to_y)
    if row != to_row:
        for gutter in range(columns + 1):
            if _reaches(boxes, start, gutter) and _reaches(boxes, end, gutter):
                yield (x, y), (2 * gutter, y), (2 * gutter, to_y), (to_x, to_y)
    for first in (column, column + 1):
        for last in (to_column, to_column + 1):
            if first == last and row != to_row:
                continue  # a single lane does it
            yield (x, y), (2 * first, y), (2 * first, y + 1), (2 * last, y + 1), (2 * last, to_y), (to_x, to_y)


def _free_down(boxes: frozenset[Cell], column: int, row: int, end: int) -> bool:
    return all((one, column) not in boxes for one in range(row, end))


def _free_across(boxes: frozenset[Cell], row: int, column: int, end: int) -> bool:
    return all((row, one) not in boxes for one in range(column, end, 1 if end > column else -1))


def _reaches(boxes: frozenset[Cell], cell: Cell, gutter: int) -> bool:
    """Whether nothing stands between a box and a gutter of its row."""
    row, column = cell
    between = range(gutter, column) if gutter <= column else range(column + 1, gutter)
    return all((row, one) not in boxes for one in between)


def _middles(points: Sequence[Point]) -> set[tuple[Point, Point]]:
    """The pieces of column middles that a route runs along; no two share one, for whose would the label be."""
    found = set()
    for (x, y), (to_x, to_y) in pairwise(points):
        if x == to_x and x % 2:
            found |= {((x, one), (x, one + 1)) for one in range(min(y, to_y), max(y, to_y))}
    return found


def _meeting(level: Piece, upright: Piece) -> int:
    """What it costs that a level piece meets an upright one."""
    y, left, right, end = level
    x, top, bottom, other_end = upright
    if not (left <= x <= right and top <= y <= bottom):
        return 0
    within, between = left < x < right, top < y < bottom
    if within and between:
        return CROSSING
    return TOUCH if end != other_end and x % 2 == 0 and (within or between) else 0
