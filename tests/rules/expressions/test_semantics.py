"""What each form of the language means, as a table: text, figures, value."""

from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from rules.expressions.plan import ZeroDivisor
from rules.expressions.types import MISSING
from rules.numbers import Rounding, round_number
from tests.rules.expressions.scopes import compiled, value

THREE_A = [{"grade": "A"}, {"grade": "A"}, {"grade": "A"}]
MIXED = [{"grade": "A", "sales": 9}, {"grade": "B", "sales": 6}, {"grade": "A", "sales": 3}]
GOALS: list[dict[str, Any]] = [
    {"score": 40, "weight": 60, "basic": 50, "exempt": False, "kind": "scf", "done": date(2025, 3, 1)},
    {"score": 80, "weight": 40, "basic": 50, "exempt": True, "kind": "kar", "done": date(2025, 1, 9)},
]

FIGURES = [
    ("sales / plan * 100", {"sales": 310, "plan": 930}, Fraction(100, 3)),
    ("2 + 3 * 4 - 1", {}, 13), ("(2 + 3) * 4", {}, 20), ("10 - 4 - 3", {}, 3), ("80 / 4 / 5", {}, 4),
    ("-x * 2", {"x": 3}, -6), ("--x", {"x": 3}, 3), ("2 * -x", {"x": 3}, -6), ("1 / 3 * 3", {}, 1),
    ("1 if profit > 0 else 0.5", {"profit": 1}, 1), ("1 if profit > 0 else 0.5", {"profit": 0}, Decimal("0.5")),
    ("1 if x > 8 else 2 if x > 4 else 3", {"x": 5}, 2), ("1 if x > 8 else 2 if x > 4 else 3", {"x": 1}, 3),
    ("abs(profit)", {"profit": -3}, 3), ("max(-15; min(15; profit))", {"profit": 99}, 15),
    ("mean(x; 2)", {"x": 1}, Decimal("1.5")),
    ("mean(1; 1; 2)", {}, Fraction(4, 3)), ("sum(x; 2; 3)", {"x": 1}, 6),
    ("min(x; y)", {"x": 3, "y": Fraction(8, 3)}, Fraction(8, 3)),
    ("round(x / 8; 2; half_up)", {"x": 1}, Decimal("0.13")), ("round(x / 8; 2; half_even)", {"x": 1}, Decimal("0.12")),
    ("round(sales / 3; 0; ceiling)", {"sales": 4}, 2),
    ("ended - begun", {"begun": date(2025, 1, 1), "ended": date(2025, 3, 1)}, 59),
    ("max(begun; ended)", {"begun": date(2025, 1, 1), "ended": date(2025, 3, 1)}, date(2025, 3, 1)),
]  # fmt: skip

CONDITIONS = [
    ("rate >= 80 %", {"rate": 80}, True), ("80 % <= rate", {"rate": 79}, False), ("rating == 1", {"rating": 1}, True),
    ("sales / 3 > 0.33", {"sales": 1}, True), ("sales / 3 == 1 / 3", {"sales": 1}, True), ("x != 3", {"x": 3}, False),
    ("ok == yes", {"ok": True}, True), ("ok == false", {"ok": True}, False),
    ("ok != flag", {"ok": True, "flag": False}, True),
    ("ended > 2025-03-31", {"ended": date(2025, 4, 1)}, True),
    ("begun <= ended", {"begun": date(2025, 1, 2), "ended": date(2025, 1, 2)}, True),
    ("x in (1; 2; 3)", {"x": 2}, True), ("x not in (1; 2)", {"x": 2}, False), ("not x in (1; 2)", {"x": 3}, True),
    ("level == city", {"level": "city"}, True), ("nation != level", {"level": "city"}, True),
    ("level in (city; province)", {"level": "nation"}, False),
    ("subject.department == sales", {"subject__department": "sales"}, True),
    ('stars == "named manager"', {"stars": "named manager"}, True),
    ("stars == 5", {"stars": "5"}, True), ("stars in (5; 4)", {"stars": "4"}, True),
    ("stars == yes", {"stars": "yes"}, True),
    ("not ok and flag", {"ok": False, "flag": True}, True), ("not (ok and flag)", {"ok": True, "flag": False}, True),
    ("ok or flag and ok", {"ok": True, "flag": False}, True),
    ("ok 且 非 flag 或 (x > 3)", {"ok": True, "flag": True, "x": 4}, True),
    ("客户满意度 ≥ 80", {"客户满意度": 80}, True), ("（x＞3）且（ok）", {"x": 4, "ok": True}, True),
    ("e\u0301 == 3", {"é": 3}, True),
    ("yes if x > 3 else ok", {"x": 1, "ok": False}, False),
    ("x>3且rate≥80%且（ok）或 flag", {"x": 4, "rate": 80, "ok": True, "flag": False}, True),
    ("held(fallback)", {}, False), ('held("no go")', {}, False),
]  # fmt: skip


@pytest.mark.parametrize(("text", "names", "expected"), FIGURES)
def test_a_figure_is_computed_exactly(text: str, names: dict[str, Any], expected: Any) -> None:
    assert value(text, **names) == expected


@pytest.mark.parametrize(("text", "names", "expected"), CONDITIONS)
def test_a_condition_is_decided(text: str, names: dict[str, Any], expected: bool) -> None:
    assert value(text, **names) is expected


@pytest.mark.parametrize(
    ("text", "grade", "expected"),
    [
        ("grade >= B", "B", True), ("grade >= B", "S", True), ("grade >= B", "C", False), ("grade > B", "B", False),
        ("grade < B", "C", True), ("grade <= B", "A", False), ("B <= grade", "A", True),
        ("grade == 一票否决", "一票否决", True),
        ("grade >= C", "一票否决", False), ("grade < S", "一票否决", False),
        ("grade >= C", "a grade of another version", MISSING),
    ],
)  # fmt: skip
def test_grades_are_compared_on_their_ladder_best_first(text: str, grade: str, expected: bool) -> None:
    assert value(text, grade=grade) is expected


@pytest.mark.parametrize(
    ("text", "names", "expected"),
    [
        ("ok or z > 3", {"ok": True}, True), ("z > 3 or ok", {"ok": True}, True),
        ("ok or z > 3", {"ok": False}, MISSING),
        ("ok and z > 3", {"ok": False}, False), ("z > 3 and ok", {"ok": False}, False),
        ("ok and z > 3", {"ok": True}, MISSING),
        ("not z > 3", {}, MISSING), ("z + 1", {}, MISSING), ("z * 0", {}, MISSING), ("min(z; 3)", {}, MISSING),
        ("z in (1; 2)", {}, MISSING),
        ("1 if z > 3 else 1", {}, MISSING), ("z / x", {"x": 0}, MISSING), ("abs(z)", {}, MISSING),
        ("ok == flag", {"ok": True}, MISSING),
        ("sum(goals.score)", {}, MISSING), ("previous(sales)", {}, MISSING), ("round(z; 0; up)", {}, MISSING),
    ],
)  # fmt: skip
def test_missing_is_never_silently_no(text: str, names: dict[str, Any], expected: Any) -> None:
    assert value(text, **names) is expected


def test_missing_has_no_truth() -> None:
    with pytest.raises(TypeError, match="neither"):
        bool(MISSING)


def test_a_divisor_of_zero_is_a_signal_of_its_own() -> None:
    with pytest.raises(ZeroDivisor) as signal:
        value("1 + sales / profit", sales=1, profit=0)
    assert signal.value.column == 11
    with pytest.raises(ZeroDivisor):
        value("sales / profit * 100", sales=1, profit=0)
    assert value("sales / profit if profit != 0 else 7", sales=1, profit=0) == 7


@pytest.mark.parametrize(
    ("text", "goals", "expected"),
    [
        ("any(goals where kind == scf)", GOALS, True), ("all(goals where kind == scf)", GOALS, False),
        ("count(goals)", GOALS, 2),
        ("any(goals where not exempt and basic > 45)", GOALS, True),
        ("count(goals where weight < 50)", GOALS, 1), ("sum(goals.weight) == 100", GOALS, True),
        ("sum(goals.weight where exempt)", GOALS, 40),
        ("mean(goals.weight)", GOALS, 50), ("min(goals.weight)", GOALS, 40),
        ("max(goals.weight where weight < 50)", GOALS, 40),
        ("min(goals.done)", GOALS, date(2025, 1, 9)), ("any(goals where weight <= x)", GOALS, MISSING),
        ("any(goals where weight > mean(goals.weight))", GOALS, True),
        ("any(goals where exempt)", [], False), ("all(goals where exempt)", [], True), ("count(goals)", [], 0),
        ("sum(goals.weight)", [], 0),
        ("mean(goals.weight)", [], MISSING), ("max(goals.weight)", [], MISSING),
        ("sum(goals.weight where exempt)", GOALS[:1], 0),
        ("any(goals where exempt)", [{}, {"exempt": True}], True),
        ("any(goals where exempt)", [{}, {"exempt": False}], MISSING),
        ("all(goals where exempt)", [{}, {"exempt": False}], False),
        ("all(goals where exempt)", [{}, {"exempt": True}], MISSING),
        ("count(goals where exempt)", [{}], MISSING), ("sum(goals.weight where exempt)", [{"weight": 3}], MISSING),
        ("sum(goals.weight where exempt)", [{"exempt": False}], 0), ("sum(goals.weight)", [{}], MISSING),
    ],
)  # fmt: skip
def test_lists_are_asked_and_folded(text: str, goals: list[dict[str, Any]], expected: Any) -> None:
    assert value(text, goals=goals) == expected


@pytest.mark.parametrize(
    ("text", "past", "expected"),
    [
        ("previous(sales)", MIXED, 9), ("previous(sales; 3)", MIXED, 3), ("previous(sales; 4)", MIXED, MISSING),
        ("mean(past(sales; 3))", MIXED, 6), ("min(past(sales; 3))", MIXED, 3), ("max(past(sales; 2))", MIXED, 9),
        ("sum(past(sales; 2))", MIXED, 15),
        ("mean(past(sales; 4))", MIXED, MISSING), ("mean(past(sales; 2))", [{"sales": 3}, {}], MISSING),
        ("past(grade; 3) == A", THREE_A, True), ("past(grade; 3) == A", MIXED, False),
        ("past(grade; 3) >= B", MIXED, True),
        ("past(grade; 3) == A", THREE_A[:2], MISSING), ("not past(grade; 3) == A", MIXED, True),
        ("A == past(grade; 2)", THREE_A, True),
        ("all(past(grade; 3) == A)", THREE_A, True), ("any(past(grade; 3) == B)", MIXED, True),
        ("count(past(grade; 3) == A)", MIXED, 2),
        ("past(grade; 3) in (A; B)", MIXED, True), ("count(past(grade; 3) in (S; A))", MIXED, 2),
        ("min(previous(sales); mean(past(sales; 3)))", MIXED, 6), ("past(sales; 2) > 5 and ok", MIXED, MISSING),
        ("past(ok; 1)", [{"ok": True}], True),
    ],
)  # fmt: skip
def test_earlier_periods_are_read_newest_first(text: str, past: list[dict[str, Any]], expected: Any) -> None:
    assert value(text, past=past) == expected


def test_a_grade_is_compared_with_the_one_before() -> None:
    assert value("grade != previous(grade)", past=[{"grade": "B"}], grade="A") is True
    assert value("grade > previous(grade)", past=[{"grade": "B"}], grade="A") is True
    assert value("previous(grade) == A", past=[{"grade": "A"}]) is True


@pytest.mark.parametrize("text", ["sales / plan * 100", "sales / plan", "sales * 2", "100 - sales / plan", "z / plan"])
def test_a_rounded_expression_is_its_value_rounded(text: str) -> None:
    rounding = Rounding(2, "half_up")
    for sales, plan in ((1, 3), (2, 3), (82125, 1000), (1, 800), (0, 7)):
        expression, names = compiled(text), {"sales": Decimal(sales), "plan": Decimal(plan)}
        exact_value = expression.value(names)
        expected = MISSING if exact_value is MISSING else round_number(exact_value, rounding)  # type: ignore[arg-type]
        assert expression.rounded(rounding).value(names) == expected
        assert expression.rounded(rounding).type.digits == 2


def test_held_asks_the_rules_that_acted() -> None:
    assert value("not held(fallback)", held=["fallback"]) is False
    assert value('held("no go")', held=["no go"]) is True


def test_a_bare_word_opposite_a_choice_is_an_option_even_where_a_figure_has_its_name() -> None:
    assert compiled("subject.department == sales").reads == {"subject.department"}


def test_an_expression_says_what_it_reads() -> None:
    both = compiled("previous(profit) > 1 and sales.score > x or held(fallback) and any(metrics where exempt)")
    assert both.reads == {"sales.score", "x", "metrics"}
    assert both.past_reads == {"profit"}
    assert both.held == {"fallback"}


@pytest.mark.parametrize(
    ("text", "low", "high", "digits", "missing"),
    [
        ("x + profit", -1000, 1010, 2, False), ("x - 3", -3, 7, 0, False),
        ("profit * profit", -1000000, 1000000, 4, False),
        ("abs(profit)", 0, 1000, 2, False), ("x / 4", 0, Decimal("2.5"), None, False),
        ("sales / plan", 0, 1000000, None, False),
        ("x / 3", 0, Fraction(10, 3), None, False), ("min(x; profit)", -1000, 10, 2, False),
        ("max(x; profit)", 0, 1000, 2, False),
        ("-profit", -1000, 1000, 2, False), ("y + x", None, None, 2, False), ("max(y; 0)", 0, None, 2, False),
        ("z", None, None, 2, True),
        ("1 if ok else 0.5", Decimal("0.5"), 1, 1, False), ("previous(sales)", 0, 1000000, 2, True),
        ("count(goals)", 0, 20, 0, False),
        ("sum(goals.weight)", 0, 2000, 2, False), ("mean(metrics.weight)", 0, 100, None, False),
        ("mean(goals.weight)", 0, 100, None, True),
        ("round(x / 3; 1; half_up)", 0, Decimal("3.3"), 1, False), ("x - 8 if x > 8 else 0", 0, 2, 0, False),
        ("10 / x if x >= 2 else 0", 0, 5, None, False), ("10 / x if x > 0 else 0", 0, 10, None, False),
    ],
)  # fmt: skip
def test_a_result_carries_its_bounds(text: str, low: Any, high: Any, digits: int | None, missing: bool) -> None:
    kind = compiled(text).type
    assert (kind.low, kind.high, kind.digits, kind.missing) == (low, high, digits, missing)
