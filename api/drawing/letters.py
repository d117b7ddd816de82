"""How wide a text will be and where its lines break, without asking any font.

Widths are those of a wide sans serif, so that a text drawn in a narrower one still fits its box.
"""

from __future__ import annotations

import unicodedata
from itertools import pairwise

_WIDTHS = {
    280: "ijl'|", 330: " .,:;·‧`", 360: "f-/\\_", 410: "It()[]{}!r\"", 540: "sczJ?·–",
    600: "aexkvyLF", 640: "bdghnopquT0123456789EPSYZ$*", 700: "ABKRVXC#", 760: "UDHNG&", 840: "wOQM+=<>×~^",
    1000: "mW%@—…",
}
_WIDTH = {sign: width for width, signs in _WIDTHS.items() for sign in signs}
_OTHER, _FULL = 680, 1000
_BOLD = 114
"""Percent of the plain width."""

NEVER_FIRST = frozenset("，。、；：？！）》」』】〉”’%,.;:?!)]}·")
NEVER_LAST = frozenset("（《「『【〈“‘([{")


def clean(text: str) -> str:
    """One line of signs that XML may hold and that cannot turn the writing direction around."""
    kept = "".join(" " if sign.isspace() else sign for sign in text if sign.isspace() or _harmless(sign))
    return " ".join(kept.split())


def _harmless(sign: str) -> bool:
    return unicodedata.category(sign) not in ("Cc", "Cf", "Cs", "Co", "Cn")


def width_of(text: str, size: int, *, bold: bool = False) -> int:
    """Units a text takes at a font size, rounded up."""
    thousandths = sum(_sign(one) for one in text) * size
    return -(-thousandths * (_BOLD if bold else 100) // 100_000)


def _sign(sign: str) -> int:
    if sign in _WIDTH:
        return _WIDTH[sign]
    if unicodedata.category(sign) in ("Mn", "Me"):
        return 0
    return _FULL if unicodedata.east_asian_width(sign) in "WF" or ord(sign) > 0x2E7F else _OTHER


def wrapped(text: str, size: int, width: int, most: int, *, bold: bool = False) -> tuple[str, ...]:
    """Lines of at most a width, at most so many, evenly filled; what does not fit ends in an ellipsis."""
    lines = _filled(clean(text), size, width, bold)
    if len(lines) > most:
        return (*lines[: most - 1], shortened("".join(lines[most - 1 :]), size, width, bold=bold))
    narrower = width
    while len(lines) > 1 and narrower > width // 2:
        narrower -= max(size // 2, 1)
        tried = _filled(clean(text), size, narrower, bold)
        if len(tried) > len(lines) or any(_broken(one, other) for one, other in pairwise(tried)):
            break
        lines = tried
    return tuple(line.strip() for line in lines)


def longest_word(text: str, size: int, *, bold: bool = False) -> int:
    """The width below which a word would have to be broken."""
    return max((width_of(piece.rstrip(), size, bold=bold) for piece in _pieces(clean(text))), default=0)


def shortened(text: str, size: int, width: int, *, bold: bool = False) -> str:
    """The text, or as much of its beginning as fits with an ellipsis behind it."""
    text = text.strip()
    if width_of(text, size, bold=bold) <= width:
        return text
    while text and width_of(text + "…", size, bold=bold) > width:
        text = text[:-1]
    return text.rstrip(" ·-–_.") + "…"


def _broken(line: str, following: str) -> bool:
    """Whether a line ends within a word."""
    return bool(line) and not line.endswith((" ", "_", "-")) and line[-1].isascii() and following[:1].isalnum() \
        and following[:1].isascii()


def _filled(text: str, size: int, width: int, bold: bool) -> list[str]:
    """Lines filled one after the other; a line keeps the blank it ends with."""
    lines = [""]
    for piece in _pieces(text):
        if width_of((lines[-1] + piece).rstrip(), size, bold=bold) <= width:
            lines[-1] += piece
            continue
        if lines[-1]:
            lines.append("")
        while width_of(piece.rstrip(), size, bold=bold) > width and len(piece) > 1:
            fits = next(count for count in range(len(piece), 0, -1)
                        if count == 1 or width_of(piece[:count], size, bold=bold) <= width)
            lines[-1] = piece[:fits]
            piece = piece[fits:]
            lines.append("")
        lines[-1] = piece
    return [line for line in lines if line]


def _pieces(text: str) -> list[str]:
    """What a line may not be broken within: words with the blank behind them, parts of names, single Chinese signs."""
    pieces = [""]
    for place, sign in enumerate(text):
        before = text[place - 1] if place else ""
        if before and _may_break(before, sign):
            pieces.append("")
        pieces[-1] += sign
    return pieces


def _may_break(before: str, sign: str) -> bool:
    if sign == " " or sign in NEVER_FIRST or before in NEVER_LAST:
        return False
    if before in " _-":
        return not (before == "-" and sign.isdigit())
    if before == ".":
        return sign.isalpha()
    return _is_full(before) or _is_full(sign)


def _is_full(sign: str) -> bool:
    """Whether a sign fills a square, as Chinese ones do; a line may be broken on both sides of it."""
    return sign not in _WIDTH and _sign(sign) == _FULL
