"""Looks at a drawing as a person would: what lies on what, what is cut off, which line could be taken for another."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations, pairwise

from api.drawing.graph import Graph
from api.drawing.layout import layout_of
from api.drawing.letters import width_of
from api.drawing.paper import Box, Form, Layout, Line, Text
from api.drawing.pen import parts_around

Area = tuple[int, int, int, int]
"""Left, top, right, bottom."""


def faults(layout: Layout) -> list[str]:
    """All that is wrong with a drawing, in words."""
    looks = (_overlaps, _struck, _outside, _shared, _loose_ends, _tight)
    return [fault for look in looks for fault in look(layout)]


def faults_of(graph: Graph, form: Form) -> list[str]:
    return faults(layout_of(graph, form, "en"))


def area(what: Box | Text) -> Area:
    if isinstance(what, Box):
        return what.x, what.y, what.x + what.width, what.bottom
    half = -(-what.width // 2)
    return what.x - half, what.y, what.x + half, what.y + what.height


def _meet(one: Area, other: Area, room: int = 0) -> bool:
    return (one[0] < other[2] + room and other[0] < one[2] + room
            and one[1] < other[3] + room and other[1] < one[3] + room)


def _labels(layout: Layout) -> list[Text]:
    return [line.label for line in layout.lines if line.label is not None]


def _overlaps(layout: Layout) -> Iterator[str]:
    for one, other in combinations(layout.boxes, 2):
        if _meet(area(one), area(other), 6):
            yield f"boxes {one.node.name} and {other.node.name}"
    for label in _labels(layout):
        for box in layout.boxes:
            if _meet(area(label), area(box), 2):
                yield f"label {label.lines} on box {box.node.name}"
    for first, second in combinations(_labels(layout), 2):
        if _meet(area(first), area(second), 4):
            yield f"labels {first.lines} and {second.lines}"


def _strokes(line: Line) -> list[Area]:
    """The pieces of a line that are drawn, as thin areas."""
    found = []
    for part in parts_around(line.points, line.label):
        for (x, y), (to_x, to_y) in pairwise(part):
            found.append((min(x, to_x), min(y, to_y), max(x, to_x), max(y, to_y)))
    return found


def _struck(layout: Layout) -> Iterator[str]:
    """Lines over a label, over the inside of a box; lines that are not upright or level."""
    for line in layout.lines:
        name = f"{line.arrow.origin}>{line.arrow.target}"
        if any(x != to_x and y != to_y for (x, y), (to_x, to_y) in pairwise(line.points)):
            yield f"line {name} runs aslant"
        for stroke in _strokes(line):
            for label in _labels(layout):
                if _meet(stroke, area(label), 2):
                    yield f"line {name} over label {label.lines}"
            for box in layout.boxes:
                left, top, right, bottom = area(box)
                inset = 1 + box.inset((stroke[1] + stroke[3]) // 2 - (top + bottom) // 2)
                if _meet(stroke, (left + inset, top + 1, right - inset, bottom - 1)):
                    yield f"line {name} over box {box.node.name}"


def _outside(layout: Layout) -> Iterator[str]:
    paper = (0, 0, layout.width, layout.height)
    spots = [area(one) for one in (*layout.boxes, *_labels(layout))]
    spots += [stroke for line in layout.lines for stroke in _strokes(line)]
    yield from (f"{spot} is cut off" for spot in spots
                if not (paper[0] < spot[0] and spot[2] < paper[2] and paper[1] < spot[1] and spot[3] < paper[3]))


def _shared(layout: Layout) -> Iterator[str]:
    """Lines on one another, unless they lead to the same box; and a label on a part that two have in common."""
    for one, other in combinations(layout.lines, 2):
        for first in _strokes(one):
            for second in _strokes(other):
                level = first[1] == first[3] == second[1] == second[3]
                upright = first[0] == first[2] == second[0] == second[2]
                beside = first[0] < second[2] and second[0] < first[2]
                along = first[1] < second[3] and second[1] < first[3]
                if (level and beside and one.arrow.target != other.arrow.target) or (upright and along):
                    yield f"lines {one.arrow.origin}>{one.arrow.target} and {other.arrow.origin}>{other.arrow.target}"


def _loose_ends(layout: Layout) -> Iterator[str]:
    """Ends that do not touch the outline of their box, and labels that are not on their line."""
    boxes = {box.node.name: box for box in layout.boxes if not box.again}
    for line in layout.lines:
        name = f"{line.arrow.origin}>{line.arrow.target}"
        ends = [(line.arrow.target, line.points[-1])]
        if line.arrow.origin:
            ends.append((line.arrow.origin, line.points[0]))
        for box_name, point in ends:
            candidates = [box for box in layout.boxes if box.node.name == box_name]
            if not any(_on_outline(box, point) for box in candidates):
                yield f"line {name} does not touch {box_name}"
        if line.arrow.origin and line.arrow.origin not in boxes:
            yield f"line {name} from nowhere"
        if line.label is not None and len(parts_around(line.points, line.label)) != 2:
            yield f"label {line.label.lines} is not on its line"
        if line.arrow.labels and (line.label is None or not line.label.lines):
            yield f"line {name} says nothing"


def _on_outline(box: Box, point: tuple[int, int]) -> bool:
    x, y = point
    if x == box.middle:
        return y in (box.y, box.bottom)
    inset = box.inset(y - box.y - box.height // 2)
    return box.y < y < box.bottom and x in (box.x + inset, box.x + box.width - inset)


def _tight(layout: Layout) -> Iterator[str]:
    """Texts that are wider or higher than their box."""
    for box in layout.boxes:
        left, top, right, bottom = area(box)
        for words in (box.title, box.note):
            if words.lines:
                inner = area(words)
                free = inner[0] - left, inner[1] - top, right - inner[2], bottom - inner[3]
                if min(free) < 4:
                    yield f"text {words.lines} in box {box.node.name}"
                if any(width_of(line, words.size, bold=words.bold) > box.width for line in words.lines):
                    yield f"text {words.lines} is too wide"
