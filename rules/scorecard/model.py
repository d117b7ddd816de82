"""What a scorecard is once it is read: frozen facts, every name resolved and every expression compiled."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from rules.expressions.compiled import Expression
from rules.expressions.scope import Scope
from rules.expressions.types import Value
from rules.numbers import EXACT, Rounding
from rules.scorecard.quotas import Cohort, Quota
from rules.scorecard.shapes import Limits, Shape, Split, Term

Path = tuple[str | int, ...]
Title = Mapping[str, str]  # language -> text; a title given as plain text stands under ""

NUMBER_TYPES = ("number", "count", "percent", "money", "rating")


@dataclass(frozen=True, slots=True)
class Span:
    """From low to high, both included; None is open."""

    low: Decimal | None = None
    high: Decimal | None = None

    def holds(self, number: Decimal) -> bool:
        return (self.low is None or number >= self.low) and (self.high is None or number <= self.high)

    def text(self) -> str:
        return f"{'' if self.low is None else self.low}..{'' if self.high is None else self.high}"


@dataclass(frozen=True, slots=True)
class MissingPolicy:
    """What a missing value becomes. policy: `block` | `exclude` | `zero` | `score` | `previous` | `use`."""

    policy: str
    score: Value | None = None


@dataclass(frozen=True, slots=True)
class Input:
    """A declared name that is filled from outside.

    least: a number for all, or one per role; asked: role -> share (0..100 or any scale, shares are relative), in the
    order of the file; round: rounding of the mean over months, raters and roles.
    """

    name: str
    type: str
    path: Path
    digits: int = 0
    span: Span = field(default_factory=Span)
    unit: str | None = None
    options: tuple[str, ...] = ()
    every: str | None = None
    fold: str | None = None
    least: int | Mapping[str, int] | None = None
    asked: Mapping[str, Decimal] = field(default_factory=dict)
    answers: Mapping[str, Decimal] = field(default_factory=dict)
    round: Rounding = EXACT
    missing_role: str = "exclude"
    not_rated: bool = False
    agreed: bool = False
    of: str | None = None
    taken_from: str | None = None
    missing: MissingPolicy | None = None
    title: Title = field(default_factory=dict)

    @property
    def low(self) -> Decimal | None:
        return self.span.low

    @property
    def high(self) -> Decimal | None:
        return self.span.high

    @property
    def numeric(self) -> bool:
        """Whether the figure is a number: choices with `answers` are."""
        return self.type in NUMBER_TYPES or bool(self.answers)

    def least_of(self, role: str) -> int:
        if isinstance(self.least, int):
            return self.least
        return (self.least or {}).get(role, 1)


@dataclass(frozen=True, slots=True)
class RowList:
    """Records of one review. agreed: fields set with the targets; inputs: fields that come later."""

    name: str
    path: Path
    count: Span
    agreed: Mapping[str, Input] = field(default_factory=dict)
    inputs: Mapping[str, Input] = field(default_factory=dict)
    title: Title = field(default_factory=dict)

    @property
    def fields(self) -> dict[str, Input]:
        return {**self.agreed, **self.inputs}


@dataclass(frozen=True, slots=True)
class Rule:
    """effect: add subtract multiply limit set round drop | at_most at_least raise lower set; no `part_names`: all."""

    name: str
    path: Path
    condition: Expression | None
    if_missing: str | None
    effect: str
    amount: Term | None = None
    limits: Limits | None = None
    rounding: Rounding | None = None
    part_names: tuple[str, ...] = ()
    say: Title = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Node:
    """Figure to number: a leaf (`value`, at most one shape) or a group (`parts`, or `each` row of the list `over`).

    key: dotted name (`satisfaction.survey`); missing: None takes the parent's or card's policy; if_zero: `missing`,
    a number, or None when no divisor may be 0; split: a consequence whose amount the whole cohort decides.
    """

    name: str
    key: str
    path: Path
    title: Title = field(default_factory=dict)
    labels: tuple[str, ...] = ()
    weight: Decimal | None = None
    target: Term | None = None
    standards: Mapping[str, Term] = field(default_factory=dict)
    agree: Mapping[str, Span] = field(default_factory=dict)
    values: tuple[Term, ...] = ()
    shape: Shape | None = None
    parts: tuple[Node, ...] = ()
    over: str | None = None
    each: Node | None = None
    once_per: str | None = None
    keep: str | None = None
    combine: str | None = None
    weights_sum: Decimal | None = None
    round_each: Rounding | None = None
    part_rules: tuple[Rule, ...] = ()
    rules: tuple[Rule, ...] = ()
    limits: Limits | None = None
    round: Rounding = EXACT
    missing: MissingPolicy | None = None
    if_zero: Decimal | str | None = None
    split: Split | None = None

    @property
    def group(self) -> bool:
        return self.combine is not None


@dataclass(frozen=True, slots=True)
class Profile:
    name: str
    path: Path
    condition: Expression | None
    weights: Mapping[str, Decimal] = field(default_factory=dict)
    targets: Mapping[str, Decimal] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Requirement:
    path: Path
    that: Expression
    say: Title = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Grades:
    """node: its shape turns the total (or `value`) into a word; ladder: best first; outside: results off the ladder."""

    node: Node
    ladder: tuple[str, ...]
    outside: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ReAdjust:
    """A proposal for the next period. what: `target` | `weight` | `retire`; change_at_most in per cent of the old."""

    metric: str
    path: Path
    condition: Expression | None
    if_missing: str | None
    what: str
    amount: Term | None = None
    change_at_most: Decimal | None = None
    take_from: str | None = None


@dataclass(frozen=True, slots=True)
class Agreeable:
    """Something a task that `sets: targets` may set. key: `satisfaction.target`, `satisfaction.weight`,
    `profit.basic`, `sales_plan`; kind: `target` | `weight` | `input` | `standard`."""

    key: str
    kind: str
    low: Decimal | None
    high: Decimal | None
    digits: int
    default: Decimal | None
    title: Title


@dataclass(frozen=True, slots=True)
class Card:
    """One scorecard. rounds: `metric` and `total` -> rounding; guards: what a workflow may read after scoring;
    opened: what may be agreed."""

    name: str
    version: str
    title: Title
    subject: Mapping[str, Input]
    cycle: Mapping[str, Input]
    missing: MissingPolicy
    rounds: Mapping[str, Rounding]
    inputs: Mapping[str, Input]
    lists: Mapping[str, RowList]
    computed: tuple[Node, ...]
    metrics: tuple[Node, ...]
    profiles: tuple[Profile, ...]
    require: tuple[Requirement, ...]
    total: Node | None
    grades: Grades | None
    forbids: Mapping[str, str]
    cohort: Cohort | None
    quota: Quota | None
    consequences: tuple[Node, ...]
    re_adjust: tuple[ReAdjust, ...]
    guards: Scope
    opened: tuple[Agreeable, ...]
    by_key: dict[str, Node] = field(default_factory=dict, init=False, compare=False, repr=False)
    prepared: dict[str, Any] = field(default_factory=dict, init=False, compare=False, repr=False)

    def agreeable(self) -> tuple[Agreeable, ...]:
        """What a task `sets: targets` may set, in the order of the file: inputs first, then metrics."""
        return self.opened

    def guard_scope(self) -> Scope:
        """Names a workflow guard may read after scoring, with their types and ranges."""
        return self.guards

    def questions(self) -> dict[str, Input]:
        """Inputs that are asked of people."""
        return {name: one for name, one in self.inputs.items() if one.asked}

    def collectable(self) -> dict[str, Input]:
        """Inputs that are observed: neither asked nor agreed."""
        return {
            name: one
            for name, one in self.inputs.items()
            if not one.asked and not one.agreed and not one.of and not one.taken_from
        }

    def nodes(self) -> dict[str, Node]:
        """Every metric and part by dotted name, parents before their parts."""
        if not self.by_key:  # asked for several times in every scoring
            waiting = list(reversed(self.metrics))
            while waiting:
                node = waiting.pop()
                self.by_key[node.key] = node
                waiting.extend(reversed(node.parts))
        return self.by_key
