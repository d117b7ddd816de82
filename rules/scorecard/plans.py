"""What a card fixes before any facts are there: closures, texts of constants, and what never changes in a step."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple, TypeAlias

from rules.expressions.plan import Run
from rules.scorecard.model import Input, Node, Rule
from rules.scorecard.shapes import Term

Step: TypeAlias = dict[str, Any]

Shaped: TypeAlias = tuple[Any, Any, Step, tuple[str, ...]]
"""What a shape gave: the value (MISSING where a term or an undecided choice lacks), its text where it is known already,
the formula as the trace tells it, and the figures for whose want it is missing."""

Shaper: TypeAlias = Callable[[Any, tuple[Any, ...]], Shaped]
"""A shape made ready for a course and the values that go into it; raises `ZeroDivisor` where a divisor is 0."""

Past: TypeAlias = tuple[str, int, str]
"""A figure of an earlier period: its name, how many periods ago, and how the trace calls it."""


@dataclass(frozen=True, slots=True)
class Ready:
    """A term with what is known of it: run is None for a constant, whose value and text are made once."""

    term: Term | None
    value: Any
    text: Any
    run: Run | None


class Settled(NamedTuple):
    """A target, weight or standard of a node. key: its dotted name; step: what the trace tells of it, but its value."""

    what: str
    key: str
    term: Ready
    step: Step


class Stand(NamedTuple):
    """What step 2 makes of one node. local: its own names; names: the same by dotted name; sourced: target and weight
    as the node's step tells them."""

    local: dict[str, Any]
    names: dict[str, Any]
    sourced: dict[str, Step]
    steps: list[Step]


@dataclass(frozen=True, slots=True)
class NodePlan:
    """One node made ready. head: how its step begins; name: the figure that alone is its value; reads, past: the
    figures that its values read, now and in earlier periods. Steps are copied from here and share what is inside, so
    nobody who reads a trace may change it. own: its local names are target and
    weight alone, which hide no other; stands: what the file alone makes of it, by profile."""

    node: Node
    head: Step
    values: tuple[Ready, ...] = ()
    text: str = ""
    name: str | None = None
    reads: tuple[str, ...] = ()
    past: tuple[Past, ...] = ()
    shape: Shaper | None = None
    ends: tuple[Ready, Ready] | None = None
    rounding: Step | None = None
    rules: tuple[tuple[Rule, Step], ...] = ()
    settled: tuple[Settled, ...] = ()
    score_key: str = ""
    value_key: str = ""
    own: bool = False
    stands: dict[str | None, Stand] = field(default_factory=dict)


class InputPlan(NamedTuple):
    """One input and how its step begins."""

    input: Input
    head: Step


@dataclass(slots=True)
class Prepared:
    """A whole card. nodes: by identity of the node, which the plan keeps alive; metrics: every metric and part, parents
    first; read: every name that an expression reads; figures: inputs and computed figures; weighted: whether a metric
    without a weight is not judged; summed: groups whose weights must sum; bare_grade: the node of the grade without its
    rules; rules: how the steps of rules begin that act on parts and on the grade, by identity."""

    nodes: Mapping[int, NodePlan] = field(default_factory=dict)
    metrics: tuple[NodePlan, ...] = ()
    inputs: tuple[InputPlan, ...] = ()
    agreed: tuple[InputPlan, ...] = ()
    read: frozenset[str] = frozenset()
    figures: tuple[str, ...] = ()
    weighted: bool = False
    summed: tuple[Node, ...] = ()
    bare_grade: Node | None = None
    rules: Mapping[int, Step] = field(default_factory=dict)
