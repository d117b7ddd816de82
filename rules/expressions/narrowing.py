"""What a condition says about the figures it names: the narrower bounds that hold behind it."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import TypeAlias

from rules.expressions.intervals import EVERYTHING, Span, meet
from rules.expressions.tree import And, Compare, Literal, Name, Negate, Node, Not, Or
from rules.expressions.types import Kind, Type
from rules.numbers import negate, step_above, step_below

NonZero: TypeAlias = frozenset[str]

_OPPOSITE = {"==": "!=", "!=": "==", "<": ">=", ">=": "<", ">": "<=", "<=": ">"}
_MIRRORED = {"==": "==", "!=": "!=", "<": ">", ">": "<", "<=": ">=", ">=": "<="}


def narrowed(condition: Node, holds: bool, known: Callable[[Node], Type | None]) -> tuple[Mapping[str, Type], NonZero]:
    """Types of the figures that the condition bounds by constants, and those that cannot be 0 behind it."""
    types: dict[str, Type] = {}
    nonzero: set[str] = set()
    for name, op, constant in _atoms(condition, holds):
        before = types.get(name.text) or known(name)
        if before is None or before.kind is not Kind.NUMBER:
            continue
        low, high = meet((before.low, before.high), _bounds(op, constant, before.digits))
        types[name.text] = replace(before, low=low, high=high)
        if (op == "!=" and constant == 0) or (op == ">" and constant >= 0) or (op == "<" and constant <= 0):
            nonzero.add(name.text)
    return types, frozenset(nonzero)


def _atoms(node: Node, holds: bool) -> list[tuple[Name, str, Decimal]]:
    """The comparisons of a figure with a constant that must all be true when the condition holds (or fails)."""
    match node:
        case Not(operand=inner):
            return _atoms(inner, not holds)
        case And(operands=operands) if holds:
            return [atom for operand in operands for atom in _atoms(operand, holds)]
        case Or(operands=operands) if not holds:
            return [atom for operand in operands for atom in _atoms(operand, holds)]
        case Compare(op=op, left=Name() as name, right=right) if (value := _constant(right)) is not None:
            return [(name, op if holds else _OPPOSITE[op], value)]
        case Compare(op=op, left=left, right=Name() as name) if (value := _constant(left)) is not None:
            return [(name, _MIRRORED[op if holds else _OPPOSITE[op]], value)]
        case _:
            return []


def _constant(node: Node) -> Decimal | None:
    match node:
        case Literal(value=Decimal() as value):
            return value
        case Negate(operand=Literal(value=Decimal() as value)):
            return Decimal(negate(value))  # type: ignore[arg-type]
        case _:
            return None


def _bounds(op: str, constant: Decimal, digits: int | None) -> Span:
    """The closed bounds that a comparison gives; strict ones are closed at the next value of the declared digits."""
    match op:
        case "==":
            return constant, constant
        case ">=":
            return constant, None
        case "<=":
            return None, constant
        case ">":
            return (constant if digits is None else step_above(constant, digits)), None
        case "<":
            return None, (constant if digits is None else step_below(constant, digits))
        case _:
            return EVERYTHING
