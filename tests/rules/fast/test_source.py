"""What is compiled is made of names, operators and whole numbers only: nothing that people wrote can get into it."""

from __future__ import annotations

import io
import keyword
import re
import tokenize
from decimal import Decimal

import pytest

from rules.fast.card import fast_card
from rules.fast.emit import Unprintable, function_of, source_of
from rules.fast.program import CHOOSERS, Call, Give, Let, Lit, Op, Program, Ref, Slot
from rules.fast.slots import Variant
from rules.scorecard.facts import read_facts
from rules.scorecard.reader import read_card
from tests.rules.fast.cards import NAMES, fast_of

NAMED = {"run", "ZeroDivisionError", "TypeError", "None", "True", "False", *CHOOSERS}
KNOWN = re.compile(r"[vtrf][0-9]*")
EVIL = "__import__('os').system('true') or 开除"
VARIANTS = [Variant(full, wide, free) for full in (True, False) for wide in (True, False) for free in (True, False)]


def strange(source: str) -> list[str]:
    """The tokens of a source that no program needs."""
    found = []
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        known = token.string in NAMED or KNOWN.fullmatch(token.string) or keyword.iskeyword(token.string)
        if token.type in (tokenize.STRING, tokenize.COMMENT) or (token.type == tokenize.NAME and not known):
            found.append(token.string)
        if token.type == tokenize.NUMBER and not re.fullmatch(r"[0-9]+|0x[0-9a-f]+", token.string):
            found.append(token.string)
    return found


@pytest.mark.parametrize("name", [*NAMES[1::4], *(pytest.param(one, marks=pytest.mark.slow) for one in NAMES[2::4])])
def test_a_source_holds_whole_numbers_and_its_own_names_alone(name: str) -> None:
    sources = [fast_of(name)._compiled(Variant(full)).source for full in (True, False)]
    assert [strange(one) for one in sources] == [[], []]
    assert "." not in "".join(sources).replace("...", "")


@pytest.mark.parametrize("variant", VARIANTS)
def test_what_people_write_does_not_reach_the_source(variant: Variant) -> None:
    card, faults = read_card({
        "scorecard": "evil", "version": 1, "language": Decimal(1), "missing": "block",
        "round": {"metric": "2 half_up", "total": "2 half_up"},
        "inputs": {
            "os": {"type": "choice", "options": [EVIL, "b"]}, "eval": {"type": "count", "range": "0..9"},
            "r": {"type": "count", "range": "0..9"},
        },
        "metrics": {
            "exec": {"weight": Decimal(40), "agree": {"target": "1..40"}, "target": Decimal(5), "value": "os",
                     "lookup": {EVIL: Decimal(1), "b": Decimal(2)}},
            "eval": {"weight": Decimal(60), "rules": [{"rule": EVIL, "if": f'os == "{EVIL}"', "add": Decimal(3)}]},
        },
        "total": {"combine": "weighted_mean", "weights_sum": Decimal(100)},
        "grades": {"bands": [{"from": Decimal(4), "gives": EVIL}, {"else": "f"}]},
        "consequences": {"import": {"lookup": {EVIL: "lambda: 1", "f": "x"}, "value": "grade"}},
    })
    assert card is not None, faults
    fast = fast_card(card)
    assert fast.slow_parts == ()
    source = fast._compiled(variant).source
    assert strange(source) == []
    for word in ("import", "os", "eval", "lambda", "开除"):
        assert word not in source
    facts, _ = read_facts(card, {"inputs": {"os": EVIL, "eval": 9, "r": 1}})
    assert facts is not None
    outcome = fast.score(facts)
    assert (outcome.grade, outcome.consequences) == (EVIL, {"import": "lambda: 1"})


def test_the_eye_for_strange_tokens_sees_them() -> None:
    assert strange("def run(v):\n return os + 'a' + 1.5 # x\n") == ["os", "'a'", "1.5", "# x"]


def program(*steps: object) -> Program:
    return Program((Slot(("input", "x"), "number", "v0"),), frozenset(), steps, ())  # type: ignore[arg-type]


@pytest.mark.parametrize("wrong", [
    Let(("x; import os",), Lit(1)), Let(("t1",), Ref("os")), Let(("t1",), Op("or 1) + (", (Lit(1), Lit(2)))),
    Let(("t1",), Call("eval", (Lit(1),))), Let(("t1",), Lit("1")), Let(("t1",), Lit(1.5)), Let(("t1",), "os"),
])  # fmt: skip
def test_a_program_with_anything_else_is_not_printed(wrong: object) -> None:
    with pytest.raises(Unprintable):
        source_of(program(wrong))


def test_a_sound_program_is_printed_and_runs() -> None:
    run, source = function_of(program(Let(("t1",), Op("+", (Ref("v0"), Lit(2)))), Give((Ref("t1"),))))
    assert run((3,)) == ((), (), 5)
    assert "os" not in source


def test_the_function_has_no_builtins_to_call() -> None:
    run, _ = function_of(program(Give((Ref("v0"),))))
    assert set(run.__globals__["__builtins__"]) == {"ZeroDivisionError", "TypeError"}
