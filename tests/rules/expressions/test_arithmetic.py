"""Arithmetic against Python's own fractions, on tens of thousands of random expressions and figures."""

from __future__ import annotations

import random
from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from rules.expressions.compiled import ExpressionFaults, compile_expression
from rules.expressions.plan import ZeroDivisor
from rules.expressions.render import text_of
from rules.expressions.tree import Arith, Call, Literal, Name, Negate, Node
from rules.expressions.types import MISSING
from tests.rules.expressions.test_laws import LAW, plain, second


def made(draw: random.Random, deep: int) -> Node:
    pick = draw.randrange(8 if deep else 2)
    if pick == 0 or (deep == 0 and pick < 1):
        return Literal(Decimal(draw.randrange(2_000)).scaleb(-2), "", 1)
    if pick == 1 or deep == 0:
        return Name((draw.choice("abc"),), 1)
    if pick == 2:
        return Negate(made(draw, deep - 1), 1)
    if pick == 3:
        return Call("abs", (made(draw, deep - 1),), 1)
    if pick == 4:
        name = draw.choice(["min", "max", "sum", "mean"])
        return Call(name, tuple(made(draw, deep - 1) for _ in range(draw.randrange(2, 4))), 1)
    return Arith(draw.choice("+-*/"), made(draw, deep - 1), made(draw, deep - 1), 1)


def compared(seed: int, times: int) -> tuple[int, list[str]]:
    """How many expressions could be asked, and the texts whose value is not the fraction's."""
    draw, asked, found = random.Random(seed), 0, []
    while asked < times:
        tree = made(draw, draw.randrange(1, 5))
        try:
            ours = compile_expression(text_of(tree), LAW, zero_allowed=True)
        except ExpressionFaults:  # a plain 0 as divisor
            continue
        asked += 1
        names = {name: Decimal(draw.randrange(-999, 1000)).scaleb(-2) for name in "abc"}
        if value(ours.value, names) != value(lambda known, tree=tree: second(tree, known), names):
            found.append(ours.text)
    return asked, found


def value(evaluate: Any, names: Mapping[str, Decimal]) -> Fraction | str:
    try:
        result = evaluate(names)
    except (ZeroDivisor, ZeroDivisionError):
        return "zero"
    return "missing" if result is MISSING or result is None else Fraction(result)


def test_arithmetic_is_that_of_fractions() -> None:
    assert compared(1, 500) == (500, [])


@pytest.mark.slow
@pytest.mark.parametrize("seed", [2, 3])
def test_much_arithmetic_is_that_of_fractions(seed: int) -> None:
    assert compared(seed, 10_000) == (10_000, [])


def test_binary_floats_would_be_found() -> None:
    """The same comparison with floats on the other side differs for a good part of the expressions."""
    draw, wrong = random.Random(4), 0
    for _ in range(200):
        tree = Arith("*", Name(("a",), 1), Literal(Decimal("1.1"), "", 1), 1)
        names = {"a": Decimal(draw.randrange(1, 1000)).scaleb(-2)}
        exact = value(compile_expression(text_of(tree), LAW).value, names)
        wrong += Fraction(float(names["a"]) * 1.1) != exact
    assert wrong > 100
    assert plain(tree, [Fraction(1), Fraction(11, 10)]) == Fraction(11, 10)
