"""A demo's folder keeps the demo's time: its quarter goes on from where the story ended, while people look at it."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from engine.clock import Clock, ShiftedClock, SystemClock, instant_text, parse_instant
from engine.runtime import Settings

MARK = ".reviewcycle-demo"
"""A file that says: this folder is a demo's and may be wiped by the next one; and when its story ended."""


def keep_time(folder: Path, ended: datetime) -> None:
    """Writes down where the story ended and when it was played."""
    played = SystemClock().now()
    (folder / MARK).write_text(f"{instant_text(ended)} {instant_text(played)}\n", encoding="ascii")


def clock_of(settings: Settings) -> Clock:
    """The clock of a data folder: the machine's, save in a demo's folder, where it is as late as the story left it."""
    mark = settings.data / MARK
    if not settings.database_url.startswith("sqlite:///") or not mark.is_file():
        return SystemClock()
    try:
        ended, played = mark.read_text(encoding="ascii").split()
        return ShiftedClock(parse_instant(ended) - parse_instant(played))
    except (OSError, ValueError):
        return SystemClock()


def is_demo(settings: Settings) -> bool:
    """Whether the folder is a demo's."""
    return (settings.data / MARK).is_file() and settings.database_url.startswith("sqlite:///")
