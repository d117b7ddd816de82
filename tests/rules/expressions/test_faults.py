"""Every fault has its code, its column and its sentence; what is sound has none."""

import re
from decimal import Decimal
from pathlib import Path

import pytest

from engine.words.book import say
from engine.words.en.expressions import SENTENCES
from rules.expressions.compiled import ExpressionFaults, compile_expression
from rules.expressions.scope import Scope
from rules.expressions.types import YES_NO, Kind, Type
from tests.rules.expressions.scopes import SCOPE, compiled, faults, number

ROOM = Path(__file__).parents[3] / "rules" / "expressions"

BROKEN = [
    ("x > " + "1" * 2000, "EX001", 1), ("x $ 3", "EX002", 3), ("x > 3 # note", "EX002", 7),
    ("x\u200b > 3", "EX002", 2), ('level == "city', "EX003", 10),
    ("level in (city, province)", "EX004", 15), ("x > 1，000", "EX004", 6), ("x = 3", "EX005", 3),
    ("ok && flag", "EX005", 4), ("x ** 2", "EX005", 3),
    ("!ok", "EX005", 1), ("x <> 3", "EX005", 3), ("x => 3", "EX005", 3), ("x * 1e5", "EX006", 5),
    ("x > 007", "EX006", 5), ("x > .5", "EX006", 5),
    ("x > 5.", "EX006", 5), ("x > 1_000", "EX006", 5), ("x > 1..5", "EX006", 5), ("x > 3h", "EX006", 5),
    ("begun > 2025-02-30", "EX007", 9),
    ("x > " + "9" * 31, "EX008", 5), ("n" * 101 + " > 1", "EX009", 1), ("(" * 25 + "x" + ")" * 25, "EX010", 25),
    ("+".join(["x"] * 90), "EX010", 1),
    ("max(" + ";".join(["1"] * 401) + ")", "EX011", 1), ("", "EX012", 1), ("   ", "EX012", 1), ("x +", "EX013", 4),
    ("max(1; ", "EX013", 8), ("(x + 1", "EX014", 1),
    ("x + 1)", "EX014", 6), ("max(1; 2", "EX014", 4), ("x y", "EX015", 3), ("level == named manager", "EX015", 16),
    ("x * / 3", "EX016", 5), ("> 3", "EX016", 1),
    ("and ok", "EX016", 1), ("1 if ok", "EX017", 3), ("1 < x < 3", "EX018", 7), ("x == 1 in (1; 2)", "EX018", 8),
    ("level in city", "EX019", 10),
    ("max(x; y where x > 1)", "EX015", 10), ("sum(x where ok)", "EX020", 7), ("salse > 3", "EX021", 1),
    ("any(goals where scor > 3)", "EX021", 17),
    ("x > total", "EX022", 5), ("taken > 3", "EX023", 1), ("any(goals where score > 3)", "EX023", 17),
    ('remark == "x"', "EX024", 1), ("remark + 1", "EX032", 1),
    ("goals > 3", "EX025", 1), ("maximum(x; 3)", "EX026", 1), ("__import__(x)", "EX026", 1),
    ("abs(x; 3)", "EX027", 1), ("past(x)", "EX027", 1), ("max()", "EX027", 1),
    ("round(x; 2)", "EX027", 1), ("held(falback)", "EX028", 6), ("held(1 + 2)", "EX028", 8),
    ("previous(x)", "EX029", 10), ("previous(sales + 1)", "EX029", 16),
    ("past(sales; x)", "EX030", 13), ("past(sales; 0)", "EX030", 13), ("previous(sales; 41)", "EX030", 17),
    ("past(sales; 1.5) > 1", "EX030", 13),
    ("x == ok", "EX031", 3), ("ok > flag", "EX031", 4), ("begun > 3", "EX031", 7), ("grade == 3", "EX031", 7),
    ("ok + 1", "EX032", 1), ("x + begun", "EX032", 5),
    ("-ok", "EX032", 2), ("abs(grade)", "EX032", 5), ("max(x; ok)", "EX032", 8), ("sum(goals.kind)", "EX032", 1),
    ("x and ok", "EX033", 1), ("not x", "EX033", 5),
    ("1 if x else 2", "EX033", 6), ("count(goals where weight)", "EX033", 19), ("grade == D", "EX034", 10),
    ("level in (city; town)", "EX034", 17), ("level > city", "EX035", 7),
    ("grade > 一票否决", "EX035", 7), ("x * 105 %", "EX036", 5), ("5 % + x", "EX036", 1),
    ("sales >= 80 %", "EX037", 10), ("80 %", "EX037", 1), ("max(x; 5 %)", "EX037", 8),
    ("sales / profit", "EX039", 9), ("sales / y", "EX039", 9), ("x / 0", "EX039", 5), ("x / (3 - 3)", "EX039", 8),
    ("sales / x if x >= 0 else 1", "EX039", 9),
    ("any(goal where exempt)", "EX041", 1), ("sum(sales.weight)", "EX041", 1), ("sum(goals.wieght)", "EX042", 1),
    ("any(goals)", "EX043", 1), ("all(metrics)", "EX043", 1),
    ("round(x; 2; nearest)", "EX044", 10), ("round(x; 99; up)", "EX044", 10), ("round(x; 1.5; up)", "EX044", 10),
    ("1 if ok else flag", "EX045", 3),
    ("past(sales; 3)", "EX049", 1), ("past(sales; 3) + 1", "EX049", 1),
    ("past(sales; 2) == past(sales; 2)", "EX049", 16), ('"text"', "EX050", 1), ('x > "3"', "EX050", 5),
    ("max(x)", "EX053", 1), ("count(ok and flag)", "EX053", 1), ("x in (1; y)", "EX054", 10),
    ("x in (1; ok)", "EX054", 10), ("ok且flag", "EX055", 1),
    ("cost.score", "EX060", 1), ("any(sales.parts where mixed > 0)", "EX062", 23),
    ("max(sales.parts.mixed)", "EX062", 1), ("level in (city、province)", "EX004", 15),
]  # fmt: skip

WARNED = [
    ("rate >= 0.8", "EX038", 9), ("0.5 > rate", "EX038", 1), ("rate in (0.8; 90)", "EX038", 10),
    ("rate > hours", "EX040", 6), ("rate + hours > 3", "EX040", 6),
    ("x > 10", "EX051", 3), ("x == 11", "EX051", 3), ("x == 1.5", "EX051", 3), ("x < 0", "EX051", 3),
    ("20 < x", "EX051", 4), ("x >= 0", "EX052", 3),
    ("x <= 10", "EX052", 3), ("x != 99", "EX052", 3), ("x < 11", "EX052", 3),
]  # fmt: skip

SOUND = [
    "x > 9", "x >= 10", "x <= 0", "x < 1", "x != 1", "rate >= 1", "rate >= 0.5 %", "rate >= 80 %",
    "rate + rate2 > 120", "max(rate; 5 %) > 6",
    "hours * 2 > 3", "sales / plan > 1", "sales / x > 1 if x > 0 else no", "x > 0 and sales / x > 1",
    "x == 0 or sales / x > 1",
    "not x == 0 and 1 / x > 0.5", "profit < 0 and 1 / profit < -0.5", "y > 1000000", "1 < 2 or ok",
]  # fmt: skip


@pytest.mark.parametrize(("text", "code", "column"), BROKEN)
def test_a_fault_has_its_code_and_its_place(text: str, code: str, column: int) -> None:
    found = faults(text)
    assert (found[0].code, found[0].column) == (code, column)
    assert all(fault.level in ("error", "warning") for fault in found)


@pytest.mark.parametrize(("text", "code", "column"), WARNED)
def test_a_warning_stops_nothing(text: str, code: str, column: int) -> None:
    assert faults(text) == ()
    assert [(fault.code, fault.column, fault.level) for fault in compiled(text).warnings] == [(code, column, "warning")]


@pytest.mark.parametrize("text", SOUND)
def test_what_is_sound_has_neither_fault_nor_warning(text: str) -> None:
    assert compiled(text).warnings == ()


def test_all_faults_of_a_text_are_found_at_once() -> None:
    found = faults("salse > 3 and level == town and sales / profit > 5 % and x in (1; ok)")
    assert [fault.code for fault in found] == ["EX021", "EX034", "EX039", "EX054"]
    assert [fault.code for fault in faults("x $ 3 , 1e5 § 2")] == ["EX002", "EX004", "EX006", "EX002"]


@pytest.mark.parametrize(
    ("text", "nearest"),
    [
        ("salse > 3", "sales"), ("any(goals where wieght > 3)", "weight"), ("maxx(1; 2)", "max"),
        ("level == citi", "city"), ("grade == a", "A"),
        ("held(falback)", "fallback"), ("previous(salez)", "sales"), ("any(gaols where exempt)", "goals"),
        ("sum(goals.wieght)", "weight"),
        ("nothing_like_it > 3", ""),
    ],
)  # fmt: skip
def test_a_misspelt_word_comes_with_the_nearest_known_one(text: str, nearest: str) -> None:
    assert faults(text)[0].values["nearest"] == nearest


@pytest.mark.parametrize(
    ("expects", "text", "code"),
    [
        (Kind.YES_NO, "x + 1", "EX033"),
        (Kind.NUMBER, "ok", "EX046"),
        (Kind.CHOICE, "x", "EX047"),
        (Kind.DATE, "x", "EX048"),
    ],
)
def test_a_place_says_what_it_needs(expects: Kind, text: str, code: str) -> None:
    assert [fault.code for fault in faults(text, expects=expects)] == [code]


def test_a_divisor_that_may_be_zero_is_allowed_where_the_node_says_what_then() -> None:
    assert compiled("sales / profit", zero_allowed=True).type.missing
    assert [fault.code for fault in faults("sales / 0", zero_allowed=True)] == ["EX039"]


def test_advice_counts_exactly() -> None:
    assert faults("x * 105 %")[0].values["instead"] == "1.05"
    assert compiled("rate >= 0.835").warnings[0].values["instead"] == "83.5"


def test_a_row_field_and_a_figure_of_one_name_are_told_apart_by_a_fault_not_by_shadowing() -> None:
    inner = Scope(names={name: kind for name, kind in SCOPE.names.items() if name != "score"})
    assert faults("any(goals where score > 3)", inner) == ()
    assert faults("any(goals where score > 3)")[0].code == "EX023"


def test_where_metrics_are_asked_their_own_words_are_those_of_the_row() -> None:
    row = {"score": Type(Kind.NUMBER), "critical": YES_NO}
    lists = {name: Type(Kind.LIST, row=row) for name in ("metrics", "sales.parts", "goals")}
    inside = Scope(names={"score": Type(Kind.NUMBER), "critical": YES_NO, **lists})
    for name in ("metrics", "sales.parts"):
        asked = compile_expression(f"count({name} where score < 60) == 1 and score > 90", inside)
        assert asked.value({"score": Decimal(95), name: ({"score": Decimal(50)}, {"score": Decimal(70)})}) is True
        assert faults(f"any({name} where critical)", inside)[0].code == "EX023"
    assert faults("any(goals where score < 60)", inside)[0].code == "EX023"


def codes_in_source() -> set[str]:
    return {code for path in ROOM.glob("*.py") for code in re.findall(r"EX\d{3}", path.read_text(encoding="utf-8"))}


def test_every_code_is_said_and_every_sentence_has_its_code() -> None:
    assert codes_in_source() == set(SENTENCES)


def test_every_code_is_shown_by_a_case() -> None:
    shown = {code for _, code, _ in (*BROKEN, *WARNED)} | {"EX046", "EX047", "EX048"}
    assert shown == set(SENTENCES)


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_every_fault_becomes_a_sentence(lang: str) -> None:
    for text, _, _ in BROKEN:
        for fault in faults(text):
            assert "{" not in say(lang, fault.code, **fault.values)
    for text, _, _ in WARNED:
        for fault in compiled(text).warnings:
            assert "{" not in say(lang, fault.code, **fault.values)


def test_a_figure_with_no_declared_range_may_be_zero() -> None:
    scope = Scope(names={"a": number(), "b": number(-1, 1), "c": number("0.01", 1)})
    for divisor, sound in (("a", False), ("b", False), ("c", True)):
        if sound:
            compile_expression(f"1 / {divisor}", scope)
        else:
            with pytest.raises(ExpressionFaults):
                compile_expression(f"1 / {divisor}", scope)
