"""Which period keys belong together: a period's own, its months', and those of the periods before it."""

from __future__ import annotations

from functools import lru_cache

from engine.calendar import months_of, previous_period


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
    """The period's own key and those of its months: observations carry either."""
    return tuple(dict.fromkeys((key, *months_of(key))))
