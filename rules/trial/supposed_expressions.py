"""Expressions while one figure moves: exact where they do not read it, else every value that they can take."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

from rules.expressions.compiled import Expression
from rules.expressions.plan import ZeroDivisor
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
from rules.expressions.types import MISSING
from rules.numbers import Rounding
from rules.scorecard.model import Rule
from rules.scorecard.shapes import Term
from rules.trial.clouds import (
    NOTHING,
    Cloud,
    Unknown,
    answers,
    between,
    calculated,
    compared,
    folded,
    negated,
    point,
    rounded,
    sized,
    truths,
    united,
)
from rules.trial.reading import HELD

Rows = Sequence[Mapping[str, Any]]


@dataclass
class View:
    """values: what is known for certain; clouds: names that move; rows: lists of which a field moves (fields that are
    clouds); held and unsure: rules that acted, and those that may have; ladder: the grades, best first; changed: names,
    lists and rules that are asked anew, so that whatever reads them is too."""

    values: dict[str, Any]
    clouds: dict[str, Cloud] = field(default_factory=dict)
    rows: dict[str, Rows] = field(default_factory=dict)
    past: Sequence[Mapping[str, Any]] = ()
    held: set[str] = field(default_factory=set)
    unsure: set[str] = field(default_factory=set)
    ladder: Sequence[str] = ()
    changed: set[str] = field(default_factory=set)

    def put(self, name: str, cloud: Cloud) -> None:
        """A name with what it can be; what it was before is forgotten."""
        if cloud.single:
            self.values[name] = cloud.value
            self.clouds.pop(name, None)
        else:
            self.clouds[name] = cloud
            self.values.pop(name, None)

    def get(self, name: str) -> Cloud:
        return self.clouds[name] if name in self.clouds else point(self.values.get(name, MISSING))

    def inside(self, local: Mapping[str, Any]) -> View:
        """The view within a node, with its own names; rules that act there are seen outside too."""
        made = replace(self, values={**self.values}, clouds={**self.clouds})
        for name, one in local.items():
            made.put(name, one if isinstance(one, Cloud) else point(one))
        return made

    def asked_again(self, rules: Iterable[Rule]) -> None:
        self.changed.update(f"{HELD}{rule.name}" for rule in rules)

    def acts(self, rule: str, answer: frozenset[bool]) -> None:
        """Keeps whether a rule acted, for held()."""
        if answer == {True}:
            self.held.add(rule)
        elif True in answer:
            self.unsure.add(rule)

    def moves(self, expression: Expression) -> bool:
        reads = expression.reads
        return not (
            self.clouds.keys().isdisjoint(reads) and self.rows.keys().isdisjoint(reads)
            and self.unsure.isdisjoint(expression.held)
        )

    def of(self, expression: Expression) -> Cloud:
        """Every value that the expression can take; raises Unknown, or ZeroDivisor where it always does."""
        if not self.moves(expression):
            return point(expression.value(self.values, self.past, self.held))
        try:
            return _Walk(self, {}).cloud(expression.tree)
        except ZeroDivisor:
            if expression.zero_missing:  # a part of it is missing, which need not be all of it
                raise Unknown from None
            raise

    def term(self, term: Term) -> Cloud:
        return point(term.constant) if term.expression is None else self.of(term.expression)


@dataclass
class _Walk:
    """One expression; row: the fields of the row that is being asked."""

    view: View
    row: Mapping[str, Any]

    def cloud(self, node: Node) -> Cloud:
        match node:
            case Literal(value=value):
                return point(value)
            case Option(text=text):
                return point(text)
            case Name():
                return self._name(node.text)
            case Negate(operand=operand):
                return negated(self.cloud(operand))
            case Arith(op=op, left=left, right=right):
                return self._arith(op, self.cloud(left), self.cloud(right))
            case If(then=then, condition=condition, otherwise=otherwise):
                asked = truths(self.cloud(condition))
                taken = {True: then, False: otherwise}
                return united([NOTHING if one is MISSING else self.cloud(taken[one]) for one in asked])
            case Call():
                return self._call(node)
            case Quantified():
                return self._fold(node)
            case _:
                return self._logic(node)

    def _name(self, name: str) -> Cloud:
        if name in self.row:
            one = self.row[name]
            return one if isinstance(one, Cloud) else point(one)
        return self.view.get(name)

    def _arith(self, op: str, left: Cloud, right: Cloud) -> Cloud:
        if op == "-" and left.single and right.single and not (left.span or right.span):
            if NOTHING in (left, right):
                return NOTHING
            return point(Decimal((left.value - right.value).days))
        return calculated(op, left, right)

    def _logic(self, node: Node) -> Cloud:
        match node:
            case Not(operand=operand):
                return answers(one if one is MISSING else not one for one in truths(self.cloud(operand)))
            case And(operands=operands):
                return _decided([truths(self.cloud(one)) for one in operands], False)
            case Or(operands=operands):
                return _decided([truths(self.cloud(one)) for one in operands], True)
            case Compare() | In():
                return _decided([truths(one) for one in self._each(node)], False)
            case _:
                raise Unknown

    def _each(self, node: Node) -> list[Cloud]:
        """One value, or one of each period where the node looks at several; none where one of them is missing."""
        match node:
            case Call(name="past"):
                name, count = node.args[0], node.args[1]
                back = int(count.value) if isinstance(count, Literal) else 0  # type: ignore[arg-type]
                if not isinstance(name, Name) or back > len(self.view.past):
                    return [NOTHING]
                values = [point(period.get(name.text, MISSING)) for period in self.view.past[:back]]
                return [NOTHING] if NOTHING in values else values
            case Compare(op=op, left=left, right=right):
                lefts, rights = self._each(left), self._each(right)
                lefts, rights = (lefts * len(rights), rights) if len(lefts) == 1 else (lefts, rights * len(lefts))
                return [self._compare(op, one, other) for one, other in zip(lefts, rights, strict=True)]
            case In(item=item, options=options):
                known = [self.cloud(one) for one in options]
                return [
                    _decided([truths(self._compare("==", value, one)) for one in known], True)
                    for value in self._each(item)
                ]
            case _:
                return [self.cloud(node)]

    def _compare(self, op: str, left: Cloud, right: Cloud) -> Cloud:
        if left.span is not None or right.span is not None:
            return compared(op, left, right)
        found: set[Any] = {MISSING} if left.missing or right.missing else set()
        for one in left.words:
            found |= {self._words(op, one, other) for other in right.words}
        return answers(found)

    def _words(self, op: str, one: Any, other: Any) -> bool:
        if op in ("==", "!="):
            return bool(one == other) == (op == "==")
        if isinstance(one, str):
            ladder = self.view.ladder
            if one not in ladder or other not in ladder:
                if set(ladder) & {one, other}:
                    return False
                raise Unknown
            one, other = -ladder.index(one), -ladder.index(other)
        return bool({"<": one < other, "<=": one <= other, ">": one > other, ">=": one >= other}[op])

    def _call(self, node: Call) -> Cloud:
        if node.name == "held":
            rule = node.args[0]
            name = rule.text if isinstance(rule, Option | Name) else ""
            return answers((True, False)) if name in self.view.unsure else point(name in self.view.held)
        if node.name in ("min", "max", "sum", "mean") and len(node.args) > 1:
            return folded(node.name, [self.cloud(one) for one in node.args])
        if node.name == "abs":
            return sized(self.cloud(node.args[0]))
        if node.name == "round":
            digits, mode = node.args[1], node.args[2]
            if isinstance(digits, Literal) and isinstance(mode, Option | Name):
                inner = self.cloud(node.args[0])
                return inner if inner == NOTHING else rounded(inner, Rounding(int(digits.value), mode.text))  # type: ignore[arg-type]
        if node.name == "previous":
            return self._previous(node)
        if len(node.args) == 1:
            return self._over_periods(node.name, self._each(node.args[0]))
        raise Unknown

    def _over_periods(self, fold: str, values: list[Cloud]) -> Cloud:
        if NOTHING in values:
            return NOTHING
        if fold in ("any", "all"):
            return _decided([truths(one) for one in values], fold == "any")
        if fold == "count":
            asked = [truths(one) for one in values]
            least = sum(1 for one in asked if one == {True})
            return between(Decimal(least), Decimal(sum(1 for one in asked if True in one)))
        return folded(fold, values)

    def _previous(self, node: Call) -> Cloud:
        name, back = node.args[0], node.args[1] if len(node.args) > 1 else None
        ago = int(back.value) if isinstance(back, Literal) else 1  # type: ignore[arg-type]
        if not isinstance(name, Name) or ago > len(self.view.past):
            return NOTHING
        return point(self.view.past[ago - 1].get(name.text, MISSING))

    def _fold(self, node: Quantified) -> Cloud:
        key = ".".join(node.list)
        rows = self.view.rows.get(key)
        rows = self.view.values.get(key) if rows is None else rows
        if rows is None or rows is MISSING:
            raise Unknown
        asked = [(row, self._asked(node.where, row)) for row in rows]
        if node.field is not None:
            return self._field(node.field, node.fold, asked)
        if node.fold in ("any", "all"):
            return _decided([one for _, one in asked], node.fold == "any")
        if any(MISSING in one for _, one in asked):
            raise Unknown
        least = sum(1 for _, one in asked if one == {True})
        most = sum(1 for _, one in asked if True in one)
        return between(Decimal(least), Decimal(most))

    def _asked(self, where: Node | None, row: Mapping[str, Any]) -> frozenset[Any]:
        return frozenset((True,)) if where is None else truths(_Walk(self.view, {**self.row, **row}).cloud(where))

    def _field(self, name: str, fold: str, asked: list[tuple[Mapping[str, Any], frozenset[Any]]]) -> Cloud:
        if any(len(one) > 1 for _, one in asked):
            raise Unknown
        if any(MISSING in one for _, one in asked):
            return NOTHING
        inner = [_Walk(self.view, row)._name(name) if name in row else NOTHING for row, one in asked if True in one]
        if not inner:
            return folded("sum", []) if fold == "sum" else NOTHING
        return folded(fold, inner)


def _decided(many: list[frozenset[Any]], decisive: bool) -> Cloud:
    """`or` (decisive is yes) and `and` (decisive is no): one such answer decides; else a missing one leaves it open."""
    found: set[Any] = set()
    if any(decisive in one for one in many):
        found.add(decisive)
    if all(one - {decisive} for one in many):
        if any(MISSING in one for one in many):
            found.add(MISSING)
        if all((not decisive) in one for one in many):
            found.add(not decisive)
    return answers(found)
