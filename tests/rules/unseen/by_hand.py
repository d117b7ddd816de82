"""The expected numbers of a case, worked out in fractions from the arithmetic that the case writes down."""

from __future__ import annotations

import ast
import math
from collections.abc import Callable
from fractions import Fraction
from typing import Any

Number = Fraction


def half_up(value: Fraction, digits: int) -> Fraction:
    scaled = abs(value) * 10**digits
    size = Fraction(math.floor(scaled + Fraction(1, 2)), 10**digits)
    return size if value >= 0 else -size


def half_even(value: Fraction, digits: int) -> Fraction:
    return Fraction(round(value * 10**digits), 10**digits)


def half_down(value: Fraction, digits: int) -> Fraction:
    scaled = abs(value) * 10**digits
    size = Fraction(math.ceil(scaled - Fraction(1, 2)), 10**digits)
    return size if value >= 0 else -size


def floor(value: Fraction, digits: int) -> Fraction:
    return Fraction(math.floor(value * 10**digits), 10**digits)


def ceiling(value: Fraction, digits: int) -> Fraction:
    return Fraction(math.ceil(value * 10**digits), 10**digits)


def up(value: Fraction, digits: int) -> Fraction:
    return ceiling(value, digits) if value >= 0 else floor(value, digits)


def down(value: Fraction, digits: int) -> Fraction:
    return floor(value, digits) if value >= 0 else ceiling(value, digits)


FUNCTIONS: dict[str, Callable[..., Fraction]] = {
    "r": half_up, "half_even": half_even, "half_down": half_down, "floor": floor, "ceiling": ceiling, "up": up,
    "down": down, "min": min, "max": max,
}  # fmt: skip


def worked(text: str, known: dict[str, Fraction]) -> Fraction:
    """What `r((60*95.55 + 40*66.67) / 100, 2)` comes to; names are lines worked out before."""
    return _node(ast.parse(text.strip(), mode="eval").body, text.strip(), known)


def _node(node: ast.expr, text: str, known: dict[str, Fraction]) -> Fraction:
    if isinstance(node, ast.Constant):
        return Fraction(ast.get_source_segment(text, node) or "")
    if isinstance(node, ast.Name):
        return known[node.id]
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        return -_node(node.operand, text, known)
    if isinstance(node, ast.BinOp):
        left, right = _node(node.left, text, known), _node(node.right, text, known)
        ways: dict[type, Callable[[], Any]] = {
            ast.Add: lambda: left + right, ast.Sub: lambda: left - right, ast.Mult: lambda: left * right,
            ast.Div: lambda: left / right,
        }  # fmt: skip
        return Fraction(ways[type(node.op)]())
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
        values = [_node(one, text, known) for one in node.args]
        if node.func.id in ("min", "max"):
            return FUNCTIONS[node.func.id](values)
        return FUNCTIONS[node.func.id](values[0], int(values[1]))
    raise ValueError(ast.dump(node))
