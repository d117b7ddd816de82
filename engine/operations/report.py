"""What an import says back: row numbers, codes and values, told or refused."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from engine.sources.csv_file import RowProblem

TOLD_MOST = 100
"""Rows that a receipt tells of; a dry run tells of all of them, and what they hold."""


@dataclass(frozen=True, slots=True)
class Change:
    """One difference a row makes: `what` of the person `ref` goes from before to after; `new` for a new person."""

    row: int
    ref: str
    what: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class PeopleReport:
    """Counts are persons; problems of level `error` mean that nothing was stored."""

    rows: int
    added: int
    changed: int
    unchanged: int
    changes: tuple[Change, ...]
    problems: tuple[RowProblem, ...]
    dry_run: bool

    @property
    def refused(self) -> bool:
        return any(problem.level == "error" for problem in self.problems)

    def receipt(self) -> dict[str, Any]:
        """What is kept for the key of this import: counts."""
        counts = ("rows", "added", "changed", "unchanged", "dry_run")
        return {name: getattr(self, name) for name in counts}


@dataclass(frozen=True, slots=True)
class Taken:
    """A review that took the figures, or refused to: code is the refusal's, or empty."""

    review: str
    subject: str
    code: str = ""


@dataclass(frozen=True, slots=True)
class FiguresReport:
    """Counts are rows. late: stored, but after their review's inputs were fixed; problems name rows, level `flag` is
    told and kept, `error` means that nothing was stored. observations: ids stored, in the order of the rows."""

    source: str
    rows: int
    added: int
    replaced: int
    duplicates: int
    gaps: int
    flagged: int
    late: int
    observations: tuple[str, ...]
    problems: tuple[RowProblem, ...]
    reviews: tuple[Taken, ...]
    dry_run: bool

    @property
    def refused(self) -> bool:
        return any(problem.level == "error" for problem in self.problems)

    def receipt(self) -> dict[str, Any]:
        """What is kept for the key of this import: counts, and which rows were told with which code."""
        counts = ("rows", "added", "replaced", "duplicates", "gaps", "flagged", "late", "dry_run")
        return {
            "source": self.source,
            **{name: getattr(self, name) for name in counts},
            "reviews": len(self.reviews),
            "told": _told(self.problems),
        }


def _told(problems: Iterable[RowProblem]) -> list[dict[str, Any]]:
    return [{"row": one.row, "code": one.code} for one in [*problems][:TOLD_MOST]]


def told_in(problem: RowProblem | None) -> str:
    """Row and values of a file's problem, so that a failed step says where in the file to look."""
    values = {} if problem is None else {"row": str(problem.row), **problem.values}
    return " ".join(f"{key}={value}" for key, value in values.items())
