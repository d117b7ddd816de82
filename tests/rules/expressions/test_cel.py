"""Agreement with another language's own implementation: what CEL and ours both can say, they say the same."""

from __future__ import annotations

import random
from decimal import Decimal
from typing import Any

import pytest

from rules.expressions.compiled import compile_expression
from rules.expressions.scope import Scope
from rules.expressions.tree import And, Arith, Compare, If, In, Literal, Name, Negate, Node, Not, Option, Or, Quantified
from rules.expressions.types import YES_NO, Kind, Type
from tests.rules.expressions.cel_printer import cel_of

cel = pytest.importorskip("cel_expr_python.cel")

NUMBER = Type(Kind.NUMBER, Decimal(-99), Decimal(99), 0)
LEVELS, KINDS = ("city", "province", "国家"), ("normal", "scf", "kar")
ROW = {"points": NUMBER, "kind": Type(Kind.CHOICE, options=KINDS), "serious": YES_NO}
SCOPE = Scope(names={
    "a": NUMBER, "b": NUMBER, "c": NUMBER, "ok": YES_NO, "done": YES_NO, "level": Type(Kind.CHOICE, options=LEVELS),
    "rows": Type(Kind.LIST, Decimal(0), Decimal(5), row=ROW),
})  # fmt: skip
OPERATORS = ("==", "!=", "<", "<=", ">", ">=")


class Chance:
    """Random trees in which every name is known, so both languages always have an answer."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)

    def number(self, deep: int, row: bool) -> Node:
        pick = self.random.randrange(6 if deep else 2)
        if pick == 0:
            return Literal(Decimal(self.random.randrange(60)), "", 1)
        if pick == 1 or deep == 0:
            return Name((self.random.choice(["points"] if row else ["a", "b", "c"]),), 1)
        if pick == 2:
            return Negate(self.number(deep - 1, row), 1)
        if pick == 3:
            return If(self.number(deep - 1, row), self.truth(deep - 1, row), self.number(deep - 1, row), 1)
        if pick == 4 and not row:
            return Quantified("count", ("rows",), None, self.truth(deep - 1, True), 1)
        return Arith(self.random.choice("+-*"), self.number(deep - 1, row), self.number(deep - 1, row), 1)

    def truth(self, deep: int, row: bool) -> Node:
        pick = self.random.randrange(8 if deep else 3)
        if pick == 0:
            return Name((self.random.choice(["serious"] if row else ["ok", "done"]),), 1)
        if pick == 1:
            name, options = ("kind", KINDS) if row else ("level", LEVELS)
            option = Option(self.random.choice(options), 1)
            return Compare(self.random.choice(["==", "!="]), Name((name,), 1), option, 1)
        if pick == 2 or deep == 0:
            return Compare(self.random.choice(OPERATORS), self.number(0, row), self.number(max(deep - 1, 0), row), 1)
        if pick == 3:
            name, options = ("kind", KINDS) if row else ("level", LEVELS)
            several = tuple(Option(one, 1) for one in self.random.sample(options, 2))
            return In(Name((name,), 1), several, 1)
        if pick == 4:
            return Not(self.truth(deep - 1, row), 1)
        if pick == 5 and not row:
            return Quantified(self.random.choice(["any", "all"]), ("rows",), None, self.truth(deep - 1, True), 1)
        joined = And if pick == 6 else Or
        return joined(tuple(self.truth(deep - 1, row) for _ in range(self.random.randrange(2, 4))), 1)

    def figures(self) -> dict[str, Any]:
        draw = self.random
        rows = [{"points": draw.randrange(-99, 100), "kind": draw.choice(KINDS), "serious": draw.random() < 0.5}
                for _ in range(draw.randrange(5))]  # fmt: skip
        return {"a": draw.randrange(-99, 100), "b": draw.randrange(-9, 10), "c": draw.randrange(0, 60),
                "ok": draw.random() < 0.5, "done": draw.random() < 0.5, "level": draw.choice(LEVELS), "rows": rows}


def environment() -> Any:
    types = cel.Type
    return cel.NewEnv(variables={
        "a": types.INT, "b": types.INT, "c": types.INT, "ok": types.BOOL, "done": types.BOOL, "level": types.STRING,
        "rows": types.List(types.DYN),
    })  # fmt: skip


def exact(value: Any) -> Any:
    if isinstance(value, list):
        return tuple({key: exact(one) for key, one in row.items()} for row in value)
    return Decimal(value) if isinstance(value, int) and not isinstance(value, bool) else value


def differences(seed: int, times: int) -> list[str]:
    """Texts whose value here is not CEL's; each tree is asked with three sets of figures."""
    chance, env, found = Chance(seed), environment(), []
    for _ in range(times):
        tree = chance.truth(4, False)
        ours, theirs = None, env.compile(cel_of(tree))
        for _ in range(3):
            figures = chance.figures()
            ours = ours or ours_of(tree)
            value = ours.value({name: exact(one) for name, one in figures.items()})
            if value is not theirs.eval(data=figures).value():
                found.append(ours.text)
    return found


def ours_of(tree: Node) -> Any:
    from rules.expressions.render import text_of

    return compile_expression(text_of(tree), SCOPE)


def test_conditions_mean_what_they_mean_in_cel() -> None:
    assert differences(1, 300) == []


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(2, 6))
def test_many_conditions_mean_what_they_mean_in_cel(seed: int) -> None:
    assert differences(seed, 5_000) == []


def test_another_meaning_would_be_found() -> None:
    """The same trees with one operator printed wrongly differ at once."""
    wrong = {"<": "<="}
    chance, env, found = Chance(1), environment(), 0
    for _ in range(200):
        tree = chance.truth(3, False)
        text = cel_of(tree)
        for op, other in wrong.items():
            text = text.replace(f" {op} ", f" {other} ")
        figures = {**chance.figures(), "a": 5, "b": 5, "c": 5}
        value = ours_of(tree).value({name: exact(one) for name, one in figures.items()})
        found += value is not env.compile(text).eval(data=figures).value()
    assert found > 0
