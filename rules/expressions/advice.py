"""What a constant beside a figure says about itself: its percent sign, its size, whether it can matter at all."""

import operator
from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import Any, Final

from rules.expressions.checking import Checking, quoted
from rules.expressions.plan import Plan, Series
from rules.expressions.tree import Compare, Literal
from rules.expressions.types import Kind, Type, range_text
from rules.numbers import absolute, multiply, number_text

TESTS: Final[dict[str, Callable[[Any, Any], bool]]] = {
    "==": operator.eq, "!=": operator.ne, "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge,
}  # fmt: skip


def against_constant(
    checking: Checking, node: Compare, side: Plan | Series, other: Plan | Series, op: str
) -> None:
    """What a constant says about itself beside a figure: its percent sign, its size, whether it can matter at all.

    `op` reads "other op side".
    """
    value = side.constant if isinstance(side, Plan) else None
    if not isinstance(value, Decimal):
        return
    written = side.node
    percent = isinstance(written, Literal) and written.unit == "%"
    shown_value, kind = number_text(value), other.type
    if percent and kind.unit != "%":
        checking.fault("EX037", written.column, found=quoted(other.node), instead=shown_value)
        return
    if kind.unit == "%" and not percent and 0 < absolute(value) < 1 and (kind.high is None or kind.high > 1):
        hundredfold = number_text(multiply(value, 100))
        checking.fault("EX038", written.column, "warning", found=shown_value, instead=hundredfold)
    code = _settled(op, kind, value)
    if code and not (isinstance(other, Plan) and other.constant is not None):
        reach = f"{quoted(other.node)} {range_text(kind)}"
        checking.fault(code, node.column, "warning", found=quoted(node), range=reach)


def same_unit(checking: Checking, column: int, types: Iterable[Type]) -> None:
    """Figures that are added, compared or folded into one are of one unit."""
    units = list(dict.fromkeys(one.unit for one in types if one.kind is Kind.NUMBER and one.unit))
    if len(units) > 1:
        checking.fault("EX040", column, "warning", left=units[0], right=units[1])


def _settled(op: str, kind: Type, value: Decimal) -> str | None:
    """EX051 where no value of the type passes the test, EX052 where every value does."""
    test = TESTS[op]
    low, high = kind.low, kind.high
    if op in ("==", "!="):
        beyond = (low is not None and value < low) or (high is not None and value > high)
        finer = kind.digits is not None and len(number_text(value).partition(".")[2]) > kind.digits
        return ("EX051" if op == "==" else "EX052") if beyond or finer else None
    if low is None and high is None:
        return None
    ends = [low is not None and test(low, value), high is not None and test(high, value)]
    upward = op in (">", ">=")
    best, worst = (high, low) if upward else (low, high)
    passes_best, passes_worst = (ends[1], ends[0]) if upward else (ends[0], ends[1])
    if best is not None and not passes_best:
        return "EX051"
    return "EX052" if worst is not None and passes_worst else None
