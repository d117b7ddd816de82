"""Charts as SVG: how grades are spread over units, and how far reviews are; every bar has its number beside it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from api.drawing.letters import clean, shortened, width_of
from api.drawing.xml import ACCENT, classes, element, picture, text
from engine.words.book import say

Counts = Mapping[str, Mapping[str, int]]
"""Unit -> grade or state -> how many reviews, both in the order in which they are to be read."""

HEAD, SIZE, NOTE = 14, 13, 12
"""Font sizes: name of a unit, name of a bar, numbers."""
ROW, BAR, BAND = 22, 12, 54
"""Heights: of a bar with its room, of the bar, of a unit's heading."""
GAP, MARGIN = 36, 16
PANELS = {False: (3, 204), True: (1, 328)}
"""Narrow or not -> units side by side, and the width of each."""
PANELS_LONG = (2, 324)
"""The same for long names of bars."""
LABEL_MOST = 40
"""Percent of a panel's width that the names of bars may take."""


@dataclass(frozen=True, slots=True)
class _Panel:
    """One unit: what it is called, how many reviews it has, how many of them are overdue, and its bars."""

    title: str
    total: int
    overdue: int
    bars: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class _Frame:
    """Units side by side, the width of one, of it for names and for bars, and the share that fills a bar."""

    across: int
    width: int
    names: int
    bars: int
    most: int


def grades_svg(
    distribution: Counts, lang: str, *, titles: Mapping[str, str] | None = None, title: str | None = None,
    narrow: bool = False, alone: bool = False,
) -> str:
    """How many reviews of each unit have which grade. titles: grade -> what it is called, where it has a title."""
    panels = _panels(distribution, titles or {}, {}, lang, keep_empty=True)
    return _chart(panels, lang, title or say(lang, "cli.chart.grades"), "drawing-grades", narrow, alone)


def progress_svg(
    states: Counts, lang: str, *, titles: Mapping[str, str] | None = None, overdue: Mapping[str, int] | None = None,
    title: str | None = None, narrow: bool = False, alone: bool = False,
) -> str:
    """How many reviews of each unit are in which state. titles: state -> title, in the order of the workflow; overdue:
    unit -> reviews in which something is late. States in which no review is are left out."""
    panels = _panels(states, titles or {}, overdue or {}, lang, keep_empty=False)
    return _chart(panels, lang, title or say(lang, "cli.chart.progress"), "drawing-progress", narrow, alone)


def _panels(
    counts: Counts, titles: Mapping[str, str], overdue: Mapping[str, int], lang: str, *, keep_empty: bool
) -> list[_Panel]:
    """A panel for all together where there are several units, then one each, all with the same bars."""
    names = list(dict.fromkeys([*titles, *(name for part in counts.values() for name in part)]))
    whole = {name: sum(part.get(name, 0) for part in counts.values()) for name in names}
    names = [name for name in names if whole[name] or (keep_empty and any(name in part for part in counts.values()))]
    parts = [(unit or "–", part, overdue.get(unit, 0)) for unit, part in counts.items()]
    if len(parts) > 1:
        parts.insert(0, (say(lang, "cli.chart.all"), whole, sum(overdue.values())))
    return [
        _Panel(clean(unit), sum(part.get(name, 0) for name in names), late,
               tuple((clean(titles.get(name) or name or "–"), part.get(name, 0)) for name in names))
        for unit, part, late in parts
    ]


def share(count: int, total: int) -> int:
    """Percent, rounded to the nearest whole, half up."""
    return (200 * count + total) // (2 * total) if total else 0


def _chart(panels: Sequence[_Panel], lang: str, title: str, class_: str, narrow: bool, alone: bool) -> str:
    if not any(panel.total for panel in panels):
        words = say(lang, "cli.chart.none")
        nothing = element("text", text(words), class_="drawing-words", x=MARGIN, y=MARGIN + SIZE, font_size=SIZE)
        return picture(
            width_of(words, SIZE) + 2 * MARGIN, SIZE + 2 * MARGIN + 4, [nothing], title=title, about=words, lang=lang,
            class_=classes("drawing", class_), alone=alone,
        )
    frame = _frame(panels, narrow)
    height = BAND + len(panels[0].bars) * ROW
    inner = [
        element("g", *_panel(
            panel, MARGIN + place % frame.across * (frame.width + GAP),
            MARGIN + place // frame.across * (height + GAP // 2), frame, lang,
        ), class_=classes("drawing-panel", "is-all" if place == 0 and len(panels) > 1 else ""))
        for place, panel in enumerate(panels)
    ]
    across, lines = min(frame.across, len(panels)), -(-len(panels) // frame.across)
    return picture(
        2 * MARGIN + across * (frame.width + GAP) - GAP, 2 * MARGIN + lines * (height + GAP // 2) - GAP // 2, inner,
        title=title, about=_about(panels, lang), lang=lang,
        class_=classes("drawing", class_, "drawing-narrow" if narrow else "drawing-wide"), alone=alone,
    )


def _frame(panels: Sequence[_Panel], narrow: bool) -> _Frame:
    """The same for all units, so that bars can be compared: fewer side by side where names are long."""
    bars = [(name, count, panel.total) for panel in panels for name, count in panel.bars]
    widest = max(width_of(name, SIZE) for name, _, _ in bars)
    across, width = PANELS[narrow]
    if not narrow and widest > width * LABEL_MOST // 100:
        across, width = PANELS_LONG
    numbers = max(width_of(_number(count, total), NOTE) for _, count, total in bars)
    names = min(widest, width * LABEL_MOST // 100)
    most = max(share(count, total) for _, count, total in bars)
    return _Frame(across, width, names, width - names - numbers - 20, most)


def _about(panels: Sequence[_Panel], lang: str) -> str:
    """The numbers in words, for whoever does not see the bars."""
    return say(lang, "cli.diagram.sentences").join(
        say(lang, "cli.chart.unit", unit=panel.title, count=panel.total, numbers=say(lang, "cli.diagram.and").join(
            say(lang, "cli.chart.number", name=name, count=count) for name, count in panel.bars))
        for panel in panels
    )


def _panel(panel: _Panel, x: int, y: int, frame: _Frame, lang: str) -> Iterator[str]:
    """A heading with the number of reviews and a line below it; then a bar each: name, bar, count and share."""
    noted = say(lang, "cli.chart.reviews", count=panel.total)
    if panel.overdue:
        noted += " · " + say(lang, "cli.chart.overdue", count=panel.overdue)
    title = shortened(panel.title, HEAD, frame.width, bold=True)
    yield element("title", text(panel.title)) if title != panel.title else ""
    yield element("text", text(title), class_="drawing-title", x=x, y=y + HEAD, font_size=HEAD, font_weight="600")
    yield element(
        "text", text(noted), class_=classes("drawing-note", "is-overdue" if panel.overdue else ""),
        x=x, y=y + HEAD + 18, font_size=NOTE, fill_opacity=".8",
    )
    yield element(
        "line", class_="drawing-rule", x1=x, y1=y + HEAD + 26, x2=x + frame.width, y2=y + HEAD + 26,
        stroke="currentColor", stroke_opacity=".3",
    )
    for place, (name, count) in enumerate(panel.bars):
        yield _bar(name, count, panel.total, x, y + BAND + place * ROW, frame)


def _number(count: int, total: int) -> str:
    return f"{count} · {share(count, total)}%" if count else "0"


def _bar(name: str, count: int, total: int, x: int, y: int, frame: _Frame) -> str:
    said = shortened(name, SIZE, frame.names)
    left, baseline = x + frame.names + 10, y + BAR
    length = max(share(count, total) * frame.bars // max(frame.most, 1), 2) if count else 0
    return element(
        "g",
        element("title", text(name)) if said != name else "",
        element("text", text(said), class_="drawing-words", x=x, y=baseline, font_size=SIZE),
        element("rect", class_="drawing-track", x=left, y=y + 1, width=frame.bars, height=BAR, rx=2,
                fill="currentColor", fill_opacity=".08"),
        element("rect", class_="drawing-bar", x=left, y=y + 1, width=length, height=BAR, rx=2, fill=ACCENT)
        if count else "",
        element("text", text(_number(count, total)), class_="drawing-number", x=x + frame.width, y=baseline,
                font_size=NOTE, text_anchor="end", fill_opacity=None if count else ".8"),
        class_=classes("drawing-value", "" if count else "is-none"),
    )
