"""What a drawing consists of once everything has its place: boxes, lines and texts in whole units."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import isqrt

from api.drawing.graph import ANY, FINAL, FORK, Arrow, Node
from api.drawing.letters import longest_word, shortened, width_of, wrapped

NOTE, WORDS = 12, 12
"""Font sizes: who is asked in a state, what opens a way."""
START = 44
"""From the top to the first box, with the mark of the beginning."""
BELOW_BOX, ARROW_ROOM, TRACK_ROOM = 13, 24, 12
"""Of a channel: from a box to the labels, from the labels to the next box, for each line that runs in it."""
DOT = " · "
POINT = 14
"""How far the ends of a fork's box are drawn out to points."""


@dataclass(frozen=True, slots=True)
class Form:
    """columns: left to right, 0 is the spine's; box: least, usual and greatest width; title: font size; pad: between a
    text and its box; lane: greatest width of a label in a gutter; gutter: least width between columns."""

    columns: tuple[int, ...]
    box: tuple[int, int, int]
    title: int
    pad: int
    lane: int
    gutter: int
    margin: int


WIDE = Form((-1, 0, 1), (130, 196, 240), 15, 14, 100, 36, 16)
NARROW = Form((0, 1), (96, 122, 140), 14, 9, 58, 14, 8)


ROUND = 26
"""Greatest radius of a box that is round."""


def line_height(size: int) -> int:
    return size * 5 // 4


@dataclass(frozen=True, slots=True)
class Text:
    """Lines centred on x, the first one's top at y. full: all of the words, where the lines had to be cut."""

    lines: tuple[str, ...]
    size: int
    x: int = 0
    y: int = 0
    bold: bool = False
    full: str = ""

    @property
    def height(self) -> int:
        return len(self.lines) * line_height(self.size)

    @property
    def width(self) -> int:
        return max((width_of(line, self.size, bold=self.bold) for line in self.lines), default=0)

    def moved(self, x: int, y: int) -> Text:
        return replace(self, x=x, y=y)


@dataclass(frozen=True, slots=True)
class Box:
    """kind: state | fork | final | any (stands for every state); again: a state that is drawn in full elsewhere."""

    node: Node
    x: int
    y: int
    width: int
    height: int
    title: Text
    note: Text
    kind: str
    again: bool = False

    @property
    def middle(self) -> int:
        return self.x + self.width // 2

    @property
    def bottom(self) -> int:
        return self.y + self.height

    @property
    def radius(self) -> int:
        """Of its corners."""
        return min(self.height // 2, ROUND) if self.kind in (FINAL, ANY) else 8

    def side(self, y: int, *, right: bool) -> tuple[int, int]:
        """The point of the outline at a height."""
        inset = self.inset(y - self.y - self.height // 2)
        return (self.x + self.width - inset if right else self.x + inset), y

    def inset(self, off: int) -> int:
        """How far the outline lies within the box at a distance from its middle."""
        if self.kind == FORK:
            return POINT * abs(off) * 2 // self.height
        if self.kind == FINAL:
            radius = self.radius
            off = max(abs(off) - (self.height // 2 - radius), 0)
            return radius - isqrt(max(radius * radius - off * off, 0))
        return 0


@dataclass(frozen=True, slots=True)
class Line:
    """points: corners from box to box; label: its text, for which the line leaves a gap."""

    arrow: Arrow
    points: tuple[tuple[int, int], ...]
    label: Text | None


@dataclass(frozen=True, slots=True)
class Layout:
    """start: centre of the mark of the beginning, which stands above the first box."""

    width: int
    height: int
    start: tuple[int, int]
    boxes: tuple[Box, ...]
    lines: tuple[Line, ...]


def words(labels: Sequence[str], size: int, width: int, most: int = 5) -> Text:
    """Parts as text: short ones share a line, a dot between them."""
    lines: list[str] = []
    for part in (wrapped(label, size, width, most) for label in labels):
        joined = f"{lines[-1]}{DOT}{part[0]}" if lines else ""
        if joined and len(part) == 1 and width_of(joined, size) <= width:
            lines[-1] = joined
        else:
            lines += part
    if len(lines) > most:
        lines = [*lines[: most - 1], shortened(f"{lines[most - 1]}{DOT}…", size, width)]
    return Text(tuple(lines), size, full=DOT.join(labels))


def box_width(nodes: Sequence[Node], form: Form) -> int:
    """The width of all boxes: what the longest text needs, but no more than is usual unless a word would be broken."""
    least, usual, most = form.box
    whole = max((text.width for node in nodes for text in _texts(node, usual, form)), default=0)
    word = max((longest_word(node.title, form.title, bold=True) for node in nodes), default=0)
    found = min(max(least, max(whole, word) + 2 * form.pad), most)
    return found + found % 2


def box_height(node: Node, form: Form, width: int, sides: int) -> int:
    """As high as its texts, and as the lines at one of its sides need."""
    title, note = _texts(node, width, form)
    return max(title.height + note.height + 22, sides * TRACK_ROOM + 18)


def box_of(node: Node, form: Form, middle: int, y: int, size: tuple[int, int], *, again: bool = False) -> Box:
    """A box around a middle, its top at y, its texts in the middle of it; size: width and height."""
    width, height = size
    title, note = _texts(node, width, form)
    top = y + (height - title.height - note.height) // 2
    return Box(
        node, middle - width // 2, y, width, height,
        title.moved(middle, top), note.moved(middle, top + title.height), node.kind, again,
    )


def _texts(node: Node, width: int, form: Form) -> tuple[Text, Text]:
    room = width - 2 * form.pad
    title = Text(wrapped(node.title, form.title, room, 2, bold=True), form.title, bold=True, full=node.title)
    return title, words(node.asked, NOTE, room, 3)
