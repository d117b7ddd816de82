"""What programs call while they run: choosing among the rows of a list. Whole numbers only."""

from __future__ import annotations

from math import gcd
from typing import Any

SCORE, BELOW, LEFT_OUT, KEY, KEY_BELOW = 0, 1, 4, 7, 8
"""Where these stand in a gathered row: score, below, weight, below, left out, lack, blocked, key, below."""

Row = tuple[Any, ...]


def once_highest(rows: list[Row]) -> list[Row]:
    """Of the rows with the same key only the highest counts, the first of equals; rows without a key count each."""
    return _once(rows, True)


def once_lowest(rows: list[Row]) -> list[Row]:
    return _once(rows, False)


def _once(rows: list[Row], highest: bool) -> list[Row]:
    best: dict[tuple[int, int], int] = {}
    found = list(rows)
    for index, row in enumerate(rows):
        if row[KEY] is None or row[SCORE] is None:
            continue
        shared = gcd(row[KEY], row[KEY_BELOW])
        key = row[KEY] // shared, row[KEY_BELOW] // shared
        kept = best.get(key)
        loser = index
        if kept is None or _beats(row, rows[kept], highest):
            best[key] = index
            if kept is None:
                continue
            loser = kept
        lost = found[loser]
        found[loser] = (None, *lost[1:LEFT_OUT], True, *lost[LEFT_OUT + 1:])
    return found


def _beats(one: Row, other: Row, highest: bool) -> bool:
    left, right = one[SCORE] * other[BELOW], other[SCORE] * one[BELOW]
    return bool(left > right) if highest else bool(left < right)
