"""What is known of a cohort beside its cards, and what became of it: units, rules, places, parts of a pool."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from rules.numbers import Number
from rules.scorecard.evaluate import Result
from rules.scorecard.figures import Given

Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class CohortFacts:
    """figures: of all units together, by input; by_unit: unit -> its own figures; approved: roles that approved the
    exceptions of the quota everywhere; approved_in: unit -> roles that approved them there."""

    figures: Mapping[str, Given] = field(default_factory=dict)
    by_unit: Mapping[str, Mapping[str, Given]] = field(default_factory=dict)
    approved: frozenset[str] = frozenset()
    approved_in: Mapping[str, frozenset[str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Unit:
    """Reviews that are graded together. kind: `all` | `unit` | `pooled` | `nowhere` (no value of the attribute);
    pooled: the units that were put together; members: places among the cards."""

    kind: str
    name: str | None
    members: tuple[int, ...]
    pooled: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Settled:
    """What is decided of a card and stays: its grade, whatever a quota would make of it, and its parts of pools by the
    split's name; None: not decided."""

    grade: str | None = None
    shares: Mapping[str, Decimal] | None = None


@dataclass(frozen=True, slots=True)
class GradeShare:
    """What one grade of a `share` rule should have, had, and has."""

    grade: str
    share: Decimal
    exact: Number
    target: int
    held: int
    left: int


@dataclass(frozen=True, slots=True)
class RuleReport:
    """One rule in one unit. share: the cap in force; exact: n x share / 100; held, left: before and after; stuck: how
    many cannot be brought inside; why: code of the sentence that says what is broken or cannot be kept, None when kept.
    """

    kind: str
    path: Path
    grades: tuple[str, ...]
    n: int
    share: Number | None = None
    exact: Number | None = None
    least: int | None = None
    most: int | None = None
    low: Number | None = None
    high: Number | None = None
    held: int = 0
    left: int = 0
    approved_by: str | None = None
    shares: tuple[GradeShare, ...] = ()
    sum: Number | None = None
    mean: Number | None = None
    mean_left: Number | None = None
    mean_most: Number | None = None
    stuck: int = 0
    feasible: bool = True
    why: str | None = None

    @property
    def kept(self) -> bool:
        return self.why is None


@dataclass(frozen=True, slots=True)
class UnitReport:
    """n: how many have a grade of the ladder; uncounted: blocked, refused or off the ladder."""

    unit: Unit
    n: int
    uncounted: int
    rules: tuple[RuleReport, ...] = ()

    @property
    def kept(self) -> bool:
        return all(rule.kept for rule in self.rules)


@dataclass(frozen=True, slots=True)
class Place:
    """Where one card stands in its unit: rank from 1 by total; tied: how many others are equal; before and after the
    quota."""

    unit: int
    rank: int
    tied: int
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Part:
    """One card's part of a pool: exact x unit, cut down, and whether one of the units that were left came to it."""

    weight: Number
    exact: Number
    down: Number
    share: Decimal


@dataclass(frozen=True, slots=True)
class SplitReport:
    """unit: None where one pool is for all cards; pool: None when it is not known; parts: card -> its part."""

    name: str
    unit: str | None
    pool: Number | None
    weights: Number
    paid: Number
    digits: int
    parts: Mapping[int, Part] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class CohortResult:
    """results: of every card in the order given; unit_of: the place of each card's unit; places: None where a card does
    not count."""

    results: tuple[Result, ...]
    units: tuple[UnitReport, ...]
    unit_of: Sequence[int]
    places: tuple[Place | None, ...]
    splits: tuple[SplitReport, ...] = ()
    when_over: str | None = None

    @property
    def kept(self) -> bool:
        return all(unit.kept for unit in self.units)
