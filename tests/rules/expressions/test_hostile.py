"""Whatever is written, a text gives an expression or faults: nothing hangs, nothing else is raised, nothing is run."""

import sys
from collections.abc import Callable
from types import FrameType
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules.expressions.compiled import ExpressionFaults, compile_expression
from rules.expressions.lexer import KEYWORDS, tokens
from rules.expressions.scope import Scope
from rules.faults import Fault
from tests.rules.expressions.scopes import NAMES, SCOPE, compiled, faults

HOSTILE = [
    "__import__('os').system('x')", "x.__class__.__mro__", "().__class__", "x.__dict__", "lambda: x", "eval(x)",
    "exec('x')", "open('/etc/passwd')",
    "[x for x in y]", "{x: y}", "x if", "if x", "else", "where", "x where ok", "in in in", "not", "not not not",
    "and and", "or", "-", "- - -", "%", "x %", "% x",
    "(" * 2000, ")" * 2000, "(" * 500 + "x" + ")" * 500, "-" * 1999 + "x", "not " * 400 + "ok", "x" * 2000,
    "x." * 900 + "x", "9" * 2000, "1." + "0" * 1990,
    "1" + "+1" * 900, "1" + "*9" * 900, "/".join(["7"] * 900), "abs(" * 300 + "x" + ")" * 300,
    "1 if ok else " * 150 + "1", "max(" * 100,
    "any(goals where " * 30 + "ok" + ")" * 30, ";" * 2000, "'" * 1999, '"' + "a" * 1990, "x\0y", "\0", "\ud800",
    "x\u202e > 3", "\ufeffx > 3", "x\u0301" * 300,
    "1e999999999", "0x10", "1j", "NaN > 1", "Infinity", "-0", "0-0", "x > -0", "1/0", "1/(1-1)", "0/0", "x\n>\n3",
    "x\t>\r\n3", "x;y", "x > 3;", "‮x", "x > ３", "٣ > 1",
    "previous(previous(x))", "past(past(sales; 2); 2)", "any(any(goals where exempt) where exempt)",
    "held(held(fallback))", "round(x; -1; up)", "sum(goals)", "min(goals)",
    "level == level", "grade == previous(level)", "goals == goals", "goals in (1; 2)", "x in ()", "x in (",
    "remark in (a; b)", "remark", "total", "taken", "1 == 1 == 1",
    "begun + 1", "begun - 1", "begun in (2025-01-01; 2025-01-02)", "2025-01-01 - 2025-01-02", "0000-01-01 > begun",
    "9999-12-31 > begun", "yes and no", "true + 1",
    "`x`", "$x", "x@y", "x#", "x\\y", "x?y:z", "x := 3", "x -> y", "…", "x．score", "。", "且", "非", "或 或",
    "ok且flag", "（（（", "max（1；2）",
]  # fmt: skip


CALLS_MAX = 200_000  # of functions, Python's own included: some tenths of a second on any machine


def calls(work: Callable[[], object]) -> int:
    """How many functions the work calls; counted, because a clock would measure the neighbours too."""
    count = 0

    def note(frame: FrameType, event: str, arg: Any) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    before = sys.getprofile()
    sys.setprofile(note)
    try:
        work()
    finally:
        sys.setprofile(before)
    return count


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_a_hostile_text_gives_an_expression_or_faults_at_once(text: str) -> None:
    found: list[Fault] = []
    assert calls(lambda: found.extend(read(text, SCOPE))) < CALLS_MAX
    for fault in found:
        assert 1 <= (fault.column or 0) <= len(text) + 1
        assert all(len(one) < 200 and one.isprintable() for one in fault.values.values())


def test_a_text_that_is_read_without_the_limits_takes_too_many_calls(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rules.expressions.lexer.LENGTH_MAX", 10**6)
    monkeypatch.setattr("rules.expressions.parser.NODES_MAX", 10**6)
    text = " or ".join(["x == 1"] * 4000)
    assert calls(lambda: read(text, SCOPE)) > CALLS_MAX


def read(text: str, scope: Scope) -> tuple[Fault, ...]:
    """The faults and warnings of a text; an exception of any other kind passes through and fails the test."""
    try:
        return compile_expression(text, scope).warnings
    except ExpressionFaults as wrong:
        return wrong.faults or (Fault("refused without a fault", column=-1),)


WORDS = [
    *NAMES, *KEYWORDS, "A", "city", "3", "0.5", "80 %", "2025-01-31", '"x"', "+", "-", "*", "/", "==", "!=", "<",
    ">=", "(", ")", ";", "any(", "sum(",
    "max(", "round(", "past(", "previous(", "held(", "count(", "goals", "goals.weight", "half_up", ",", "%", ".",
]  # fmt: skip


@settings(max_examples=100, deadline=None)
@given(st.lists(st.sampled_from(WORDS), max_size=14).map(" ".join))
def test_any_row_of_words_gives_an_expression_or_faults(text: str) -> None:
    assert read(text, SCOPE) is not None


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=60))
def test_any_text_gives_an_expression_or_faults(text: str) -> None:
    assert read(text, Scope()) is not None


def test_the_longest_sound_texts_are_still_read() -> None:
    assert compiled(" or ".join(["x == 1"] * 100)).reads == {"x"}
    assert compiled("(" * 20 + "x" + ")" * 20 + " > 1").reads == {"x"}
    assert faults("+".join(["x"] * 70)) == ()


def test_a_column_counts_characters_of_the_text_as_written() -> None:
    found, _ = tokens("客户满意度 ≥ e\u0301")
    assert [token.column for token in found] == [1, 7, 9, 11]


def test_big_numbers_stay_exact_in_a_big_expression() -> None:
    nines = "9" * 30
    tree = compiled("*".join([nines] * 60))
    assert tree.value({}) == int(nines) ** 60
    compiled(" + ".join(f"1/{10**19 + 2 * n + 1}" for n in range(60)) + " > 1")
