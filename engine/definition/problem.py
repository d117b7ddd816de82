"""A fault in something that HR wrote, with its place: plain data that `render` turns into text."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

Path = tuple[str | int, ...]

LEVELS = ("error", "later", "warning")


@dataclass(frozen=True, slots=True)
class Problem:
    """line and column are 1-based and count characters; path is the way of keys from the file's root.

    level: `error` (cannot be used), `later` (sound, but this release does not carry it out: not publishable) or
    `warning`. values fill the sentence of `code` in engine/words; the value `nearest`, where not empty, is a known
    word that may have been meant.
    """

    file: str
    line: int
    column: int
    level: str
    code: str
    values: Mapping[str, str] = field(default_factory=dict)
    path: Path = ()


def in_order(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """Sorted by place, each said once."""
    unique: dict[tuple[object, ...], Problem] = {}
    for one in problems:
        unique.setdefault((one.file, one.line, one.column, one.code, tuple(sorted(one.values.items()))), one)
    return tuple(
        sorted(unique.values(), key=lambda one: (one.file, one.line, one.column, LEVELS.index(one.level), one.code))
    )


def has_errors(problems: Iterable[Problem]) -> bool:
    return any(one.level == "error" for one in problems)
