"""Checks a whole tree: which function checks which node, and which functions the language has."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import ClassVar, Final

from rules.expressions.checking import Check, Checked, Checking, constant_run, nearest, quoted
from rules.expressions.comparing import check_compare, check_in
from rules.expressions.figures import check_abs, check_arith, check_negate, check_of_several, check_round
from rules.expressions.lexer import shown
from rules.expressions.lists import check_quantified
from rules.expressions.logic import check_and, check_if, check_not, check_or
from rules.expressions.periods import check_held, check_past, check_previous, check_series_fold
from rules.expressions.plan import Plan
from rules.expressions.tree import (
    And,
    Arith,
    Call,
    Compare,
    If,
    In,
    Literal,
    Name,
    Negate,
    Node,
    Not,
    Option,
    Or,
    Quantified,
)
from rules.expressions.types import YES_NO, Kind, Type

ARGUMENTS_MAX: Final = 50

FUNCTIONS: Final[Mapping[str, tuple[int, int, Check]]] = {
    "abs": (1, 1, check_abs),
    "round": (3, 3, check_round),
    "previous": (1, 2, check_previous),
    "past": (2, 2, check_past),
    "held": (1, 1, check_held),
    "min": (1, ARGUMENTS_MAX, check_of_several),
    "max": (1, ARGUMENTS_MAX, check_of_several),
    "mean": (1, ARGUMENTS_MAX, check_of_several),
    "sum": (1, ARGUMENTS_MAX, check_of_several),
    "any": (1, 1, check_series_fold),
    "all": (1, 1, check_series_fold),
    "count": (1, 1, check_series_fold),
}
"""Every function of the language with the least and most arguments it takes."""

_EXPECTED: Final = {Kind.YES_NO: "EX033", Kind.NUMBER: "EX046", Kind.CHOICE: "EX047", Kind.DATE: "EX048"}


def _check_literal(checking: Checking, node: Literal) -> Plan:
    value = node.value
    if isinstance(value, bool):
        return Plan(node, YES_NO, constant_run(value), constant=value)
    if isinstance(value, date):
        return Plan(node, Type(Kind.DATE), constant_run(value), constant=value)
    digits = -int(value.as_tuple().exponent)
    kind = Type(Kind.NUMBER, value, value, max(digits, 0), node.unit)
    return Plan(node, kind, constant_run(value), constant=value)


def _check_option(checking: Checking, node: Option) -> Checked:
    """A quoted text is only ever an option, and those are taken by the choice that stands opposite."""
    checking.fault("EX050", node.column, found=shown(node.text))
    return None


def _check_name(checking: Checking, node: Name) -> Checked:
    return checking.name(node)


def _check_call(checking: Checking, node: Call) -> Checked:
    known = FUNCTIONS.get(node.name)
    if known is None:
        checking.fault("EX026", node.column, name=shown(node.name), nearest=nearest(node.name, FUNCTIONS))
        return None
    least, most, check = known
    if not least <= len(node.args) <= most:
        wanted = str(least) if least == most else f"{least}..{most}"
        checking.fault("EX027", node.column, name=node.name, wanted=wanted, found=str(len(node.args)))
        return None
    if check is check_of_several and len(node.args) == 1:
        check = check_series_fold
    return check(checking, node)


class Checker(Checking):
    """Checks one tree once; afterwards `faults`, `reads`, `held` and `past_reads` say what was found."""

    checks: ClassVar[Mapping[type, Check]] = {
        Literal: _check_literal, Option: _check_option, Name: _check_name, Not: check_not, And: check_and,
        Or: check_or, Compare: check_compare, In: check_in, Arith: check_arith, Negate: check_negate, If: check_if,
        Call: _check_call, Quantified: check_quantified,
    }  # fmt: skip

    def whole(self, tree: Node, expects: Kind | None) -> Plan | None:
        """The plan of the outermost node, None where faults were found."""
        plan = self.single(tree)
        if plan is None:
            return None
        if expects is not None and plan.type.kind is not expects:
            self.fault(_EXPECTED.get(expects, "EX046"), tree.column, found=quoted(tree))
        elif isinstance(tree, Literal) and tree.unit == "%" and isinstance(tree.value, Decimal):
            self.fault("EX037", tree.column, found=quoted(tree), instead=quoted(tree).removesuffix(" %"))
        return plan if not any(fault.level == "error" for fault in self.faults) else None
