"""Writing the steps of a program: locals, ways that join again, guards, and arithmetic that needs steps of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from math import gcd
from typing import Any

from rules.expressions.intervals import hull
from rules.fast.algebra import (
    ONE,
    compared,
    content,
    is_atom,
    linear,
    literal,
    negated,
    pick,
    plus,
    shared_out,
    times,
)
from rules.fast.program import Branch, Expr, Fail, Guard, Let, Lit, Note, Op, Ref, Step
from rules.fast.values import Val, divided_span, missing, multiplied, scaled
from rules.numbers import Rounding, round_number

Make = Callable[[], Val]


class Builder:
    """block: where steps are written now; noted: whether any reason or refusal may be noted so far; joins: locals that
    are set on every way and read where the ways have met."""

    def __init__(self) -> None:
        self.block: list[Step] = []
        self.noted = False
        self.joins: set[str] = set()
        self._count = 0

    def fresh(self) -> str:
        self._count += 1
        return f"t{self._count}"

    def _join(self) -> str:
        name = self.fresh()
        self.joins.add(name)
        return name

    def let(self, value: Expr) -> Ref:
        name = self._join()
        self.block.append(Let((name,), value))
        return Ref(name)

    def variable(self, value: Expr) -> Ref:
        """A local that steps further on set anew."""
        name = self.fresh()
        self.block.append(Let((name,), value))
        return Ref(name)

    def set(self, target: Ref, value: Expr) -> None:
        self.block.append(Let((target.name,), value))

    def held(self, value: Val) -> Val:
        """The value in locals, so that it is computed once."""
        top = value.top if is_atom(value.top) else self.let(value.top)
        below = value.below if is_atom(value.below) else self.let(value.below)
        return replace(value, top=top, below=below)

    def light(self, value: Val) -> Val:
        """In locals, unless it is a slot or local with a constant, which costs as little to compute as to keep."""
        terms, _ = linear(value.top)
        if len(terms) == 1 and is_atom(terms[0][0]) and abs(terms[0][1]) == 1 and is_atom(value.below):
            return value
        return self.held(value)

    def note(self, code: int, kind: str = "r") -> None:
        self.noted = True
        self.block.append(Note(kind, code))

    def fail(self) -> None:
        self.block.append(Fail())

    @contextmanager
    def inside(self) -> Iterator[list[Step]]:
        """What is written meanwhile goes into a block of its own."""
        outer, self.block = self.block, []
        try:
            yield self.block
        finally:
            self.block = outer

    def when(self, condition: Expr, then: Callable[[], None], otherwise: Callable[[], None] | None = None) -> None:
        if isinstance(condition, Lit):
            if condition.value:
                then()
            elif otherwise is not None:
                otherwise()
            return
        with self.inside() as yes:
            then()
        with self.inside() as no:
            if otherwise is not None:
                otherwise()
        if yes:
            self.block.append(Branch(condition, tuple(yes), tuple(no)))
        elif no:
            self.block.append(Branch(Op("not", (condition,)), tuple(no), ()))

    def choose(self, condition: Expr, then: Make, otherwise: Make) -> Val:
        """One of two values; only the steps of the way taken are done."""
        return self.choose_all(condition, lambda: [then()], lambda: [otherwise()])[0]

    def choose_all(
        self, condition: Expr, then: Callable[[], Sequence[Val]], otherwise: Callable[[], Sequence[Val]]
    ) -> list[Val]:
        if isinstance(condition, Lit):
            return list(then() if condition.value else otherwise())
        with self.inside() as yes:
            first = then()
        with self.inside() as no:
            second = otherwise()
        found = []
        for one, other in zip(first, second, strict=True):
            found.append(self._joined(condition, one, yes, other, no))
        if yes or no:
            self.block.append(Branch(condition, tuple(yes), tuple(no)))
        return [self.held(one) for one in found]

    def attempt(self, body: Callable[[], Sequence[Val]], handler: Callable[[], Sequence[Val]]) -> list[Val]:
        """What the body gives; where a divisor in it is 0, what the handler gives."""
        with self.inside() as steps:
            first = body()
        if not fails(steps):
            self.block.extend(steps)
            return list(first)
        with self.inside() as other:
            second = handler()
        found = [self._joined(None, one, steps, two, other) for one, two in zip(first, second, strict=True)]
        self.block.append(Guard(tuple(steps), tuple(other)))
        return found

    def _joined(self, condition: Expr | None, one: Val, yes: list[Step], other: Val, no: list[Step]) -> Val:
        if one == other and is_atom(one.top) and is_atom(one.below) and isinstance(one.top, Lit):
            return one
        left, right, below = _alike(one, other)
        low, high = other.span if one.never else one.span if other.never else hull([one.span, other.span])
        known: dict[str, Any] = {
            "low": low, "high": high,
            "maybe": one.maybe or other.maybe,
            "apart": (one.nonzero or one.never) and (other.nonzero or other.never),
            "known": (one.known or one.never) and (other.known or other.never),
        }
        kind = other.kind if one.never else one.kind
        if condition is not None and not yes and not no and is_atom(right) and below is not None:
            return Val(kind, pick(condition, left, right), below, **known)
        top = self._join()
        yes.append(Let((top,), left))
        no.append(Let((top,), right))
        if below is None:
            name = self._join()
            yes.append(Let((name,), one.below))
            no.append(Let((name,), other.below))
            below = Ref(name)
        return Val(kind, Ref(top), below, **known)

    # --- numbers

    def reduced(self, value: Val) -> Val:
        """Without the factor that numerator and denominator share for certain."""
        divisor = gcd(content(value.top), content(value.below))
        if divisor <= 1:
            return value
        return replace(value, top=shared_out(value.top, divisor), below=shared_out(value.below, divisor))

    def quotient(self, one: Val, other: Val) -> Val:
        """one / other, both there; fails where the other is 0."""
        known = other.fraction
        if known is not None:
            if not known:
                self.fail()
                return missing()
            inverse = 1 / known
            factor = Val("number", Lit(inverse.numerator), Lit(inverse.denominator), low=inverse, high=inverse)
            return self.reduced(multiplied(one, factor))
        other = self.held(other)
        if not other.nonzero:
            with self.inside() as steps:
                self.fail()
            self.block.append(Branch(compared("==", other.top, Lit(0)), tuple(steps), ()))
        top, below = times(one.top, other.below), times(one.below, other.top)
        if not other.nonneg:
            negative = compared("<", other.top, Lit(0))
            top = pick(negative, negated(top), top)
            below = pick(negative, negated(below), below)
        low, high = divided_span(one, other)
        return self.held(self.reduced(Val("number", top, below, low=low, high=high, apart=one.nonzero)))

    def rounded(self, value: Val, rounding: Rounding) -> Val:
        """Once, exactly; the value is there."""
        digits, mode = rounding.digits, rounding.mode
        if digits is None or mode is None:
            return value
        whole = self.reduced(replace(value, top=times(value.top, Lit(10**digits))))
        low = None if value.low is None else round_number(value.low, rounding)
        high = None if value.high is None else round_number(value.high, rounding)
        made = Val("number", whole.top, Lit(10**digits), low=low, high=high)
        if whole.static == 1:
            return replace(made, apart=value.apart)
        if not value.nonneg or mode == "half_even":
            whole = self.held(whole)
        return replace(made, top=_ROUNDINGS[mode](whole))


def _alike(one: Val, other: Val) -> tuple[Expr, Expr, Expr | None]:
    """Two numerators for one local, and their common denominator, None where it is not known before."""
    if one.never or other.never:
        below = other.below if one.never else one.below
        return one.top, other.top, below if isinstance(below, Lit) else None
    first, second = one.static, other.static
    if first is None or second is None:
        return one.top, other.top, one.below if one.below == other.below and is_atom(one.below) else None
    whole = first * second // gcd(first, second)
    return scaled(one, whole // first), scaled(other, whole // second), Lit(whole)


def fails(steps: Sequence[Step]) -> bool:
    """Whether a step of these may fail outside a guard of its own."""
    for step in steps:
        match step:
            case Fail():
                return True
            case Branch(_, then, otherwise) if fails(then) or fails(otherwise):
                return True
            case Guard(_, handler) if fails(handler):
                return True
            case _ if fails(getattr(step, "body", ()) if not isinstance(step, Guard) else ()):
                return True
    return False


def _whole(top: Expr, below: Expr) -> Expr:
    known, by = literal(top), literal(below)
    if by == 1:
        return top
    if known is not None and by is not None:
        return Lit(known // by)
    return Op("//", (top, below))


def _floor(value: Val) -> Expr:
    return _whole(value.top, value.below)


def _ceiling(value: Val) -> Expr:
    return negated(_whole(negated(value.top), value.below))


def _nearest_up(value: Val) -> Expr:
    """Halves upward."""
    static = value.static
    if static is not None and static % 2 == 0:
        return _whole(plus(value.top, Lit(static // 2)), value.below)
    return _whole(plus(times(value.top, Lit(2)), value.below), times(value.below, Lit(2)))


def _nearest_down(value: Val) -> Expr:
    return negated(_nearest_up(replace(value, top=negated(value.top))))


def _by_sign(positive: Callable[[Val], Expr], negative: Callable[[Val], Expr]) -> Callable[[Val], Expr]:
    def made(value: Val) -> Expr:
        if value.nonneg:
            return positive(value)
        return pick(compared("<", value.top, Lit(0)), negative(value), positive(value))

    return made


def _half_even(value: Val) -> Expr:
    up, down = _nearest_up(value), _nearest_down(value)
    return pick(Op("==", (Op("&", (up, ONE)), Lit(0))), up, down)


_ROUNDINGS = {
    "floor": _floor, "ceiling": _ceiling, "down": _by_sign(_floor, _ceiling), "up": _by_sign(_ceiling, _floor),
    "half_up": _by_sign(_nearest_up, _nearest_down), "half_down": _by_sign(_nearest_down, _nearest_up),
    "half_even": _half_even,
}
