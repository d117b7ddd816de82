"""The account manager's card, worked by hand with fractions."""

from __future__ import annotations

import json
from collections.abc import Callable
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

import pytest

from rules.scorecard.evaluate import STEPS, Result, result_document
from rules.scorecard.model import Card

Judge = Callable[[str, str], Result]

FACTS = """
inputs:
  satisfaction: {value: 92.5, samples: 12, source: survey, observation: o1}
  sales: [100000, 110000, 120000.50]
  sales_plan: 300000
  new_customers: [12, 9, 11]
  complaint_rate: 5.4
  response_hours: 30.5
  violations: 0
  teamwork: {subject: [5], colleagues: [[4], [4], [3]], manager: [[4, 4, 5]]}
agreed: {satisfaction: {weight: 25, target: 92}, new_customers: {weight: 10}}
previous: [{total: 88.10, grade: B, attainment: 100}]
"""


def cents(value: Fraction) -> Fraction:
    """Half up to two digits; all figures here are positive."""
    return Fraction(int(value * 100 + Fraction(1, 2)), 100)


def by_hand() -> Fraction:
    attainment = cents(Fraction("330000.50") / 300000 * 100)
    teamwork = cents((10 * 5 + 30 * Fraction(11, 3) + 60 * Fraction(13, 3)) / 100)
    improvement = cents((attainment - 100) / 100 * 100)
    scores = [
        (25, cents(Fraction("92.5") / 92 * 100)),
        (25, cents(attainment / 95 * 100)),
        (10, Fraction(80)),  # the worst month had 9, two under 10 is enough for 80
        (10, Fraction(90)),  # 0.4 beyond 5 is one begun point
        (10, cents(100 + (Fraction("30.5") - 24) / 24 * -100)),
        (10, cents(80 + (teamwork - 4) * 20)),
        (10, Fraction(100) if improvement >= 10 else Fraction(0)),
    ]
    return cents(sum(weight * score for weight, score in scores) / Fraction(100))


def test_the_total_is_what_fractions_give_by_hand(judge: Judge) -> None:
    result = judge("account-manager", FACTS)
    assert (result.status, result.total, result.total_text, result.grade) == ("scored", by_hand(), "96.77", "A")
    assert result.consequences == {"bonus_coefficient": Decimal("1.2"), "improvement_plan": False}


@pytest.mark.parametrize(
    ("old", "new"),
    [("92.5", "93.5"), ("110000", "110950"), ("12, 9", "12, 8"), ("complaint_rate: 5.4", "complaint_rate: 6.4"),
     ("30.5", "31.5"), ("[4], [3]", "[4], [4]"), ("attainment: 100}", "attainment: 101}"),
     ("target: 92", "target: 91")],
)
def test_each_figure_moves_the_total_or_a_score(judge: Judge, old: str, new: str) -> None:
    """The control of the test above: no figure is ignored."""
    assert old in FACTS
    before, after = judge("account-manager", FACTS), judge("account-manager", FACTS.replace(old, new))
    assert [part.value for part in before.metrics.values()] != [part.value for part in after.metrics.values()] or (
        before.total != after.total
    )


def test_a_violation_caps_the_grade_whatever_the_score(judge: Judge) -> None:
    result = judge("account-manager", FACTS.replace("violations: 0", "violations: 1"))
    assert (result.total_text, result.grade, result.bounds.at_most) == ("96.77", "C", "C")


def test_an_undecided_gate_blocks_and_names_the_figure(judge: Judge) -> None:
    result = judge("account-manager", FACTS.replace("violations: 0", "violations: null"))
    assert (result.status, result.grade) == ("blocked", None)
    assert [(one.code, one.values["names"]) for one in result.reasons] == [("SR003", "violations")]


def test_a_role_under_its_least_is_left_out_and_the_others_are_renormalised(judge: Judge) -> None:
    result = judge("account-manager", FACTS.replace("[[4], [4], [3]]", "[[1], [1]]"))
    exact = (10 * 5 + 60 * Fraction(13, 3)) / 70
    assert result.figures["teamwork"] == cents(exact)


def test_a_small_sample_is_missing_and_its_weight_is_shared(judge: Judge) -> None:
    whole = judge("account-manager", FACTS)
    part = judge("account-manager", FACTS.replace("samples: 12", "samples: 4"))
    others = [one for name, one in whole.metrics.items() if name != "satisfaction"]
    expected = sum(Fraction(one.score) * Fraction(one.weight) for one in others) / 75
    assert part.total == cents(expected)
    assert part.metrics["satisfaction"].score is None


def test_weights_that_do_not_reach_the_sum_are_refused_with_what_lacks(judge: Judge) -> None:
    result = judge("account-manager", FACTS.replace("weight: 25", "weight: 24.99"))
    assert (result.status, result.total) == ("refused", None)
    assert result.reasons[0].values["lacking"] == "0.01"


@pytest.mark.parametrize(("old", "new"), [("target: 92", "target: 96"), ("weight: 10}", "weight: 4}")])
def test_what_is_agreed_outside_its_range_is_refused(judge: Judge, old: str, new: str) -> None:
    assert "SR013" in [one.code for one in judge("account-manager", FACTS.replace(old, new)).reasons]


def test_what_is_not_open_cannot_be_agreed(judge: Judge) -> None:
    result = judge("account-manager", FACTS.replace("new_customers: {weight: 10}", "complaints: {weight: 15}"))
    assert "SR012" in [one.code for one in result.reasons]


def test_the_next_period_is_proposed_within_its_limits(judge: Judge) -> None:
    result = judge("account-manager", FACTS)
    assert [(one.metric, one.what, one.old, one.new) for one in result.proposals] == [
        ("sales", "target", 95, Decimal("99.75")),
        ("satisfaction", "weight", 25, 30), ("new_customers", "weight", 10, 5),
    ]
    held = judge("account-manager", FACTS.replace("weight: 25", "weight: 30").replace("weight: 10}", "weight: 5}"))
    assert [one.metric for one in held.proposals] == ["sales"], "new customers cannot give any more"


def test_people_may_lower_the_grade_but_not_lift_it_over_a_cap(judge: Judge) -> None:
    lowered = judge("account-manager", FACTS + "adjusted: B\n")
    assert (lowered.grade, lowered.first_grade, lowered.consequences["bonus_coefficient"]) == ("B", "A", 1)
    lifted = judge("account-manager", FACTS.replace("violations: 0", "violations: 1") + "adjusted: A\n")
    assert (lifted.status, lifted.reasons[0].code) == ("refused", "SR016")


def test_the_trace_keeps_the_order_of_the_language_and_is_plain(judge: Judge) -> None:
    result = judge("account-manager", FACTS)
    order = [STEPS.index(step["step"]) for step in result.trace]
    assert order == sorted(order)
    assert json.loads(json.dumps(result.trace)) == list(result.trace)
    sales = next(step for step in result.trace if step["step"] == "metrics" and step["name"] == "sales")
    assert (sales["exact"], sales["score"], sales["contribution"]) == ("2200/19", "115.79", "28.9475")
    figure = next(step for step in result.trace if step["step"] == "inputs" and step["name"] == "satisfaction")
    assert figure["figures"] == [{"value": "92.5", "samples": 12, "source": "survey", "observation": "o1"}]


def test_scoring_the_same_facts_again_gives_the_same_digits(judge: Judge) -> None:
    first, again = judge("account-manager", FACTS), judge("account-manager", FACTS)
    assert (result_document(first), first.trace) == (result_document(again), again.trace)


def test_the_printed_result_holds_decimals_as_text(judge: Judge) -> None:
    printed = result_document(judge("account-manager", FACTS))
    assert (printed["total"], printed["grade"], printed["metrics"]["satisfaction"]["score"]) == ("96.77", "A", "100.54")
    assert json.loads(json.dumps(printed)) == printed


def test_what_may_be_agreed_is_listed_with_its_range(read: Callable[[str], Card]) -> None:
    found = {one.key: (one.kind, one.low, one.high, one.default) for one in read("account-manager").agreeable()}
    assert found == {
        "sales_plan": ("input", 1, 1_000_000_000, None),
        "satisfaction.weight": ("weight", 10, 40, 20), "satisfaction.target": ("target", 80, 95, 90),
        "sales.target": ("target", 80, 120, 95), "new_customers.weight": ("weight", 5, 30, 15),
    }


def test_a_guard_may_read_results_with_their_bounds(read: Callable[[str], Card]) -> None:
    names = read("account-manager").guard_scope().names
    total = names["total"]
    assert (total.low, total.high, total.digits, total.missing) == (0, 125, 2, False)
    assert (names["grade"].options, names["grade"].ladder, names["grade"].missing) == (tuple("SABCD"), True, False)
    assert (names["bonus_coefficient"].low, names["bonus_coefficient"].high) == (0, Decimal("1.5"))
    assert not names["improvement_plan"].missing
    assert names["violations"].missing
    assert (names["sales.score"].low, names["sales.score"].high) == (0, 120)


def test_half_up_is_away_from_zero_like_the_decimal_library(judge: Judge) -> None:
    """82.125 -> 82.13 (binary rounding gives 82.12)."""
    card = """missing: block
round: {metric: exact, total: 2 half_up}
inputs: {own: {type: number, digits: 2, range: 0..100}, other: {type: number, digits: 2, range: 0..100}}
metrics: {own: {weight: 10}, other: {weight: 90}}
total: {combine: weighted_mean, weights_sum: 100}
"""
    result = judge(card, "{inputs: {own: 90, other: 81.25}}")
    assert result.total == Decimal("82.125").quantize(Decimal("0.01"), ROUND_HALF_UP) == Decimal("82.13")
