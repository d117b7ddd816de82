"""What a card says of reviews that are graded together: the cohort, the quota and its rules."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from rules.scorecard.shapes import Term

Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Cohort:
    """by: the subject's attribute whose value is the unit, None for one cohort of all; units that count fewer than
    `below` reviews are put together by the attribute `into`."""

    path: Path
    by: str | None = None
    below: int | None = None
    into: str | None = None


@dataclass(frozen=True, slots=True)
class QuotaRule:
    """kind: `cap` (grades, at_most, or_most with the approval of approved_by) | `share` (shares) | `about` (grades,
    about, give_or_take) | `mean` (at_most, points). Shares in per cent; points: grade -> number, less down the ladder.
    """

    kind: str
    path: Path
    grades: tuple[str, ...] = ()
    at_most: Decimal = Decimal(0)
    or_most: Decimal | None = None
    approved_by: str | None = None
    shares: Mapping[str, Decimal] = field(default_factory=dict)
    about: Decimal = Decimal(0)
    give_or_take: Decimal = Decimal(0)
    points: Mapping[str, Decimal] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Quota:
    """when_over: `refuse` | `lower` | `report`; ties: what ranks equal totals, more is better, or they fall together.
    """

    path: Path
    when_over: str
    ties: tuple[Term, ...] = ()
    rules: tuple[QuotaRule, ...] = ()
