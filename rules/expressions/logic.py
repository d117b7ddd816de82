"""Checks and, or, not and if-else: logic with yes, no and missing, where missing never counts as no."""

from contextlib import ExitStack
from dataclasses import replace

from rules.expressions.checking import Checking, quoted
from rules.expressions.intervals import hull
from rules.expressions.plan import Moment, Plan, Run
from rules.expressions.tree import And, If, Not, Or
from rules.expressions.types import MISSING, YES_NO, Figures, Kind, Missing, Value


def check_not(checking: Checking, node: Not) -> Plan | None:
    inner = checking.truth(node.operand)
    if inner is None:
        return None
    operand = inner.run

    def run(names: Figures, moment: Moment) -> Value | Missing:
        value = operand(names, moment)
        return MISSING if value is MISSING else not value

    return Plan(Not(inner.node, node.column), inner.type, run)


def check_and(checking: Checking, node: And) -> Plan | None:
    return _junction(checking, node, decisive=False)


def check_or(checking: Checking, node: Or) -> Plan | None:
    return _junction(checking, node, decisive=True)


def _junction(checking: Checking, node: And | Or, decisive: bool) -> Plan | None:
    """Each operand is read knowing that those before it did not decide, as evaluation stops where one does."""
    plans: list[Plan | None] = []
    with ExitStack() as behind:
        for operand in node.operands:
            plans.append(checking.truth(operand))
            behind.enter_context(checking.assuming(operand, not decisive))
    sound = [plan for plan in plans if plan is not None]
    if len(sound) < len(plans):
        return None
    kind = replace(YES_NO, missing=any(plan.type.missing for plan in sound))
    operands = tuple(plan.node for plan in sound)
    runs = tuple(plan.run for plan in sound)
    resolved = Or(operands, node.column) if decisive else And(operands, node.column)
    return Plan(resolved, kind, _either(runs) if decisive else _both(runs))


def _both(runs: tuple[Run, ...]) -> Run:
    def run(names: Figures, moment: Moment) -> Value | Missing:
        undecided = False
        for operand in runs:
            value = operand(names, moment)
            if value is MISSING:
                undecided = True
            elif not value:
                return False
        return MISSING if undecided else True

    return run


def _either(runs: tuple[Run, ...]) -> Run:
    def run(names: Figures, moment: Moment) -> Value | Missing:
        undecided = False
        for operand in runs:
            value = operand(names, moment)
            if value is MISSING:
                undecided = True
            elif value:
                return True
        return MISSING if undecided else False

    return run


def check_if(checking: Checking, node: If) -> Plan | None:
    condition = checking.truth(node.condition)
    with checking.assuming(node.condition, True):
        then = checking.single(node.then)
    with checking.assuming(node.condition, False):
        otherwise = checking.single(node.otherwise)
    if condition is None or then is None or otherwise is None:
        return None
    one, other = then.type, otherwise.type
    same_choice = (one.options, one.outside, one.ladder) == (other.options, other.outside, other.ladder)
    if one.kind is not other.kind or not same_choice:
        checking.fault("EX045", node.column, then=quoted(node.then), otherwise=quoted(node.otherwise))
        return None
    kind = replace(one, missing=one.missing or other.missing or condition.type.missing)
    if one.kind is Kind.NUMBER:
        low, high = hull([(one.low, one.high), (other.low, other.high)])
        known = one.digits is not None and other.digits is not None
        digits = max(one.digits or 0, other.digits or 0) if known else None
        kind = replace(kind, low=low, high=high, digits=digits, unit=one.unit if one.unit == other.unit else "")
    resolved = If(then.node, condition.node, otherwise.node, node.column)
    return Plan(resolved, kind, _choose(condition.run, then.run, otherwise.run))


def _choose(condition: Run, then: Run, otherwise: Run) -> Run:
    def run(names: Figures, moment: Moment) -> Value | Missing:
        held = condition(names, moment)
        if held is MISSING:
            return MISSING
        return then(names, moment) if held else otherwise(names, moment)

    return run
