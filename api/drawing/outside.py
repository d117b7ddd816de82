"""What stands below a drawing: commands that are possible in every state, else there were an arrow from each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from api.drawing.graph import ANY, STEP_IN, Arrow, Graph, Node
from api.drawing.paper import WORDS, Box, Form, Layout, Line, Text, box_height, box_of, words
from engine.words.book import say

ABOVE, BETWEEN, ENDS = 30, 14, 22
"""Above the first row; between two; the least line at both ends of a label."""


def with_outside(main: Layout, graph: Graph, loose: Sequence[str], width: int, form: Form, lang: str) -> Layout:
    """The drawing with a row for each state that can be reached from everywhere, and for each that nothing leads to."""
    nodes = {node.name: node for node in graph.nodes}
    labels: dict[str, list[str]] = {name: [] for name in loose}
    for label, target in graph.everywhere:
        labels.setdefault(target, []).append(label)
    if not labels:
        return main
    anywhere = Node("", say(lang, "cli.diagram.every_state"), kind=ANY)
    height = max(box_height(node, form, width, 0) for node in (anywhere, *(nodes[name] for name in labels)))
    texts = {target: words(tuple(dict.fromkeys(found)), WORDS, form.lane) for target, found in labels.items()}
    height = max(height, max(text.height for text in texts.values()) + 8)
    gap = max(text.width for text in texts.values()) + 2 * ENDS
    whole = 2 * width + gap + 2 * form.margin
    left = max(main.width - whole, 0) // 2 + form.margin
    boxes: list[Box] = []
    lines: list[Line] = []
    y = main.height - form.margin + ABOVE
    for target, text in texts.items():
        middle = left + width + gap + width // 2
        end = box_of(nodes[target], form, middle, y, (width, height), again=target not in loose)
        boxes.append(end)
        if labels[target]:
            start = box_of(anywhere, form, left + width // 2, y, (width, height))
            boxes.append(start)
            lines.append(_across(start, end, text, tuple(labels[target])))
        y += height + BETWEEN
    shift = max(whole - main.width, 0) // 2
    moved = _shifted(main, shift)
    return replace(
        moved, width=max(main.width, whole), height=y - BETWEEN + form.margin,
        boxes=(*moved.boxes, *boxes), lines=(*moved.lines, *lines),
    )


def _across(start: Box, end: Box, text: Text, labels: tuple[str, ...]) -> Line:
    y = start.y + start.height // 2
    first, last = start.side(y, right=True), end.side(y, right=False)
    return Line(
        Arrow("", end.node.name, labels, STEP_IN), (first, last),
        text.moved((first[0] + last[0]) // 2, y - text.height // 2),
    )


def _shifted(layout: Layout, by: int) -> Layout:
    """Everything moved to the right."""

    def text(one: Text) -> Text:
        return replace(one, x=one.x + by)

    return replace(
        layout, start=(layout.start[0] + by, layout.start[1]),
        boxes=tuple(replace(box, x=box.x + by, title=text(box.title), note=text(box.note)) for box in layout.boxes),
        lines=tuple(
            replace(
                line, points=tuple((x + by, y) for x, y in line.points), label=text(line.label) if line.label else None,
            )
            for line in layout.lines
        ),
    )
