"""Hundreds of thousands of made-up texts, and the ways out that others have found: all end as expression or faults."""

from __future__ import annotations

import random
import sys
from collections.abc import Callable, Iterator

import pytest

from rules.expressions.compiled import ExpressionFaults, compile_expression
from rules.expressions.lexer import KEYWORDS
from rules.expressions.tree import Node, children
from tests.rules.expressions.scopes import NAMES, SCOPE
from tests.rules.expressions.test_hostile import HOSTILE, WORDS

ESCAPES = [
    "__import__('os')", "sales.__class__", "sales.__class__.__mro__", "().__class__.__bases__", "''.__class__",
    "[].append", "{}.keys", "sales.real", "sales.__init__.__globals__", "lambda: 1", "(lambda x: x)(1)", "eval(1)",
    "exec(1)", "compile(1)", "open(1)", "globals()", "locals()", "vars()", "dir(sales)", "getattr(sales; x)",
    "setattr(sales; x; 1)", "type(sales)", "object", "None", "Ellipsis", "...", "os.system", "os.system(1)",
    "import os", "from os import path", "sales := 1", "sales = 1", "sales; sales", "sales # comment > 1",
    "sales /* x */ > 1", "f'{sales}'", "'%s' % sales", "'{0.__class__}'.format(sales)", "`id`", "$(id)",
    "${sales}", "{{ sales }}", "{% if ok %}", "<script>", "sales\\u0041", "sales\x00 > 1", "sales\u2028> 1",
    "ѕales > 1", "ｓales.＿＿class＿＿", "sales._private", "goals[0]", "goals[0].weight", "goals.0", "sales()",
    "max.__call__(1; 2)", "max(*goals)", "max(**goals)", "max(key=1)", "yield 1", "await 1", "async 1", "del sales",
    "assert ok", "raise ok", "while ok", "for x in goals", "[x for x in goals]", "{x: 1}", "sales @ 1", "sales ** 2",
    "sales // 2", "sales % 2", "sales << 1", "sales >> 1", "sales & 1", "sales | 1", "sales ^ 1", "~sales", "ok is yes",
    "sales <> 1", "!ok", "ok && ok", "ok || ok", "ok ? 1 : 2", "1e9", "0x1F", "1_000", "1j", "1.", ".5 > x", "inf > 1",
    "nan > 1", "sales.score.score", "sales .. 3", "'\\x41' == level", '"""x"""', "rate > 80 % %", "print(sales)",
]  # fmt: skip

SOAKED = [pytest.param(seed, marks=pytest.mark.soak) for seed in (3, 4, 5)]


@pytest.mark.parametrize("text", ESCAPES)
def test_a_way_out_is_refused_with_its_column(text: str) -> None:
    with pytest.raises(ExpressionFaults) as wrong:
        compile_expression(text, SCOPE, zero_allowed=True)
    assert wrong.value.faults
    assert all(1 <= (one.column or 0) <= len(text) + 1 for one in wrong.value.faults)


def test_a_refusal_is_not_the_answer_to_everything() -> None:
    for text in ("sales > 1", "客户满意度 >= 80 %", "any(goals where exempt) 且 ok", "level in (city; province)"):
        compile_expression(text, SCOPE)


class Texts:
    """An endless supply of texts: from the grammar, from words at random, from known texts broken, from all signs."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.makers: tuple[Callable[[], str], ...] = (self.grammar, self.words, self.broken, self.signs, self.deep)

    def __iter__(self) -> Iterator[str]:
        while True:
            yield self.random.choice(self.makers)()

    def grammar(self, deep: int = 4) -> str:
        pick, inner = self.random.randrange(9), deep - 1
        if deep == 0 or pick == 0:
            return self.random.choice([*NAMES, "3", "0.25", "80 %", "2025-01-31", "yes", "A", '"named manager"'])
        if pick < 4:
            sign = self.random.choice(["+", "-", "*", "/", "<", ">=", "==", "!=", " and ", " or ", "且", "或"])
            return f"{self.grammar(inner)} {sign} {self.grammar(inner)}"
        if pick == 4:
            return f"({self.grammar(inner)})"
        if pick == 5:
            return f"{self.grammar(inner)} if {self.grammar(inner)} else {self.grammar(inner)}"
        if pick == 6:
            name = self.random.choice(["min", "max", "mean", "sum", "abs", "round", "previous", "past", "held"])
            return f"{name}({'; '.join(self.grammar(inner) for _ in range(self.random.randrange(1, 4)))})"
        if pick == 7:
            fold = self.random.choice(["any", "all", "count", "sum", "min"])
            field = self.random.choice(["", ".weight", ".score", ".x"])
            return f"{fold}(goals{field} where {self.grammar(inner)})"
        return f"not {self.grammar(inner)}"

    def words(self) -> str:
        return " ".join(self.random.choices([*WORDS, *KEYWORDS], k=self.random.randrange(20)))

    def broken(self) -> str:
        text = list(self.random.choice([self.grammar(3), self.random.choice(HOSTILE)[:200]]))
        for _ in range(self.random.randrange(1, 5)):
            place = self.random.randrange(len(text) + 1)
            if self.random.random() < 0.5 and text:
                del text[min(place, len(text) - 1)]
            else:
                text.insert(place, chr(self.random.choice([self.random.randrange(128), self.random.randrange(0xD800)])))
        return "".join(text)

    def signs(self) -> str:
        return "".join(chr(self.random.randrange(sys.maxunicode + 1)) for _ in range(self.random.randrange(30)))

    def deep(self) -> str:
        opened = self.random.choice(["(", "-", "not ", "abs(", "1 if ok else ", "any(goals where ", "max(1; "])
        return opened * self.random.randrange(60) + self.grammar(1) + ")" * self.random.randrange(60)


def unsound(seed: int, times: int) -> list[tuple[str, str]]:
    """Texts for which something else came than an expression or faults with columns, and what came."""
    found = []
    for text, _ in zip(Texts(seed), range(times), strict=False):
        try:
            tree = compile_expression(text, SCOPE).tree
        except ExpressionFaults as wrong:
            if not wrong.faults or any(not 1 <= (one.column or 0) <= len(text) + 1 for one in wrong.faults):
                found.append((text, "no column"))
        except Exception as error:
            found.append((text, repr(error)))
        else:
            if nodes(tree) > len(text):
                found.append((text, "more parts than signs"))
    return found


def nodes(tree: Node) -> int:
    """How many parts a tree has: the work that an evaluation does is bounded by it and by the rows of lists."""
    count, waiting = 0, [tree]
    while waiting:
        count, top = count + 1, waiting.pop()
        waiting.extend(children(top))
    return count


def test_made_up_texts_end_as_expression_or_faults() -> None:
    assert unsound(1, 2_000) == []


@pytest.mark.parametrize("seed", [pytest.param(2, marks=pytest.mark.slow), *SOAKED])
def test_two_hundred_thousand_made_up_texts_end_as_expression_or_faults(seed: int) -> None:
    assert unsound(seed, 50_000) == []


def test_the_made_up_texts_are_of_both_kinds() -> None:
    """The fuzzing would show nothing if no text were sound, or none were wrong."""
    sound = 0
    for text, _ in zip(Texts(7), range(1_000), strict=False):
        try:
            compile_expression(text, SCOPE)
            sound += 1
        except ExpressionFaults:
            pass
    assert 20 < sound < 980


def test_another_kind_of_error_would_be_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def breaks(text: str, scope: object) -> None:
        raise RecursionError(text)

    monkeypatch.setattr("tests.rules.expressions.test_fuzz.compile_expression", breaks)
    assert len(unsound(1, 3)) == 3
