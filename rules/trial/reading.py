"""What a node reads, and what its judging came to: what reads nothing that moves need not be judged anew."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any, Final

from rules.expressions.compiled import Expression
from rules.expressions.types import MISSING
from rules.numbers import parse_decimal
from rules.scorecard.model import Node
from rules.scorecard.shapes import Bands, Choose, Grid, Limits, Line, Lookup, Shape, Steps, Term

HELD: Final = "held "  # before the name of a rule among the names that a node reads


def read_by(node: Node) -> frozenset[str]:
    """Every name that the node's own expressions read, those of its rows included."""
    found: set[str] = set()
    for expression in _expressions(node):
        found |= expression.reads | {f"{HELD}{name}" for name in expression.held}
    if node.each is not None:
        found |= read_by(node.each)
    return frozenset(found)


def _expressions(node: Node) -> Iterator[Expression]:
    terms = [*node.values, node.target, *_of_limits(node.limits), *_of_shape(node.shape)]
    for rule in (*node.part_rules, *node.rules):
        if rule.condition is not None:
            yield rule.condition
        terms += [rule.amount, *_of_limits(rule.limits)]
    if isinstance(node.shape, Choose):
        yield from (row.condition for row in node.shape.rows)
    yield from (term.expression for term in terms if term is not None and term.expression is not None)


def _of_limits(limits: Limits | None) -> list[Term | None]:
    return [] if limits is None else [limits.low, limits.high]


def _of_shape(shape: Shape | None) -> list[Term | None]:
    match shape:
        case Steps():
            return [shape.start, shape.at, shape.every, shape.above, shape.below]
        case Line():
            return [one for pair in shape.points for one in pair]
        case Bands():
            return [*(row.bound for row in shape.rows), *(row.gives for row in shape.rows), shape.otherwise]
        case Choose():
            return [*(row.gives for row in shape.rows), shape.otherwise]
        case Lookup():
            return [*shape.options.values(), shape.otherwise]
        case Grid():
            return [term for row in shape.cells.values() for term in row.values()]
        case _:
            return []


def scores_in(trace: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """The scores of the exact judging by metric, as they were before rules over the parts changed them."""
    return {step["name"]: _number(step.get("score")) for step in trace if step["step"] == "metrics"}


def _number(text: object) -> Any:
    if not isinstance(text, str):
        return MISSING
    return Fraction(text) if "/" in text else parse_decimal(text)


def acted_in(trace: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """The rules that acted in the exact judging."""
    for step in trace:
        for rule in (*step.get("part_rules", ()), *step.get("rules", ())):
            if rule["acted"]:
                yield rule["rule"]
