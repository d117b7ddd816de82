"""How many have each grade before and after, as bars in pairs; every bar has its number beside it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from api.drawing.chart import BAR, MARGIN, NOTE, SIZE
from api.drawing.letters import clean, shortened, width_of
from api.drawing.xml import ACCENT, classes, element, picture, text
from engine.words.book import say

Pair = tuple[str, int, int]
"""What a grade is called, how many have it before, how many after."""

PAIR, INNER = 44, 4
"""Heights: of a pair of bars with its room, between the two."""
WIDTH, NAMES_MOST = 380, 110


def compared_svg(pairs: Sequence[Pair], lang: str, *, title: str, alone: bool = False) -> str:
    """The upper bar of each pair is before, the lower one after."""
    named = [(clean(name), before, after) for name, before, after in pairs]
    names = min(max((width_of(name, SIZE) for name, _, _ in named), default=0), NAMES_MOST)
    sides = {side: say(lang, f"whatif.{side}") for side in ("before", "after")}
    numbers = max(width_of(f"{side} 00000", NOTE) for side in sides.values())
    most = max((max(before, after) for _, before, after in named), default=0)
    bars = WIDTH - 2 * MARGIN - names - numbers - 20
    inner = [
        element("g", *_pair(pair, MARGIN + place * PAIR, names, bars, most, sides), class_="drawing-value")
        for place, pair in enumerate(named)
    ]
    about = say(lang, "cli.diagram.sentences").join(
        say(lang, "whatif.pair", name=name, before=before, after=after) for name, before, after in named
    )
    return picture(
        WIDTH, 2 * MARGIN + len(named) * PAIR, inner, title=title, about=about, lang=lang,
        class_=classes("drawing", "drawing-compared"), alone=alone,
    )  # fmt: skip


def _pair(pair: Pair, y: int, names: int, bars: int, most: int, sides: dict[str, str]) -> Iterator[str]:
    name, before, after = pair
    said = shortened(name, SIZE, names)
    left = MARGIN + names + 10
    if said != name:
        yield element("title", text(name))
    yield element("text", text(said), class_="drawing-words", x=MARGIN, y=y + BAR + INNER + 4, font_size=SIZE)
    for place, (side, count) in enumerate((("before", before), ("after", after))):
        top = y + place * (BAR + INNER)
        length = max(count * bars // max(most, 1), 2) if count else 0
        yield element(
            "rect", class_="drawing-track", x=left, y=top, width=bars, height=BAR, rx=2, fill="currentColor",
            fill_opacity=".08",
        )  # fmt: skip
        if count:
            colours = {"fill": ACCENT} if side == "after" else {"fill": "currentColor", "fill_opacity": ".45"}
            yield element("rect", class_="drawing-bar", x=left, y=top, width=length, height=BAR, rx=2, **colours)
        yield element(
            "text", text(f"{sides[side]} {count}"), class_="drawing-number", x=WIDTH - MARGIN, y=top + BAR - 1,
            font_size=NOTE, text_anchor="end",
        )  # fmt: skip
