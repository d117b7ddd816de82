"""Checks what looks back: previous(), past() and the folds over past periods, and held() at rules above."""

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import Any, Final

from rules.expressions.checking import Checking, is_word, nearest, quoted
from rules.expressions.figures import FOLDS
from rules.expressions.intervals import Span, product_span
from rules.expressions.lexer import shown
from rules.expressions.plan import Moment, Plan, Run, Series
from rules.expressions.tree import Call, Literal, Name, Option
from rules.expressions.types import MISSING, YES_NO, Figures, Kind, Missing, Type, Value

PERIODS_MAX: Final = 40


def check_previous(checking: Checking, node: Call) -> Plan | None:
    """`previous(x)`, or `previous(x; 2)` for the period before that."""
    found = _past_name(checking, node)
    back = _periods(checking, node) if len(node.args) > 1 else 1
    if found is None or back is None:
        return None
    name, kind = found
    key = name.text

    def run(names: Figures, moment: Moment) -> Value | Missing:
        return moment.past[back - 1].get(key, MISSING) if len(moment.past) >= back else MISSING

    return Plan(node, replace(kind, missing=True), run)


def check_past(checking: Checking, node: Call) -> Series | None:
    """`past(x; 3)`: the values of three preceding periods, missing unless all three exist."""
    found, count = _past_name(checking, node), _periods(checking, node)
    if found is None or count is None:
        return None
    name, kind = found
    key, wanted = name.text, count

    def run(names: Figures, moment: Moment) -> "tuple[Value, ...] | Missing":
        if len(moment.past) < wanted:
            return MISSING
        values: list[Value] = []
        for figures in moment.past[:wanted]:
            value = figures.get(key, MISSING)
            if value is MISSING:
                return MISSING
            values.append(value)
        return tuple(values)

    return Series(node, replace(kind, missing=True), run)


def _past_name(checking: Checking, node: Call) -> tuple[Name, Type] | None:
    name = node.args[0]
    if not isinstance(name, Name):
        checking.fault("EX029", name.column, name=quoted(name), nearest="")
        return None
    kind = checking.scope.past.get(name.text)
    if kind is None or kind.kind is Kind.LIST:
        near = nearest(name.text, checking.scope.past)
        checking.fault("EX029", name.column, name=shown(name.text), nearest=near)
        return None
    checking.past_reads.add(name.text)
    return name, kind


def _periods(checking: Checking, node: Call) -> int | None:
    written = node.args[1]
    value = written.value if isinstance(written, Literal) and not written.unit else None
    if isinstance(value, Decimal) and value == int(value) and 1 <= value <= PERIODS_MAX:
        return int(value)
    checking.fault("EX030", written.column, most=str(PERIODS_MAX))
    return None


def check_held(checking: Checking, node: Call) -> Plan | None:
    """`held(rule)`: whether the rule of this name acted above."""
    word = is_word(node.args[0])
    if word is None or word not in checking.scope.rules:
        found = quoted(node.args[0])
        checking.fault("EX028", node.args[0].column, rule=found, nearest=nearest(word or found, checking.scope.rules))
        return None
    rule = word
    checking.held.add(rule)

    def run(names: Figures, moment: Moment) -> Value | Missing:
        return rule in moment.held

    return Plan(Call("held", (Option(rule, node.args[0].column),), node.column), YES_NO, run)


def check_series_fold(checking: Checking, node: Call) -> Plan | None:
    """mean(past(x; 3)), count(past(grade; 3) == A) and their like: one value out of the past ones."""
    checked = checking.visit(node.args[0])
    if checked is None:
        return None
    if not isinstance(checked, Series):
        checking.fault("EX053", node.column, name=node.name)
        return None
    questions = node.name in ("any", "all", "count")
    wanted = Kind.YES_NO if questions else Kind.NUMBER
    if checked.type.kind is not wanted:
        checking.fault("EX033" if questions else "EX032", node.args[0].column, found=quoted(node.args[0]))
        return None
    resolved = Call(node.name, (checked.node,), node.column)
    return Plan(resolved, _fold_type(node.name, checked.type), _series_run(checked, _SERIES_FOLDS[node.name]))


def _fold_type(name: str, kind: Type) -> Type:
    if name in ("any", "all"):
        return replace(YES_NO, missing=True)
    most = Decimal(PERIODS_MAX)
    if name == "count":
        return Type(Kind.NUMBER, Decimal(0), most, 0, missing=True)
    span: Span = (kind.low, kind.high)
    if name == "sum":
        span = product_span(span, (Decimal(1), most))
    digits = None if name == "mean" else kind.digits
    return Type(Kind.NUMBER, span[0], span[1], digits, kind.unit, missing=True)


def _count(values: list[Any]) -> Decimal:
    return Decimal(sum(1 for value in values if value))


_SERIES_FOLDS: Final[dict[str, Callable[[list[Any]], Any]]] = {**FOLDS, "any": any, "all": all, "count": _count}


def _series_run(series: Series, fold: Callable[[list[Any]], Any]) -> Run:
    each = series.run

    def run(names: Figures, moment: Moment) -> Value | Missing:
        values = each(names, moment)
        if values is MISSING:
            return MISSING
        result: Value = fold(list(values))
        return result

    return run
