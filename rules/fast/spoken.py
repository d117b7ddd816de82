"""Expressions of a card as steps and integer expressions: exact, with logic of yes, no and missing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from rules.expressions.compiled import Expression
from rules.expressions.intervals import absolute_span, greatest_span, least_span
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
from rules.fast.algebra import NO, NOTHING, YES, both, compared, either, isnt, minus, negated, pick
from rules.fast.builder import fails
from rules.fast.naming import Fixed, Making, Names, gathered
from rules.fast.program import Expr, Lit, Op
from rules.fast.values import Unspoken, Val, added, aligned, constant, missing, multiplied, opposite, ordered, truth
from rules.numbers import Rounding
from rules.scorecard.shapes import Term


class Speaking:
    """Says one expression in one place. `special` says comparisons, calls and folds (`rules.fast.folds`).

    zero_missing: a division by 0 is missing here, else it fails and a guard around it says what then.
    """

    def __init__(self, making: Making, names: Names, zero_missing: bool = False) -> None:
        self.making, self.names, self.builder, self.zero_missing = making, names, making.builder, zero_missing

    def special(self, node: Node) -> Val:
        raise Unspoken(type(node).__name__)

    def term(self, term: Term) -> Val:
        if term.expression is None:
            if term.constant is None:
                raise Unspoken("term")
            return constant(term.constant, self.making.code)
        return self._whole(term.expression)

    def condition(self, expression: Expression) -> Val:
        return self.builder.held(self._whole(expression))

    def _whole(self, expression: Expression) -> Val:
        self.zero_missing = expression.zero_missing
        return self.node(expression.tree)

    def lacking(self, expression: Expression | None) -> Expr:
        """The mask of the figures without which the expression has no value."""
        if expression is None or not self.making.masks:
            return Lit(0)
        masks: list[tuple[Expr, Expr]] = []
        for name in sorted(expression.reads):
            rows = self.names.lists.get(name)
            if rows is not None:
                masks.append((rows.absent if isinstance(rows, Fixed) else NO, Lit(self.making.other)))
                continue
            masks.append((self.names.figure(name).gone, self.making.lacking_of(self.names, name)))
        for name in sorted(expression.past_reads):
            masks.append((self.making.slot("past", 0, name).gone, Lit(self.making.other)))
        return gathered(masks)

    def node(self, node: Node) -> Val:
        match node:
            case Literal():
                return self._literal(node.value)
            case Option():
                return constant(node.text, self.making.code)
            case Name():
                return self.names.of(node.text)
            case Not():
                inner = self.builder.held(self.node(node.operand))
                return truth(pick(inner.gone, NOTHING, isnt(inner.top)), inner.maybe)
            case And():
                return self._junction(node.operands, decisive=False)
            case Or():
                return self._junction(node.operands, decisive=True)
            case Negate():
                return self.one(node.operand, opposite)
            case If():
                return self._if(node)
            case Quantified() | Compare() | In() | Call():
                return self.special(node)
            case Arith():
                return self.two(node.left, node.right, _ARITHMETIC[node.op])

    def _literal(self, value: Decimal | date | bool) -> Val:
        return constant(value, self.making.code)

    # --- operands that may be missing

    def one(self, node: Node, make: Callable[[Val], Val]) -> Val:
        return self.present([self.node(node)], lambda found: make(found[0]))

    def present(self, values: list[Val], make: Callable[[list[Val]], Val]) -> Val:
        """What is made of values where all are there; missing else."""
        held = [self.builder.held(one) if one.maybe else one for one in values]
        gone = either(*(one.gone for one in held))
        if gone is YES or gone == YES:
            return missing()
        return self.builder.choose(gone, missing, lambda: make([one.sure for one in held]))

    def two(self, left: Node, right: Node, make: Callable[[Any, Val, Val], Val]) -> Val:
        """Left before right: where the left is missing, the right is not computed, so it cannot fail."""
        first = self.node(left)
        first = self.builder.held(first) if first.maybe else first
        if not first.maybe:
            second = self.node(right)
            return self.present([second], lambda found: make(self, first, found[0]))
        with self.builder.inside() as steps:
            second = self.node(right)
        if not fails(steps):
            self.builder.block.extend(steps)
            return self.present([first, second], lambda found: make(self, found[0], found[1]))

        def rest() -> Val:
            self.builder.block.extend(steps)
            return self.present([second], lambda found: make(self, first.sure, found[0]))

        return self.builder.choose(first.gone, missing, rest)

    def _if(self, node: If) -> Val:
        condition = self.builder.held(self.node(node.condition))

        def chosen() -> Val:
            return self.builder.choose(
                condition.sure.top, lambda: self.node(node.then), lambda: self.node(node.otherwise)
            )

        return self.builder.choose(condition.gone, missing, chosen)

    def _junction(self, operands: tuple[Node, ...], decisive: bool) -> Val:
        """One decisive operand decides, else a missing one leaves it undecided."""
        first, rest = operands[0], operands[1:]
        one = self.builder.held(self.node(first))
        if not rest:
            return one
        with self.builder.inside() as steps:
            other = self.builder.held(self._junction(rest, decisive))
        if not fails(steps):
            self.builder.block.extend(steps)
            return joint(one, other, decisive)

        def undecided() -> Val:
            self.builder.block.extend(steps)
            return joint(one, other, decisive)

        return self.builder.choose(decides(one, decisive), lambda: truth(Lit(decisive)), undecided)

    # --- comparisons

    def tested(self, op: str, left: Val, right: Val) -> Val:
        """A comparison of two values that are there."""
        if left.kind != right.kind and not left.never and not right.never:
            raise Unspoken(f"{left.kind} beside {right.kind}")
        if left.kind == "word" and op not in ("==", "!="):
            return self._on_ladder(op, left, right)
        if left.kind == "number":
            return truth(ordered(op, left, right))
        return truth(compared(op, left.top, right.top))

    def _on_ladder(self, op: str, left: Val, right: Val) -> Val:
        """The best grade has the least number; what stands beside the ladder is neither better nor worse."""
        grades, known = self.making.ladder, self.making.ladder + self.making.outside
        left, right = self.builder.held(left), self.builder.held(right)
        turned = compared({"<": ">", "<=": ">=", ">": "<", ">=": "<="}[op], left.top, right.top)
        inside = both(*(compared("<", one.top, Lit(grades)) for one in (left, right) if not self._surely(one)))
        if left.known and right.known:
            return truth(pick(inside, turned, NO))
        known_both = both(*(compared("<", one.top, Lit(known)) for one in (left, right) if not one.known))
        return self.builder.held(truth(pick(inside, turned, pick(known_both, NO, NOTHING)), maybe=True))

    def _surely(self, one: Val) -> bool:
        if one.known and not self.making.outside:
            return True
        return isinstance(one.top, Lit) and isinstance(one.top.value, int) and one.top.value < self.making.ladder


def decides(one: Val, wanted: bool) -> Expr:
    """Whether it is this answer, and neither the other nor missing."""
    if isinstance(one.top, Lit):
        return Lit(one.top.value is wanted)
    if wanted:
        return both(one.there, one.top) if one.maybe else one.top
    return Op("false", (one.top,)) if one.maybe else isnt(one.top)


def joint(one: Val, other: Val, decisive: bool) -> Val:
    if not one.maybe and not other.maybe:
        return truth(either(one.top, other.top) if decisive else both(one.top, other.top))
    gone = either(one.gone, other.gone)
    decided = either(decides(one, decisive), decides(other, decisive))
    return truth(pick(decided, Lit(decisive), pick(gone, NOTHING, Lit(not decisive))), maybe=True)


def _sum(speaker: Speaking, one: Val, other: Val) -> Val:
    return speaker.builder.reduced(added(one, other))


def _difference(speaker: Speaking, one: Val, other: Val) -> Val:
    return difference(one, other)


def difference(one: Val, other: Val) -> Val:
    """one - other; between dates in days."""
    if one.kind == "day":
        return Val("number", minus(one.top, other.top))
    return added(one, opposite(other))


def _product(speaker: Speaking, one: Val, other: Val) -> Val:
    return speaker.builder.reduced(multiplied(one, other))


def _quotient(speaker: Speaking, one: Val, other: Val) -> Val:
    if not speaker.zero_missing or other.nonzero:
        return speaker.builder.quotient(one, other)
    other = speaker.builder.held(other)
    return speaker.builder.choose(
        compared("==", other.top, Lit(0)), missing, lambda: speaker.builder.quotient(one, replace(other, apart=True))
    )


_ARITHMETIC = {"+": _sum, "-": _difference, "*": _product, "/": _quotient}


def size(value: Val) -> Val:
    """Without its sign."""
    if value.nonneg:
        return value
    top = pick(compared("<", value.top, Lit(0)), negated(value.top), value.top)
    low, high = absolute_span(value.span)
    return replace(value, top=top, low=low, high=high)


def lesser(speaker: Any, one: Val, other: Val, op: str = "<") -> Val:
    """The lesser of two numbers or days that are there, the greater with `>`."""
    left, right = aligned(one, other) if one.kind == "number" else (one, other)
    left, right = speaker.builder.held(left), speaker.builder.held(right)
    low, high = (least_span if op == "<" else greatest_span)([one.span, other.span])
    made = pick(compared(op, right.top, left.top), right.top, left.top)
    return Val(one.kind, made, left.below, low=low, high=high, apart=one.nonzero and other.nonzero)


def rounding_of(call: Call) -> Rounding:
    digits, mode = call.args[1], call.args[2]
    if not isinstance(digits, Literal) or not isinstance(digits.value, Decimal) or not isinstance(mode, Option):
        raise Unspoken("round")
    return Rounding(int(digits.value), mode.text)

