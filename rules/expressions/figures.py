"""Checks arithmetic and the functions on single numbers; results stay exact and carry their bounds."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from functools import partial
from typing import Any, Final

from rules.expressions.advice import same_unit
from rules.expressions.checking import Checking, constant_run, quoted
from rules.expressions.dividing import at_zero, division, late_division
from rules.expressions.intervals import (
    Span,
    absolute_span,
    contains_zero,
    greatest_span,
    least_span,
    negated_span,
    product_span,
    quotient_span,
    sum_span,
)
from rules.expressions.plan import Moment, Plan, Run
from rules.expressions.tree import Arith, Call, Literal, Name, Negate, Node, Option
from rules.expressions.types import MISSING, Figures, Kind, Missing, Type, Value
from rules.numbers import (
    DIGITS_MAX,
    MODES,
    Number,
    Rounding,
    absolute,
    add,
    divide,
    multiply,
    negate,
    number_text,
    round_number,
    round_quotient,
    subtract,
)

_OPERATIONS: Final[dict[str, Callable[[Any, Any], Number]]] = {"+": add, "-": subtract, "*": multiply, "/": divide}
_multiply, _divide = _OPERATIONS["*"], _OPERATIONS["/"]


def check_arith(checking: Checking, node: Arith) -> Plan | None:
    left, right = checking.single(node.left), checking.single(node.right)
    if left is None or right is None:
        return None
    if node.op == "-" and left.type.kind is Kind.DATE and right.type.kind is Kind.DATE:
        return _days(node, left, right)
    sound = True
    for side, written in ((left, node.left), (right, node.right)):
        sound = _fit(checking, side, written, node) and sound
    if not sound:
        return None
    if node.op == "/" and not _may_divide(checking, node, right):
        return None
    kind = _arith_type(checking, node, left.type, right.type)
    resolved = Arith(node.op, left.node, right.node, node.column)
    if left.constant is not None and right.constant is not None:
        value = _OPERATIONS[node.op](left.constant, right.constant)
        return Plan(resolved, replace(kind, low=value, high=value), constant_run(value), constant=value)
    if node.op == "/":
        ending = partial(division, left.run, right.run, at_zero(checking, node.column))
        return Plan(resolved, kind, ending(_divide), quotient=(left.run, right.run), ending=ending)
    if node.op == "*" and left.quotient:
        late = partial(late_division, *left.quotient, right.run, at_zero(checking, node.left.column))
        return Plan(resolved, kind, late(_divide), ending=late)
    return Plan(resolved, kind, _operation(_OPERATIONS[node.op], left.run, right))


def _fit(checking: Checking, side: Plan, written: Node, node: Arith) -> bool:
    if side.type.kind is not Kind.NUMBER:
        checking.fault("EX032", written.column, found=quoted(written))
        return False
    if isinstance(written, Literal) and written.unit == "%" and isinstance(written.value, Decimal):
        share = number_text(divide(written.value, 100))
        checking.fault("EX036", written.column, found=quoted(written), instead=share)
        return False
    return True


def _may_divide(checking: Checking, node: Arith, divisor: Plan) -> bool:
    always = divisor.constant is not None and not divisor.constant
    possible = contains_zero((divisor.type.low, divisor.type.high)) and not checking.never_zero(node.right)
    if always or (possible and not checking.zero_allowed):
        checking.fault("EX039", node.right.column, divisor=quoted(node.right))
        return False
    return True


def _arith_type(checking: Checking, node: Arith, left: Type, right: Type) -> Type:
    one, other = (left.low, left.high), (right.low, right.high)
    both = left.digits is not None and right.digits is not None
    digits: int | None = None
    if node.op in ("+", "-"):
        span = sum_span(one, other if node.op == "+" else negated_span(other))
        digits = max(left.digits or 0, right.digits or 0) if both else None
        same_unit(checking, node.column, (left, right))
        unit = left.unit if left.unit == right.unit else left.unit or right.unit
    elif node.op == "*":
        span = product_span(one, other)
        digits = (left.digits or 0) + (right.digits or 0) if both else None
        unit = "" if left.unit and right.unit else left.unit or right.unit
    else:
        span = quotient_span(one, other)
        unit = "" if right.unit else left.unit
    zero = node.op == "/" and contains_zero(other) and not checking.never_zero(node.right)
    missing = left.missing or right.missing or zero
    return Type(Kind.NUMBER, span[0], span[1], digits, unit, missing=missing)


def _operation(operation: Callable[[Any, Any], Number], left: Run, right: Plan) -> Run:
    second, constant = right.run, right.constant

    def run(names: Figures, moment: Moment) -> Value | Missing:
        one = left(names, moment)
        if one is MISSING:
            return MISSING
        other = second(names, moment)
        return MISSING if other is MISSING else operation(one, other)

    def run_constant(names: Figures, moment: Moment) -> Value | Missing:
        one = left(names, moment)
        return MISSING if one is MISSING else operation(one, constant)

    return run if constant is None else run_constant


def _days(node: Arith, left: Plan, right: Plan) -> Plan:
    first, second = left.run, right.run

    def run(names: Figures, moment: Moment) -> Value | Missing:
        one, other = first(names, moment), second(names, moment)
        if isinstance(one, date) and isinstance(other, date):
            return Decimal((one - other).days)
        return MISSING

    kind = Type(Kind.NUMBER, digits=0, missing=left.type.missing or right.type.missing)
    return Plan(Arith("-", left.node, right.node, node.column), kind, run)


def check_negate(checking: Checking, node: Negate) -> Plan | None:
    inner = checking.number(node.operand)
    if inner is None:
        return None
    low, high = negated_span((inner.type.low, inner.type.high))
    kind = replace(inner.type, low=low, high=high)
    resolved = Negate(inner.node, node.column)
    if inner.constant is not None:
        value = negate(inner.constant)  # type: ignore[arg-type]
        return Plan(resolved, kind, constant_run(value), constant=value)
    return Plan(resolved, kind, _one(negate, inner.run))


def check_abs(checking: Checking, node: Call) -> Plan | None:
    inner = checking.number(node.args[0])
    if inner is None:
        return None
    low, high = absolute_span((inner.type.low, inner.type.high))
    kind = replace(inner.type, low=low, high=high)
    return Plan(Call("abs", (inner.node,), node.column), kind, _one(absolute, inner.run))


def check_round(checking: Checking, node: Call) -> Plan | None:
    """`round(x; 2; half_up)`: digits and mode are written out, as everywhere."""
    inner = checking.number(node.args[0])
    digits, mode = node.args[1], node.args[2]
    places = digits.value if isinstance(digits, Literal) and not digits.unit else None
    word = mode.text if isinstance(mode, Name | Option) else ""
    if not isinstance(places, Decimal) or places != int(places) or places > DIGITS_MAX or word not in MODES:
        checking.fault("EX044", digits.column, modes=", ".join(MODES), most=str(DIGITS_MAX))
        return None
    if inner is None:
        return None
    resolved = Call("round", (inner.node, digits, Option(word, mode.column)), node.column)
    return rounded_plan(replace(inner, node=resolved), Rounding(int(places), word))


def rounded_plan(plan: Plan, rounding: Rounding) -> Plan:
    """The plan with its number rounded once; a division at its end is rounded as it is made."""
    low = None if plan.type.low is None else round_number(plan.type.low, rounding)
    high = None if plan.type.high is None else round_number(plan.type.high, rounding)
    digits = plan.type.digits if rounding.digits is None else rounding.digits
    kind = replace(plan.type, low=low, high=high, digits=digits)
    if plan.ending:
        return Plan(plan.node, kind, plan.ending(partial(round_quotient, rounding=rounding)))
    return Plan(plan.node, kind, _one(partial(round_number, rounding=rounding), plan.run))


def _one(operation: Callable[[Any], Number], operand: Run) -> Run:
    def run(names: Figures, moment: Moment) -> Value | Missing:
        value = operand(names, moment)
        return MISSING if value is MISSING else operation(value)

    return run


def check_of_several(checking: Checking, node: Call) -> Plan | None:
    """min, max, sum and mean of two values or more; min and max of dates too. One missing value leaves it undecided."""
    plans = [checking.single(arg) for arg in node.args]
    sound = [plan for plan in plans if plan is not None]
    if len(sound) < len(plans):
        return None
    dates = node.name in ("min", "max") and all(plan.type.kind is Kind.DATE for plan in sound)
    for plan, written in zip(sound, node.args, strict=True):
        percent = isinstance(written, Literal) and written.unit == "%"
        if plan.type.kind is not Kind.NUMBER and not dates:
            checking.fault("EX032", written.column, found=quoted(written))
            return None
        if percent and not any(other.type.unit == "%" for other in sound if other is not plan):
            checking.fault("EX037", written.column, found=quoted(node), instead=quoted(written).removesuffix(" %"))
            return None
    same_unit(checking, node.column, [plan.type for plan in sound])
    resolved = Call(node.name, tuple(plan.node for plan in sound), node.column)
    return Plan(resolved, _several_type(node.name, [plan.type for plan in sound]), _several_run(node.name, sound))


def _several_type(name: str, types: list[Type]) -> Type:
    spans: list[Span] = [(kind.low, kind.high) for kind in types]
    known = all(kind.digits is not None for kind in types)
    digits = max(kind.digits or 0 for kind in types) if known else None
    units = {kind.unit for kind in types if kind.unit}
    if name in ("min", "max"):
        span = least_span(spans) if name == "min" else greatest_span(spans)
    else:
        span = spans[0]
        for other in spans[1:]:
            span = sum_span(span, other)
    if name == "mean":
        count = Decimal(len(types))
        span, digits = quotient_span(span, (count, count)), None
    unit = units.pop() if len(units) == 1 else ""
    return Type(types[0].kind, span[0], span[1], digits, unit, missing=any(kind.missing for kind in types))


def _several_run(name: str, plans: list[Plan]) -> Run:
    runs = tuple(plan.run for plan in plans)
    fold = FOLDS[name]

    def run(names: Figures, moment: Moment) -> Value | Missing:
        values: list[Any] = []
        for operand in runs:
            value = operand(names, moment)
            if value is MISSING:
                return MISSING
            values.append(value)
        folded: Value = fold(values)
        return folded

    return run


def total_of(values: list[Any]) -> Any:
    result: Number = Decimal(0)
    for value in values:
        result = add(result, value)
    return result


def mean_of(values: list[Any]) -> Any:
    return divide(total_of(values), len(values))


FOLDS: Final[dict[str, Callable[[list[Any]], Any]]] = {"sum": total_of, "mean": mean_of, "min": min, "max": max}
"""The folds over one value or more."""
