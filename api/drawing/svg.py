"""A definition as an SVG picture, with the way of one review or the counts of a cycle marked on it.

No script, no style: presentation attributes say enough for a file of its own, class names let a page say more.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from api.drawing.graph import ANY, FINAL, FORK, STEP_IN, Graph, graph_of
from api.drawing.layout import layout_of
from api.drawing.marks import Marks, marks_of
from api.drawing.paper import NARROW, NOTE, POINT, WIDE, Box, Layout, Line, Text, line_height
from api.drawing.pen import arrow_head, line_path, pill, written
from api.drawing.ways import titled
from api.drawing.xml import ACCENT, classes, element, picture, text
from engine.definition.model import Definition
from engine.words.book import say

LEGEND = 40
"""Height of the line that says what the marks mean."""


def definition_svg(
    definition: Definition, lang: str, *, path: Sequence[str] = (), here: str | None = None,
    counts: Mapping[str, int] | None = None, title: str | None = None, narrow: bool = False, alone: bool = False,
) -> str:
    """The states and ways of a definition. path: states a review has entered, in order; here: the one it is in; counts:
    state -> reviews that are in it; title: of the picture, else the workflow's; narrow: for a phone or a side column;
    alone: a file of its own, on white paper."""
    graph = graph_of(definition, lang)
    name = titled(definition.title, definition.name, lang)
    return graph_svg(
        graph, marks_of(graph, path, here, counts), lang, title=title or say(lang, "cli.diagram.title", name=name),
        narrow=narrow, alone=alone,
    )


def graph_svg(graph: Graph, marks: Marks, lang: str, *, title: str, narrow: bool = False, alone: bool = False) -> str:
    """The picture of a graph; lines first, so that nothing lies over a box."""
    layout = layout_of(graph, NARROW if narrow else WIDE, lang)
    legend = list(_legend(layout, lang)) if marks.told else []
    inner = [
        *_start(layout, marks),
        *(_line(line, marks) for line in sorted(layout.lines, key=lambda one: _walked(one, marks))),
        *(_box(box, marks, lang) for box in layout.boxes),
        *legend,
    ]
    return picture(
        layout.width, layout.height + (LEGEND if legend else 0), inner, title=title, about=about(graph, marks, lang),
        lang=lang, alone=alone, class_=classes(
            "drawing", "drawing-workflow", "drawing-narrow" if narrow else "drawing-wide",
            "is-told" if marks.told else "",
        ),
    )


def about(graph: Graph, marks: Marks, lang: str) -> str:
    """The picture in words: the way so far or the counts, then every arrow."""
    titles = {node.name: node.title for node in graph.nodes}
    titles[""] = say(lang, "cli.diagram.every_state")
    comma = say(lang, "cli.diagram.and")
    said = []
    if marks.here is not None:
        said.append(say(lang, "cli.diagram.is_here", name=titles[marks.here]))
    if marks.told:
        been = (say(lang, "cli.diagram.times", name=titles[name], count=count) if count > 1 else titles[name]
                for name, count in marks.visits.items())
        said.append(say(lang, "cli.diagram.has_been", names=comma.join(been)))
    if marks.counts is not None:
        said += [say(lang, "cli.diagram.count", name=node.title, count=marks.counts.get(node.name, 0))
                 for node in graph.nodes]
    ways = [(arrow.origin, arrow.target, arrow.labels) for arrow in graph.arrows]
    ways += [("", target, (label,)) for label, target in graph.everywhere]
    said += [
        say(lang, "cli.diagram.way", origin=titles[origin], target=titles[target], labels=comma.join(labels))
        if labels else say(lang, "cli.diagram.plain_way", origin=titles[origin], target=titles[target])
        for origin, target, labels in ways
    ]
    return say(lang, "cli.diagram.sentences").join(said)


def _start(layout: Layout, marks: Marks) -> Iterator[str]:
    x, y = layout.start
    first = next(box for box in layout.boxes if box.middle == x and box.y > y)
    colour, width, opacity = _stroke(marks.told, marks)
    walked = "is-walked" if marks.told else ""
    yield element("circle", class_=classes("drawing-start", walked), cx=x, cy=y, r=6, fill=colour)
    yield element(
        "g", *line_path(((x, y + 6), (x, first.y)), None, stroke=colour, width=width, opacity=opacity),
        arrow_head((x, y), (x, first.y), colour, opacity), class_=classes("drawing-way", walked),
    )


def _walked(line: Line, marks: Marks) -> bool:
    return (line.arrow.origin, line.arrow.target) in marks.walked


def _stroke(walked: bool, marks: Marks) -> tuple[str, str, str]:
    """Colour, width and opacity: what was walked is thick, and beside it what was not is thin and pale."""
    if walked:
        return ACCENT, "3", "1"
    return "currentColor", "1.5", ".6" if marks.told else ".75"


def _line(line: Line, marks: Marks) -> str:
    walked, step_in = _walked(line, marks), line.arrow.kind == STEP_IN
    colour, width, opacity = _stroke(walked, marks)
    dash = "2 5" if step_in else None
    parts = line_path(line.points, line.label, stroke=colour, width=width, opacity=opacity, dash=dash)
    head = arrow_head(line.points[-2], line.points[-1], colour, opacity)
    label = [written(line.label, "drawing-words")] if line.label else []
    hint = element("title", text(line.label.full)) if line.label and "…" in line.label.lines[-1] else ""
    return element(
        "g", hint, *parts, head, *label,
        class_=classes("drawing-way", "is-step-in" if step_in else "", "is-walked" if walked else ""),
    )


def _box(box: Box, marks: Marks, lang: str) -> str:
    name = box.node.name
    visits, here = (0, False) if box.again else (marks.visits.get(name, 0), marks.here == name)
    state = classes(
        "drawing-box", f"is-{box.kind}", "is-again" if box.again else "", "is-visited" if visits else "",
        "is-here" if here else "",
    )
    ink = "#fff" if here else None
    inner = [
        element("title", text(" · ".join(box.node.tasks))) if box.node.tasks else "",
        *_outline(box, bool(visits), here, marks.told),
        written(box.title, "drawing-title", fill=ink),
        written(box.note, "drawing-note", fill=ink, opacity=None if here else ".8") if box.note.lines else "",
    ]
    if here:
        inner.append(pill(box.x + 8, box.y, say(lang, "cli.diagram.now"), "drawing-now", ink=ACCENT, paper="#fff"))
    elif visits:
        times = f"{visits}×" if visits > 1 else ""
        inner.append(pill(box.x + 8, box.y, times, "drawing-been", ink="#fff", paper=ACCENT, tick=True))
    count = 0 if marks.counts is None or box.again else marks.counts.get(name, 0)
    if count:
        right = box.x + box.width - 8
        inner.append(pill(right, box.y, str(count), "drawing-count", ink="#fff", paper=ACCENT, from_right=True))
    return element("g", *inner, class_=state)


def _outline(box: Box, visited: bool, here: bool, told: bool) -> Iterator[str]:
    """The shape says what kind it is: a fork is drawn out to points, a final state round with a second line."""
    fill, depth = (ACCENT, "1") if here else (ACCENT, ".12") if visited else ("currentColor", ".05")
    stroke = ACCENT if visited or here else "currentColor"
    look: dict[str, object] = {
        "fill": "none" if box.kind == ANY else fill, "fill_opacity": depth, "stroke": stroke,
        "stroke_width": "2.5" if visited else "1.5", "stroke_opacity": "1" if visited else ".6" if told else ".8",
        "stroke_dasharray": "6 4" if box.kind == ANY else "2 3" if box.again else None,
    }
    x, y, right, bottom = box.x, box.y, box.x + box.width, box.bottom
    if box.kind == FORK:
        middle = y + box.height // 2
        corners = ((x, middle), (x + POINT, y), (right - POINT, y), (right, middle), (right - POINT, bottom),
                   (x + POINT, bottom))
        points = " ".join(f"{one},{other}" for one, other in corners)
        yield element("polygon", class_="drawing-shape", points=points, stroke_linejoin="round", **look)
        return
    yield element("rect", class_="drawing-shape", x=x, y=y, width=box.width, height=box.height, rx=box.radius, **look)
    if box.kind == FINAL:
        yield element(
            "rect", class_="drawing-inner", x=x + 4, y=y + 4, width=box.width - 8, height=box.height - 8,
            rx=box.radius - 4, fill="none", stroke="#fff" if here else stroke, stroke_opacity=look["stroke_opacity"],
        )


def _legend(layout: Layout, lang: str) -> Iterator[str]:
    """What the marks mean, in one line below."""
    y = layout.height + LEGEND // 2 - 8
    been = Text((say(lang, "cli.diagram.been"),), NOTE)
    ahead = Text((say(lang, "cli.diagram.not_yet"),), NOTE)
    x = max(layout.width - been.width - ahead.width - 94, 0) // 2
    top = y - line_height(NOTE) // 2
    yield pill(x, y, "", "drawing-been", ink="#fff", paper=ACCENT, tick=True)
    yield written(been.moved(x + 32 + been.width // 2, top), "drawing-words")
    x += 32 + been.width + 22
    yield element("line", x1=x, y1=y, x2=x + 30, y2=y, stroke="currentColor", stroke_opacity=".6", stroke_width="1.5")
    yield written(ahead.moved(x + 38 + ahead.width // 2, top), "drawing-words")
