"""Ratios within one run: ours against a floor that does the least anybody could do, medians of both."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median
from time import perf_counter


@dataclass(frozen=True, slots=True)
class Row:
    """One measured thing: seconds of ours and of its floor, and what the ratio must reach.

    at_least: floor / ours must be this or more; at_most: ours / floor must be this or less; exactly one is given.
    """

    what: str
    ours: float
    floor: float
    at_least: float | None = None
    at_most: float | None = None
    note: str = ""

    @property
    def ratio(self) -> float:
        return self.floor / self.ours if self.at_least is not None else self.ours / self.floor

    @property
    def reached(self) -> bool:
        if self.at_least is not None:
            return self.ratio >= self.at_least
        return self.at_most is not None and self.ratio <= self.at_most


def timed(work: Callable[[], object]) -> float:
    begun = perf_counter()
    work()
    return perf_counter() - begun


def best_of(work: Callable[[], object], times: int) -> float:
    """Median seconds of one call."""
    return median(timed(work) for _ in range(times))


def paired(ours: Callable[[], object], floor: Callable[[], object], times: int) -> tuple[float, float]:
    """Median seconds of one call of each, taken in turns, so that a busy moment falls upon both."""
    found = [(timed(ours), timed(floor)) for _ in range(times)]
    return median(one for one, _ in found), median(one for _, one in found)


def table(rows: Sequence[Row]) -> str:
    """The rows side by side, times in microseconds."""
    cells = [["what", "ours us", "floor us", "ratio", "target", "reached", "note"]]
    for row in rows:
        target = f">= {row.at_least} x" if row.at_least is not None else f"<= {row.at_most} x"
        cells.append([
            row.what, f"{row.ours * 1e6:,.1f}", f"{row.floor * 1e6:,.1f}", f"{row.ratio:.2f} x", target,
            "yes" if row.reached else "no", row.note,
        ])  # fmt: skip
    widths = [max(len(line[place]) for line in cells) for place in range(len(cells[0]))]
    return "\n".join("  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
                     for line in cells)  # fmt: skip


def smoke() -> bool:
    """Whether this call shall only show that it works: few repetitions, no judgement on the ratio."""
    return "--smoke" in sys.argv[1:]


def alone(measure: Callable[[bool], Row]) -> None:
    """What `python -m tests.benchmarks.<one>` does."""
    print(table([measure(smoke())]))
