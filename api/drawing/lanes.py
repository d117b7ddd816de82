"""Keeps lines apart that run along the same gutter, row or channel of the coarse grid, and says what room they take."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from api.drawing.routes import Route

Piece = tuple[int, int]
"""Number of the route, number of the piece of its line (0 is the one that leaves the box)."""

SLOT, TRACK = 12, 12
"""Units between two lines in one row, in one channel."""
FINE = 10_000
LANE, EDGE, LABEL_GAP = 14, 14, 9
"""Units between two lanes, between a lane and the column beside it, between a label and what is beside it."""


@dataclass(frozen=True, slots=True)
class Lane:
    """An upright piece in a gutter. top, bottom: its y, FINE to a step of the grid; sides: where its two ends leave to
    (-1 left, 1 right); half: half the width of its label; at: the y where that is (None: it has no label)."""

    piece: Piece
    top: int
    bottom: int
    sides: tuple[int, int]
    half: int = 0
    at: int | None = None

    @property
    def side(self) -> int:
        """-1 where both ends leave to the left, 1 both to the right, else 0."""
        return self.sides[0] if self.sides[0] == self.sides[1] else 0

    @property
    def length(self) -> int:
        return self.bottom - self.top


def spread(lanes: Sequence[Lane]) -> tuple[dict[Piece, int], int]:
    """How far each lane runs from the left edge of its gutter, and how wide the gutter must be.

    Loops that open to one side nest, the short one inside. A lane makes room for labels only where they stand.
    """
    left = _packed(sorted((one for one in lanes if one.side <= 0), key=lambda one: (-one.side, one.length, one.top)))
    right = _packed(sorted((one for one in lanes if one.side > 0), key=lambda one: (one.length, one.top)))
    room = max([_far(one, at) for one, at in (*left, *right)], default=0)
    for one, at in left:
        for other, distance in right:
            if _together(one, other):
                room = max(room, at + distance + _apart(one, other))
    places = {one.piece: at for one, at in left} | {one.piece: room - distance for one, distance in right}
    return places, room


def _packed(lanes: Iterable[Lane]) -> list[tuple[Lane, int]]:
    """Lanes with their distance from the edge they nest at."""
    packed: list[tuple[Lane, int]] = []
    for lane in lanes:
        nearest = max(EDGE, lane.half + LABEL_GAP)
        passed = (near + _apart(lane, one) for one, near in packed if _together(lane, one))
        packed.append((lane, max(nearest, *passed, 0)))
    return packed


def _far(lane: Lane, at: int) -> int:
    return at + max(EDGE, lane.half + LABEL_GAP)


def _together(one: Lane, other: Lane) -> bool:
    return one.top <= other.bottom and other.top <= one.bottom


def _apart(one: Lane, other: Lane) -> int:
    """The least distance of two lanes that pass one another."""
    room = LANE
    own = one.half if one.at is not None and other.top <= one.at <= other.bottom else 0
    others = other.half if other.at is not None and one.top <= other.at <= one.bottom else 0
    if one.at == other.at:
        own, others = own + others, 0
    return max(room, own + LABEL_GAP if own else 0, others + LABEL_GAP if others else 0)


@dataclass(frozen=True, slots=True)
class Flat:
    """A level piece. left, right: its x; leg: which way its line goes on at the far end (-1 up, 1 down); merge: what it
    has in common with others that it may be one line with."""

    piece: Piece
    left: int
    right: int
    leg: int
    merge: tuple[str, int] | None = None


def flats_of(routes: Sequence[Route]) -> dict[int, list[Flat]]:
    """All level pieces by y. Pieces that arrive at one side of a box may be one line."""
    found: dict[int, list[Flat]] = {}
    for number, route in enumerate(routes):
        points = route.points
        for place, ((x, y), (to_x, to_y)) in enumerate(pairwise(points)):
            if y != to_y or (x == to_x and y % 2 == 0):
                continue
            last = place == len(points) - 2
            beyond = points[place - 1][1] if last else points[place + 2][1]
            merge = (route.arrow.target, 1 if to_x > x else -1) if last else None
            found.setdefault(y, []).append(
                Flat((number, place), min(x, to_x), max(x, to_x), -1 if beyond < y else 1, merge)
            )
    return found


def slots(flats: Sequence[Flat]) -> tuple[dict[Piece, int], int]:
    """How far above (negative) or below the middle each level piece of a row or channel runs, and how many are beside
    one another.

    Lines that go on upwards lie above those that go on downwards, and inner corners inside outer ones, so that they
    need not cross.
    """
    merged: dict[object, list[Flat]] = {}
    for flat in flats:
        merged.setdefault(flat.merge or flat.piece, []).append(flat)
    bands = [(min(one.left for one in group), max(one.right for one in group), group) for group in merged.values()]
    places: dict[Piece, int] = {}
    most = 0
    for cluster in _clusters(bands):
        cluster.sort(key=lambda band: _height(band[2][0], band[1] - band[0]))
        most = max(most, len(cluster))
        for rank, (_, _, group) in enumerate(cluster):
            for flat in group:
                places[flat.piece] = (2 * rank - len(cluster) + 1) * SLOT // 2
    return places, most


def _height(flat: Flat, length: int) -> tuple[int, int, bool, Piece]:
    return flat.leg, length if flat.leg < 0 else -length, flat.merge is None, flat.piece


def _clusters(bands: list[tuple[int, int, list[Flat]]]) -> list[list[tuple[int, int, list[Flat]]]]:
    """Bands that overlap, directly or by way of others."""
    clusters: list[list[tuple[int, int, list[Flat]]]] = []
    reach = -1
    for band in sorted(bands, key=lambda one: (one[0], one[1], one[2][0].piece)):
        if not clusters or band[0] > reach:
            clusters.append([])
            reach = band[1]
        clusters[-1].append(band)
        reach = max(reach, band[1])
    return clusters


def _sign(number: int) -> int:
    return 1 if number > 0 else -1


def lanes_of(
    routes: Sequence[Route], labels: Mapping[Piece, tuple[int, int]], offsets: Mapping[Piece, int]
) -> dict[int, list[Lane]]:
    """All upright pieces in gutters by gutter. labels: piece -> (channel, half width); offsets: of level pieces, so
    that one lane may begin where another has just ended."""

    def fine(number: int, place: int, y: int) -> int:
        below_labels = FINE // 4 if y % 2 else 0
        return y * FINE + offsets[number, place] + below_labels

    found: dict[int, list[Lane]] = {}
    for number, route in enumerate(routes):
        points = route.points
        for place in range(1, len(points) - 2):
            (x, y), (to_x, to_y) = points[place], points[place + 1]
            if x != to_x or x % 2 or y == to_y:
                continue
            ends = points[place - 1][0] - x, points[place + 2][0] - x
            sides = (_sign(ends[0] or ends[1]), _sign(ends[1] or ends[0]))  # 0: on to the next lane of this gutter
            top, bottom = sorted((fine(number, place - 1, y), fine(number, place + 1, to_y)))
            channel, half = labels.get((number, place), (None, 0))
            at = None if channel is None else channel * FINE
            found.setdefault(x // 2, []).append(Lane((number, place), top, bottom, sides, half, at))
    return found
