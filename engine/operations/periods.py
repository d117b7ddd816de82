"""Which period keys belong together: a period's own, its months', and those of the periods before it."""

from __future__ import annotations

from functools import lru_cache

from engine.calendar import kind_of, parts_of, previous_period

SHORTER = {
    "week": (), "month": ("week",), "quarter": ("month", "week"), "half_year": ("quarter", "month", "week"),
    "year": ("half_year", "quarter", "month", "week"),
}
"""Kinds of periods into which one of the kind can be cut: an input may come `every` one of them."""


@lru_cache(maxsize=1_000)
def periods_before(key: str, count: int) -> tuple[str, ...]:
    """Keys of the periods before, the nearest first."""
    found = []
    for _ in range(count):
        key = previous_period(key)
        found.append(key)
    return tuple(found)


@lru_cache(maxsize=1_000)
def keys_of(key: str) -> tuple[str, ...]:
    """The period's own key and those of its parts of every shorter kind: observations carry any of them."""
    return tuple(dict.fromkeys((key, *(part for kind in SHORTER[kind_of(key)] for part in parts_of(key, kind)))))
