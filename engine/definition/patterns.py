"""Regular expressions that HR may put into a form: only those that any text can be held against in short time.

A pattern takes for ever where one text can be read in very many ways: a repetition of a repetition, a repeated choice
whose arms begin alike, repetitions of the same characters in a row. So the ways are counted, never too few of them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final

LENGTH_MAX: Final = 200
WAYS_MAX: Final = 1_000
"""In how many ways the inner part of a bounded repetition may read a text, all its rounds taken together."""

ROW_MAX: Final = 2
"""So many repetitions without an end may share out the same text, where something must stand between them."""

_ENDLESS: Final = 10**9
_SIGNS: Final = (*map(chr, range(9, 127)), "é", "中", "，")
"""Characters that tell whether two repetitions can take the same text."""

_QUANTIFIER: Final = re.compile(r"[*+?]|\{(\d*)(?:(,)(\d*))?\}")
_ESCAPE: Final = re.compile(r"\\(?:x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|.)", re.DOTALL)
_GROUP: Final = re.compile(r"\((?:\?(?:P<\w+>|:|=|!|<=|<!|[a-zA-Z]*-?[a-zA-Z]*:|[a-zA-Z]+\)|P=\w+\)))?")


def is_bounded(pattern: str) -> bool:
    """Whether a pattern is sound and can be held against any text in short time."""
    if len(pattern) > LENGTH_MAX:
        return False
    try:
        re.compile(pattern)
    except (re.error, OverflowError, RecursionError):
        return False
    count = _Count(pattern)
    ways = count.choice()
    return ways < _ENDLESS and count.place >= len(pattern)


@dataclass(slots=True)
class _Count:
    """Reads a pattern once from left to right. last: what the newest repetition without an end repeats; row: so many of
    them share out one text; between: what must stand behind the newest."""

    pattern: str
    place: int = 0
    last: frozenset[str] = frozenset()
    row: int = 0
    between: list[frozenset[str]] = field(default_factory=list)

    def choice(self) -> int:
        """Ways of the arms up to a closing bracket or the end; arms that may begin alike are read in many ways."""
        ways, firsts = 0, []
        last, between = self.last, list(self.between)
        while True:
            firsts.append(self._first())
            ways += self._sequence()
            # An arm may not be taken: what stood in it separates nothing behind it.
            self.between = list(between) if self.last == last else []
            self.last |= last
            if not self.pattern.startswith("|", self.place):
                break
            self.place += 1
        single = len(firsts) == 1
        apart = single or ("" not in firsts and len(set(firsts)) == len(firsts))
        return ways if single or not apart else max(1, ways - len(firsts) + 1)

    def _first(self) -> str:
        """The plain character with which an arm begins; empty where it begins with anything else."""
        found = self.pattern[self.place : self.place + 1]
        quantified = _QUANTIFIER.match(self.pattern, self.place + 1)
        return "" if found in "\\([.^$|)" or quantified else found.casefold()

    def _sequence(self) -> int:
        ways = 1
        while self.place < len(self.pattern) and self.pattern[self.place] not in "|)":
            start = self.place
            one = self._one()
            ways = min(ways * self._repeated(one, self.pattern[start : self.place]), _ENDLESS)
        return ways

    def _one(self) -> int:
        """Ways of one character, class or group."""
        pattern, here = self.pattern, self.place
        if pattern[here] == "\\":
            escape = _ESCAPE.match(pattern, here)
            self.place = escape.end() if escape else here + 1
            return 2 if pattern[here + 1 : here + 2].isdigit() else 1  # what a group found is read anew
        if pattern[here] == "[":
            self._class()
            return 1
        if pattern[here] != "(":
            self.place += 1
            return 1
        group = _GROUP.match(pattern, here)
        self.place = group.end() if group else here + 1
        if group is not None and group.group().endswith(")"):
            return 1
        ways = self.choice()
        self.place += 1
        return ways

    def _class(self) -> None:
        self.place += 1
        for start in ("^", "]"):
            if self.pattern.startswith(start, self.place):
                self.place += 1
        while self.place < len(self.pattern) and self.pattern[self.place] != "]":
            self.place += 2 if self.pattern[self.place] == "\\" else 1
        self.place += 1

    def _repeated(self, ways: int, what: str) -> int:
        found = _QUANTIFIER.match(self.pattern, self.place)
        if found is None:
            if not what.startswith("("):
                self.between.append(_signs(what))
            return ways
        self.place = found.end()
        if self.pattern[self.place : self.place + 1] in ("?", "+"):
            self.place += 1  # lazy or possessive: no fewer ways than a greedy one is counted with
        least, most = _bounds(found)
        if most is None:
            return 2 if ways == 1 and self._in_row(_signs(what)) else _ENDLESS
        rounds = ways ** min(most, 100) if ways > 1 else 1
        if rounds > WAYS_MAX:
            return _ENDLESS
        return min(rounds * (2 if most > least else 1), _ENDLESS)

    def _in_row(self, signs: frozenset[str]) -> bool:
        """Whether one more repetition without an end may follow those before it."""
        shared = self.last & signs
        apart = not shared or any(not one & shared for one in self.between)
        self.row = 1 if apart else self.row + 1
        fine = apart or (bool(self.between) and self.row <= ROW_MAX)
        self.last, self.between = signs, []
        return fine


def _signs(what: str) -> frozenset[str]:
    """The characters that a plain item can be; all of them where it is a group, or what a group found."""
    if what.startswith("(") or (what.startswith("\\") and what[1:].isdigit()):
        return frozenset(_SIGNS)
    item = re.compile(what)
    return frozenset(sign for sign in _SIGNS if item.fullmatch(sign))


def _bounds(found: re.Match[str]) -> tuple[int, int | None]:
    simple: dict[str, tuple[int, int | None]] = {"*": (0, None), "+": (1, None), "?": (0, 1)}
    if found.group() in simple:
        return simple[found.group()]
    least = int(found[1] or 0)
    if found[2] is None:
        return least, least
    return least, int(found[3]) if found[3] else None
