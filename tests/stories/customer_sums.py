"""What both customer stories need for sums of their own: rows of the sample's files, fractions, halves away from zero.

Nothing of the house is imported here or by the two modules that use it: their totals come from the files alone.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from fractions import Fraction
from pathlib import Path

Rows = dict[str, dict[str, list[dict[str, str]]]]  # subject -> input -> rows


def half_up(number: Fraction) -> Fraction:
    """Two digits."""
    whole = (abs(number) * 200 + 1) // 2
    return Fraction(whole if number >= 0 else -whole, 100)


def text_of(number: Fraction) -> str:
    """Plain decimal text of a number with two digits at most."""
    assert (number * 100).denominator == 1, number
    cents = abs(int(number * 100))
    return f"{'-' if number < 0 else ''}{cents // 100}.{cents % 100:02d}"


def table(file: Path) -> Iterator[dict[str, str]]:
    with file.open(encoding="utf-8", newline="") as opened:
        yield from csv.DictReader(opened)


def figures(files: Iterable[Path]) -> Rows:
    """The last version of every record."""
    last = {row["record"]: row for file in files for row in table(file)}
    found: Rows = {}
    for row in last.values():
        found.setdefault(row["subject"], {}).setdefault(row["input"], []).append(row)
    return found


def targets(files: Iterable[Path], task: str) -> dict[str, dict[str, Fraction]]:
    """Of each subject what the last accepted answers to the task set; 1 for what is `true`."""
    found: dict[str, dict[str, Fraction]] = {}
    for row in (row for file in files for row in table(file)):
        if row["task"] == task and not row["refused"]:
            pairs = (one.split("=") for one in row["targets"].split(";") if one.strip())
            found.setdefault(row["review"], {}).update(
                {name.strip(): Fraction(value.strip().replace("true", "1")) for name, value in pairs}
            )
    return found


def weighted(parts: Iterable[tuple[Fraction | int, Fraction | None]]) -> Fraction | None:
    """The weighted mean of the parts that are there, rounded; None when none is."""
    there = [(weight, score) for weight, score in parts if score is not None]
    if not there:
        return None
    return half_up(sum((weight * score for weight, score in there), Fraction()) / sum(weight for weight, _ in there))


def between(value: Fraction | None, zero: int, full: Fraction | int) -> Fraction | None:
    """Points from 0 at `zero` to 100 at `full`, straight between and flat outside."""
    if value is None:
        return None
    return half_up(max(Fraction(0), min(Fraction(100), (value - zero) * 100 / (full - zero))))
