"""For want of what an expression has no value, wherever it lies: a figure, a field of a row, an earlier period, a 0."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from rules.expressions.compiled import Expression
from rules.expressions.plan import Moment, ZeroDivisor
from rules.expressions.tree import Call, Literal, Name, Node, Quantified, children
from rules.expressions.types import MISSING

ZERO = "÷ 0"
"""What is told where a divisor was 0."""


def hidden_wants(expression: Expression, names: Mapping[str, Any], moment: Moment) -> Iterator[str]:
    """What lacks besides the figures that the expression reads: `checks.serious`, `÷ 0`."""
    yield from _fields(expression.tree, names)
    if _divides_by_zero(expression, names, moment):
        yield ZERO


def earlier_wants(expression: Expression, moment: Moment) -> Iterator[str]:
    """What lacks further back than in the newest period: `previous(total; 2)`."""
    yield from _periods(expression.tree, moment.past)


def _divides_by_zero(expression: Expression, names: Mapping[str, Any], moment: Moment) -> bool:
    moment.zeros.clear()
    try:
        expression.run(names, moment)
    except ZeroDivisor:
        return True
    return bool(moment.zeros)


def _fields(tree: Node, names: Mapping[str, Any]) -> Iterator[str]:
    """The fields that a question to a list reads and that lack in one of its rows."""
    if isinstance(tree, Quantified):
        name = ".".join(tree.list)
        rows = names.get(name, MISSING)
        if isinstance(rows, tuple):
            read = set(_names(tree.where)) if tree.where is not None else set()
            for field in sorted(read | ({tree.field} if tree.field is not None else set())):
                if _lacks(rows, field):
                    yield f"{name}.{field}"
    for one in children(tree):
        yield from _fields(one, names)


def _lacks(rows: Sequence[Mapping[str, Any]], field: str) -> bool:
    """Whether some row has no value of a field that others have, or that all should."""
    return any(field in row for row in rows) and any(row.get(field, MISSING) is MISSING for row in rows)


def _names(tree: Node) -> Iterator[str]:
    if isinstance(tree, Name):
        yield tree.text
    for one in children(tree):
        yield from _names(one)


def _periods(tree: Node, past: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """Looks back further than the newest period, or than there are any, that found nothing."""
    if isinstance(tree, Call) and tree.name in ("previous", "past") and isinstance(tree.args[0], Name):
        name = tree.args[0].text
        deep = tree.args[1].value if len(tree.args) > 1 and isinstance(tree.args[1], Literal) else 1
        last = int(deep) if not isinstance(deep, bool | str) else 1  # type: ignore[arg-type]
        for ago in range(2 if tree.name == "past" else max(last, 2), last + 1):
            if ago > len(past) or past[ago - 1].get(name, MISSING) is MISSING:
                yield f"previous({name}; {ago})"
        return
    for one in children(tree):
        yield from _periods(one, past)
