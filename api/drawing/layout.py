"""From boxes and arrows to places on paper, in whole units: the same definition always gives the same drawing.

No two boxes overlap, no label lies on a box, a line or another label: rows of boxes and channels of labels alternate,
and every gutter is as wide as what runs in it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from api.drawing.graph import Graph
from api.drawing.lanes import Piece, flats_of, lanes_of, slots, spread
from api.drawing.outside import with_outside
from api.drawing.paper import (
    ARROW_ROOM,
    BELOW_BOX,
    START,
    TRACK_ROOM,
    WORDS,
    Box,
    Form,
    Layout,
    Line,
    Text,
    box_height,
    box_of,
    box_width,
    words,
)
from api.drawing.places import places_of
from api.drawing.routes import Cell, Route, routes_of

_Offsets = tuple[Mapping[Piece, int], int]
"""Of pieces from their middle, and how many lie side by side."""


@dataclass(frozen=True, slots=True)
class _Way:
    """A route, its label, and the piece and the channel where the label stands."""

    route: Route
    label: Text
    piece: int
    channel: int

    @property
    def in_lane(self) -> bool:
        return self.route.points[self.piece][0] % 2 == 0


@dataclass(frozen=True, slots=True)
class _Grid:
    """Where the coarse grid lies, in units. top, height: of rows; labels: middle of those below a row; track: middle of
    the lines below a row; centre: of columns; gutter: left edges; offset: of pieces from row, channel or gutter."""

    top: Mapping[int, int]
    height: Mapping[int, int]
    labels: Mapping[int, int]
    track: Mapping[int, int]
    bottom: int
    centre: Sequence[int]
    gutter: Sequence[int]
    right: int
    offset: Mapping[Piece, int]


def layout_of(graph: Graph, form: Form, lang: str) -> Layout:
    """The drawing of a graph: the usual way straight down, detours and loops beside it, what is always open below."""
    places = places_of(graph, form.columns)
    used = sorted({column for _, column in places.cells.values()})
    cells = {name: (row, used.index(column)) for name, (row, column) in places.cells.items()}
    width = box_width(graph.nodes, form)
    ways = [_way(route, form, width) for route in routes_of(graph.arrows, cells, places.spine, len(used))]
    grid = _grid(graph, form, cells, ways, width, len(used))
    nodes = {node.name: node for node in graph.nodes}
    boxes = {
        name: box_of(nodes[name], form, grid.centre[column], grid.top[row], (width, grid.height[row]))
        for name, (row, column) in cells.items()
    }
    lines = tuple(_line(number, way, grid, boxes) for number, way in enumerate(ways))
    first = boxes[graph.initial]
    main = Layout(grid.right, grid.bottom, (first.middle, first.y - START + 9), tuple(boxes.values()), lines)
    return with_outside(main, graph, places.loose, width, form, lang)


def _way(route: Route, form: Form, width: int) -> _Way:
    """A route with its label, which stands next to where the way is taken, or above the box that a corner leads to."""
    points = route.points
    y, to_y = points[0][1], points[-1][1]
    if points[0][0] == points[1][0]:
        piece, channel = 0, y + 1
    elif len(points) == 3:
        piece, channel = 1, to_y - 1
    else:
        piece, channel = 1, y + 1 if points[2][1] > y else y - 1
    room = max(width, form.box[1]) if points[piece][0] % 2 else form.lane
    return _Way(route, words(route.arrow.labels, WORDS, room), piece, channel)


def _grid(
    graph: Graph, form: Form, cells: Mapping[str, Cell], ways: Sequence[_Way], width: int, columns: int
) -> _Grid:
    """Room for everything: rows for boxes, channels for labels and lines, gutters for lanes."""
    routes = [way.route for way in ways]
    level = {y: slots(flats) for y, flats in flats_of(routes).items()}
    marked = {(number, way.piece): (way.channel, way.label.width // 2 + 1)
              for number, way in enumerate(ways) if way.in_lane and way.label.lines}
    offset = {piece: at for found, _ in level.values() for piece, at in found.items()}
    gutters = {gutter: spread(found) for gutter, found in lanes_of(routes, marked, offset).items()}
    height = _row_heights(graph, form, cells, level, width)
    top, labels, track, bottom = _levels(form, height, _channels(ways, level))
    centre, left, right = _columns(form, _column_widths(ways, columns, width), [
        max(gutters.get(gutter, ({}, 0))[1], form.gutter if 0 < gutter < columns else 0)
        for gutter in range(columns + 1)
    ])
    offset |= {piece: at for found, _ in gutters.values() for piece, at in found.items()}
    return _Grid(top, height, labels, track, bottom, centre, left, right, offset)


def _row_heights(
    graph: Graph, form: Form, cells: Mapping[str, Cell], level: Mapping[int, _Offsets], width: int
) -> dict[int, int]:
    heights: dict[int, int] = dict.fromkeys(range(1 + max(row for row, _ in cells.values())), 0)
    for node in graph.nodes:
        if node.name in cells:
            row = cells[node.name][0]
            heights[row] = max(heights[row], box_height(node, form, width, level.get(2 * row, ({}, 0))[1]))
    return heights


def _channels(
    ways: Sequence[_Way], level: Mapping[int, _Offsets]
) -> dict[int, tuple[int, int]]:
    """Row above -> (height of the labels in the channel, lines side by side in it)."""
    found: dict[int, tuple[int, int]] = {}
    for way in ways:
        band, lines = found.get(way.channel // 2, (0, 0))
        found[way.channel // 2] = (max(band, way.label.height), lines)
    for y, (_, most) in level.items():
        if y % 2:
            found[y // 2] = (found.get(y // 2, (0, 0))[0], most)
    return found


def _levels(
    form: Form, heights: Mapping[int, int], channels: Mapping[int, tuple[int, int]]
) -> tuple[dict[int, int], dict[int, int], dict[int, int], int]:
    """Tops of rows, middles of labels, middles of lines, and where all of it ends."""
    top: dict[int, int] = {}
    labels: dict[int, int] = {}
    track: dict[int, int] = {}
    y = form.margin + START
    for row, height in heights.items():
        top[row] = y
        y += height
        if row in channels or row + 1 in heights:
            band, lines = channels.get(row, (0, 0))
            labels[row] = y + BELOW_BOX + band // 2
            track[row] = y + BELOW_BOX + band + (lines + 1) * TRACK_ROOM // 2
            y += BELOW_BOX + band + lines * TRACK_ROOM + ARROW_ROOM
    return top, labels, track, y + form.margin


def _columns(form: Form, widths: Sequence[int], gutters: Sequence[int]) -> tuple[list[int], list[int], int]:
    """Centres of columns, left edges of gutters, and where all of it ends."""
    centre, left, x = [], [], form.margin
    for width, gutter in zip(widths, gutters, strict=False):
        left.append(x)
        centre.append(x + gutter + width // 2)
        x += gutter + width
    left.append(x)
    return centre, left, x + gutters[-1] + form.margin


def _column_widths(ways: Sequence[_Way], columns: int, width: int) -> list[int]:
    """A column is as wide as its boxes and the labels on its middle."""
    widths = [width] * columns
    for way in ways:
        if not way.in_lane:
            column = way.route.points[way.piece][0] // 2
            widths[column] = max(widths[column], way.label.width + way.label.width % 2)
    return widths


def _line(number: int, way: _Way, grid: _Grid, boxes: Mapping[str, Box]) -> Line:
    """The corners of a route in units: pieces are upright and level in turn."""
    points = way.route.points
    count = len(points) - 1
    upright = points[0][0] == points[1][0]

    def x_of(piece: int) -> int:
        x = points[piece][0]
        return grid.centre[x // 2] if x % 2 else grid.gutter[x // 2] + grid.offset[number, piece]

    def y_of(piece: int) -> int:
        y = points[piece][1]
        middle = grid.track[y // 2] if y % 2 else grid.top[y // 2] + grid.height[y // 2] // 2
        return middle + grid.offset[number, piece]

    def is_upright(piece: int) -> bool:
        return upright == (piece % 2 == 0)

    corners = [(x_of(piece), y_of(piece - 1)) if is_upright(piece) else (x_of(piece - 1), y_of(piece))
               for piece in range(1, count)]
    start, end = boxes[way.route.arrow.origin], boxes[way.route.arrow.target]
    first = (start.middle, start.bottom) if upright else start.side(y_of(0), right=corners[0][0] > start.middle)
    last = (end.middle, end.y)
    if not is_upright(count - 1):
        last = end.side(y_of(count - 1), right=corners[-1][0] > end.middle)
    label = None
    if way.label.lines:
        label = way.label.moved(x_of(way.piece), grid.labels[way.channel // 2] - way.label.height // 2)
    return Line(way.route.arrow, (first, *corners, last), label)
