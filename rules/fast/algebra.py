"""Building integer expressions as small as they can be: literals computed at once, common factors taken out."""

from __future__ import annotations

from math import gcd, prod
from typing import Final

from rules.fast.program import Expr, Lit, Op, Pick, Ref

ZERO: Final = Lit(0)
ONE: Final = Lit(1)
YES: Final = Lit(True)
NO: Final = Lit(False)
NOTHING: Final = Lit(None)

Linear = tuple[list[tuple[Expr, int]], int]


def is_atom(one: Expr) -> bool:
    return isinstance(one, Lit | Ref)


def literal(one: Expr) -> int | None:
    """The int of a literal, None for all else."""
    if isinstance(one, Lit) and type(one.value) is int:
        return one.value
    return None


def linear(one: Expr) -> Linear:
    """As a sum of expressions with constant factors, and a constant."""
    value = literal(one)
    if value is not None:
        return [], value
    if isinstance(one, Op):
        if one.op == "neg":
            return [(one.args[0], -1)], 0
        factor = literal(one.args[-1]) if one.op == "*" else None
        if factor is not None:
            rest = one.args[0] if len(one.args) == 2 else Op("*", one.args[:-1])
            return [(rest, factor)], 0
        if one.op == "+":
            terms: list[tuple[Expr, int]] = []
            constant = 0
            for arg in one.args:
                more, also = linear(arg)
                terms += more
                constant += also
            return terms, constant
    return [(one, 1)], 0


def from_linear(terms: list[tuple[Expr, int]], constant: int) -> Expr:
    merged: dict[Expr, int] = {}
    for one, factor in terms:
        merged[one] = merged.get(one, 0) + factor
    parts: list[Expr] = [_scaled(one, factor) for one, factor in merged.items() if factor]
    parts.sort(key=lambda one: isinstance(one, Op) and one.op == "neg")  # so that no minus stands in front
    if constant or not parts:
        parts.append(Lit(constant))
    return parts[0] if len(parts) == 1 else Op("+", tuple(parts))


def _scaled(one: Expr, factor: int) -> Expr:
    if factor == 1:
        return one
    if factor == -1:
        return Op("neg", (one,))
    args = one.args if isinstance(one, Op) and one.op == "*" else (one,)
    return Op("*", (*args, Lit(factor)))


def plus(*several: Expr) -> Expr:
    terms: list[tuple[Expr, int]] = []
    constant = 0
    for one in several:
        more, also = linear(one)
        terms += more
        constant += also
    return from_linear(terms, constant)


def times(*several: Expr) -> Expr:
    factor = prod(value for one in several if (value := literal(one)) is not None)
    rest = [one for one in several if literal(one) is None]
    if not factor:
        return ZERO
    if not rest:
        return Lit(factor)
    if len(rest) == 1:
        terms, constant = linear(rest[0])
        if len(terms) == 1 or all(abs(one) != 1 for _, one in terms):
            return from_linear([(one, by * factor) for one, by in terms], constant * factor)
        return _scaled(rest[0], factor)
    flat: list[Expr] = []
    for one in rest:
        terms, constant = linear(one)
        if len(terms) == 1 and not constant:
            factor *= terms[0][1]
            one = terms[0][0]
        flat.extend(one.args if isinstance(one, Op) and one.op == "*" else (one,))
    return _scaled(Op("*", tuple(flat)), factor)


def minus(one: Expr, other: Expr) -> Expr:
    return plus(one, negated(other))


def negated(one: Expr) -> Expr:
    terms, constant = linear(one)
    return from_linear([(part, -factor) for part, factor in terms], -constant)


def content(one: Expr) -> int:
    """The greatest int that divides the expression whatever its names hold; 0 for the literal 0."""
    terms, constant = linear(one)
    return gcd(constant, *(factor for _, factor in terms))


def shared_out(one: Expr, divisor: int) -> Expr:
    """The expression divided by a divisor of its content."""
    if divisor == 1:
        return one
    terms, constant = linear(one)
    return from_linear([(part, factor // divisor) for part, factor in terms], constant // divisor)


def both(*several: Expr) -> Expr:
    """Yes where all are; the operands are never missing."""
    left = tuple(dict.fromkeys(one for one in several if one != YES))
    if NO in left:
        return NO
    return YES if not left else left[0] if len(left) == 1 else Op("and", left)


def either(*several: Expr) -> Expr:
    left = tuple(dict.fromkeys(one for one in several if one != NO))
    if YES in left:
        return YES
    return NO if not left else left[0] if len(left) == 1 else Op("or", left)


def isnt(one: Expr) -> Expr:
    if isinstance(one, Lit):
        return Lit(not one.value)
    if isinstance(one, Op) and one.op == "not":
        return one.args[0]
    if isinstance(one, Op) and one.op in ("none", "some"):
        return Op("some" if one.op == "none" else "none", one.args)
    return Op("not", (one,))


def pick(condition: Expr, then: Expr, otherwise: Expr) -> Expr:
    if isinstance(condition, Lit):
        return then if condition.value else otherwise
    if then == otherwise:
        return then
    if then is YES and otherwise is NO:
        return condition
    return Pick(condition, then, otherwise)


def joined(*masks: Expr) -> Expr:
    """The figures of several masks together."""
    left = tuple(dict.fromkeys(one for one in masks if one != ZERO))
    known = 0
    rest: list[Expr] = []
    for one in left:
        value = literal(one)
        if value is None:
            rest.append(one)
        else:
            known |= value
    if known:
        rest.append(Lit(known))
    return ZERO if not rest else rest[0] if len(rest) == 1 else Op("|", tuple(rest))


_TURNED: Final = {"==": "==", "!=": "!=", "<": ">", ">": "<", "<=": ">=", ">=": "<="}


def _isolated(op: str, left: Expr, right: Expr) -> tuple[str, Expr, Expr]:
    """`x * 3 + 4 <= 20` as `x <= 5`, where that is the same for whole numbers."""
    terms, constant = linear(left)
    bound = literal(right)
    if bound is None or len(terms) != 1:
        return op, left, right
    (one, factor), bound = terms[0], bound - constant
    if factor < 0:
        op, factor, bound = _TURNED[op], -factor, -bound
    if bound % factor == 0:
        return op, one, Lit(bound // factor)
    if op in ("==", "!="):
        return op, from_linear([(one, factor)], 0), Lit(bound)
    return ("<=" if op in ("<", "<=") else ">"), one, Lit(bound // factor)


def compared(op: str, left: Expr, right: Expr) -> Expr:
    """The comparison with what both sides have in common taken out."""
    divisor = gcd(content(left), content(right))
    if divisor > 1:
        left, right = shared_out(left, divisor), shared_out(right, divisor)
    if literal(left) is not None and literal(right) is None:
        op, left, right = _TURNED[op], right, left
    op, left, right = _isolated(op, left, right)
    one, other = literal(left), literal(right)
    if one is not None and other is not None:
        return Lit({"==": one == other, "!=": one != other, "<": one < other, "<=": one <= other,
                    ">": one > other, ">=": one >= other}[op])
    if left == right:
        return Lit(op in ("==", "<=", ">="))
    return Op(op, (left, right))
