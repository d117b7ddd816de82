"""The only reader of time; everybody else is handed an instant."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Final, Protocol

KEPT: Final = 4_096
"""How many instants are kept with their texts: the rows of a command, or of a cycle's opening, share most of theirs."""


class Clock(Protocol):
    def now(self) -> datetime: ...


@dataclass(frozen=True, slots=True)
class SystemClock:
    """The machine's time, in UTC."""

    def now(self) -> datetime:
        return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class ShiftedClock:
    """The machine's time, earlier or later by a fixed span: for a sample whose quarter lies in the past."""

    shift: timedelta

    def now(self) -> datetime:
        return datetime.now(UTC) + self.shift


@dataclass(slots=True)
class HandClock:
    """A clock set by hand: stories, examples and tests move it; it never moves by itself."""

    instant: datetime

    def now(self) -> datetime:
        return self.instant

    def set(self, instant: datetime) -> None:
        """Moves to a later (or the same) instant; ValueError when it would go back."""
        if instant < self.instant:
            raise ValueError(f"clock would go back from {self.instant} to {instant}")
        self.instant = instant


def ticks() -> int:
    """Nanoseconds of a clock that only runs forward and tells no time: for how long something may take."""
    return time.monotonic_ns()


@lru_cache(maxsize=KEPT)
def instant_text(instant: datetime) -> str:
    """Canonical text of an aware instant: UTC, six digits, `Z`."""
    if instant.tzinfo is None:
        raise ValueError("an instant without a time zone")
    there = instant if instant.tzinfo is UTC else instant.astimezone(UTC)
    return there.replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"


@lru_cache(maxsize=KEPT)
def parse_instant(text: str) -> datetime:
    """The reverse of `instant_text`; also accepts ISO texts with an offset. ValueError when there is no zone."""
    instant = datetime.fromisoformat(text)
    if instant.tzinfo is None:
        raise ValueError(f"{text!r} has no time zone")
    return instant if instant.tzinfo is UTC else instant.astimezone(UTC)
