"""Checks folds over the rows of a list: any, all and count ask each row, sum, mean, min and max filter them."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

from rules.expressions.checking import Checking, nearest
from rules.expressions.figures import FOLDS
from rules.expressions.intervals import Span, product_span
from rules.expressions.lexer import shown
from rules.expressions.plan import Moment, Plan, Run
from rules.expressions.tree import Quantified
from rules.expressions.types import MISSING, YES_NO, Figures, Kind, Missing, Row, Type, Value

Ask = Callable[[Figures, Moment], "list[tuple[Row, Value | Missing]] | Missing"]


def check_quantified(checking: Checking, node: Quantified) -> Plan | None:
    key = ".".join(node.list)
    rows = checking.scope.names.get(key)
    if rows is None or rows.kind is not Kind.LIST or rows.row is None:
        _no_list(checking, node, key)
        return None
    checking.reads.add(key)
    with checking.row(rows.row, of_nodes=key == "metrics" or key.endswith(".parts")):
        where = checking.truth(node.where) if node.where is not None else None
    if node.where is not None and where is None:
        return None
    resolved = replace(node, where=where.node if where else None)
    undecided = rows.missing or (where is not None and where.type.missing)
    ask = _asking(key, where.run if where else None)
    if node.field is not None:
        return _of_field(checking, resolved, rows, rows.row, undecided, ask)
    if node.fold == "count":
        low, high = _row_count(rows, filtered=where is not None)
        return Plan(resolved, Type(Kind.NUMBER, low, high, 0, missing=undecided), _count(ask))
    if where is None:
        checking.fault("EX043", node.column, name=node.fold)
        return None
    return Plan(resolved, replace(YES_NO, missing=undecided), _question(ask, decisive=node.fold == "any"))


def _no_list(checking: Checking, node: Quantified, key: str) -> None:
    if key in checking.scope.later:
        checking.fault("EX022", node.column, name=shown(key), step=checking.scope.later[key])
        return
    lists = [name for name, kind in checking.scope.names.items() if kind.kind is Kind.LIST]
    checking.fault("EX041", node.column, name=shown(key), nearest=nearest(key, lists))


def _of_field(
    checking: Checking, node: Quantified, rows: Type, fields: Mapping[str, Type], undecided: bool, ask: Ask
) -> Plan | None:
    name = node.field or ""
    kind = fields.get(name)
    if kind is None:
        near = nearest(name, fields)
        checking.fault("EX042", node.column, field=shown(name), list=shown(".".join(node.list)), nearest=near)
        return None
    if checking.mixed(name, kind, node.column):
        return None
    dates = kind.kind is Kind.DATE and node.fold in ("min", "max")
    if kind.kind is not Kind.NUMBER and not dates:
        checking.fault("EX032", node.column, found=shown(name))
        return None
    low, high = _row_count(rows, filtered=node.where is not None)
    span: Span = (kind.low, kind.high)
    if node.fold == "sum":
        # No row at all gives 0, which the product with the number of rows contains by itself.
        span = product_span(span, (low, high))
    empty = node.fold != "sum" and low < 1
    digits = None if node.fold == "mean" else kind.digits
    missing = undecided or kind.missing or empty
    result = Type(kind.kind, span[0], span[1], digits, kind.unit, missing=missing)
    return Plan(node, result, _fold(ask, name, node.fold))


def _row_count(rows: Type, filtered: bool) -> tuple[Decimal, Decimal | None]:
    low = Decimal(0) if filtered or rows.low is None else Decimal(int(rows.low))
    return low, None if rows.high is None else Decimal(int(rows.high))


def _asking(key: str, where: Run | None) -> Ask:
    """The rows of the list, each with what the question says of it."""

    def ask(names: Figures, moment: Moment) -> "list[tuple[Row, Value | Missing]] | Missing":
        found = names.get(key, MISSING)
        if found is MISSING:
            return MISSING
        rows: Any = found
        if where is None:
            return [(row, True) for row in rows]
        return [(row, where(names, moment.within(row))) for row in rows]

    return ask


def _question(ask: Ask, decisive: bool) -> Run:
    """any (decided by one yes) and all (decided by one no); an undecided row matters only where none decides."""

    def run(names: Figures, moment: Moment) -> Value | Missing:
        asked = ask(names, moment)
        if asked is MISSING:
            return MISSING
        answers = [answer for _, answer in asked]
        if any(answer is decisive for answer in answers):
            return decisive
        return MISSING if any(answer is MISSING for answer in answers) else not decisive

    return run


def _count(ask: Ask) -> Run:
    def run(names: Figures, moment: Moment) -> Value | Missing:
        asked = ask(names, moment)
        if asked is MISSING or any(answer is MISSING for _, answer in asked):
            return MISSING
        return Decimal(sum(1 for _, answer in asked if answer))

    return run


def _fold(ask: Ask, field: str, fold: str) -> Run:
    folded = FOLDS[fold]
    empty: Value | Missing = Decimal(0) if fold == "sum" else MISSING

    def run(names: Figures, moment: Moment) -> Value | Missing:
        asked = ask(names, moment)
        if asked is MISSING or any(answer is MISSING for _, answer in asked):
            return MISSING
        values = [row.get(field, MISSING) for row, answer in asked if answer]
        if any(value is MISSING for value in values):
            return MISSING
        return folded(values) if values else empty

    return run


