"""Strokes that every picture is made of: lines with round corners, heads of arrows, texts, small signs on a corner."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from api.drawing.letters import width_of
from api.drawing.paper import Text, line_height
from api.drawing.xml import element, text

CORNER, GAP, HEAD = 9, 4, 9
"""Radius of a corner; between a line and the text it is interrupted for; length of an arrow's head."""
SIGN = 18
"""Height of a sign on a corner."""

Point = tuple[int, int]


def written(what: Text, class_: str, *, fill: str | None = None, opacity: str | None = None) -> str:
    """Lines of text, each centred."""
    rows = [
        element("tspan", text(line), x=what.x, y=what.y + number * line_height(what.size) + what.size)
        for number, line in enumerate(what.lines)
    ]
    return element(
        "text", *rows, class_=class_, text_anchor="middle", font_size=what.size,
        font_weight="600" if what.bold else None, fill=fill, fill_opacity=opacity,
    )


def line_path(
    points: Sequence[Point], label: Text | None, *, stroke: str, width: str, opacity: str = "1", dash: str | None = None
) -> Iterator[str]:
    """The line as far as the head of its arrow; two strokes where a label stands on it."""
    ends = [*points[:-1], _short_of(points[-2], points[-1], HEAD - 2)]
    for part in parts_around(ends, label):
        yield element(
            "path", class_="drawing-line", d=_rounded(part), fill="none", stroke=stroke, stroke_width=width,
            stroke_opacity=opacity, stroke_dasharray=dash, stroke_linecap="round",
        )


def arrow_head(before: Point, tip: Point, colour: str, opacity: str = "1") -> str:
    x, y = tip
    step_x, step_y = _direction(before, tip)
    back_x, back_y = x - HEAD * step_x, y - HEAD * step_y
    corners = f"{x},{y} {back_x + 5 * step_y},{back_y + 5 * step_x} {back_x - 5 * step_y},{back_y - 5 * step_x}"
    return element("polygon", class_="drawing-head", points=corners, fill=colour, fill_opacity=opacity)


def _direction(start: Point, end: Point) -> Point:
    return (end[0] > start[0]) - (end[0] < start[0]), (end[1] > start[1]) - (end[1] < start[1])


def _short_of(start: Point, end: Point, by: int) -> Point:
    step_x, step_y = _direction(start, end)
    return end[0] - by * step_x, end[1] - by * step_y


def parts_around(points: Sequence[Point], label: Text | None) -> list[list[Point]]:
    """The line in parts that stop short of the label."""
    if label is None:
        return [list(points)]
    top, bottom = label.y - GAP, label.y + label.height + GAP
    left, right = label.x - label.width // 2 - GAP, label.x + label.width // 2 + GAP
    parts: list[list[Point]] = [[points[0]]]
    for (x, y), (to_x, to_y) in pairwise(points):
        if x == to_x == label.x and min(y, to_y) <= top and bottom <= max(y, to_y):
            parts[-1].append((x, top if y < to_y else bottom))
            parts.append([(x, bottom if y < to_y else top)])
        elif y == to_y and label.y < y < label.y + label.height and min(x, to_x) <= left and right <= max(x, to_x):
            parts[-1].append((left if x < to_x else right, y))
            parts.append([(right if x < to_x else left, y)])
        parts[-1].append((to_x, to_y))
    return parts


def _rounded(points: Sequence[Point]) -> str:
    """A path whose corners are round where there is room."""
    said = [f"M{points[0][0]} {points[0][1]}"]
    for before, corner, behind in zip(points, points[1:], points[2:], strict=False):
        radius = min(CORNER, _length(before, corner) // 2, _length(corner, behind) // 2)
        start, end = _short_of(before, corner, radius), _short_of(behind, corner, radius)
        said.append(f"L{start[0]} {start[1]}Q{corner[0]} {corner[1]} {end[0]} {end[1]}")
    said.append(f"L{points[-1][0]} {points[-1][1]}")
    return "".join(said)


def _length(start: Point, end: Point) -> int:
    return abs(start[0] - end[0]) + abs(start[1] - end[1])


def pill(
    x: int, y: int, words: str, class_: str, *, ink: str, paper: str, tick: bool = False, from_right: bool = False
) -> str:
    """A small sign whose middle is at y: words, or a tick, or both; x is its left edge, or its right one."""
    mark = 12 if tick else 0
    room = width_of(words, 12, bold=True)
    width = max(SIGN, room + mark + (3 if tick and words else 0) + 12)
    left = x - width if from_right else x
    top = y - SIGN // 2
    inner = [element(
        "rect", class_="drawing-sign", x=left, y=top, width=width, height=SIGN, rx=SIGN // 2, fill=paper,
        stroke=ink if paper == "none" or ink != "#fff" else None, stroke_width="1.5",
    )]
    if tick:
        at = left + (width - room - mark - (3 if words else 0)) // 2
        inner.append(element(
            "path", d=f"M{at + 2} {y}l3 4l6 -7", fill="none", stroke=ink, stroke_width="2", stroke_linecap="round",
            stroke_linejoin="round",
        ))
    if words:
        middle = left + width // 2 + (mark + 3) // 2 if tick else left + width // 2
        inner.append(written(Text((words,), 12, middle, top + 1, bold=True), "drawing-sign-words", fill=ink))
    return element("g", *inner, class_=class_)
