"""A pool is shared to the last cent: the parts sum to it whatever the weights, and nobody below zero has one."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from rules.cohort.splitting import split
from tests.rules.cohort.cohorts import card_with, cards, judged

SPLIT = "consequences: {bonus: {split: pool, by: total, digits: 2}}\n"
WEIGHTS = st.lists(
    st.one_of(st.none(), st.decimals(-50, 1000, places=2), st.fractions(0, 100, max_denominator=999)), max_size=40,
)


@settings(max_examples=40)
@given(st.decimals(0, 10**9, places=2), WEIGHTS, st.integers(2, 6))
def test_parts_sum_to_the_pool_exactly(pool: Decimal, weights: list[Decimal | Fraction | None], digits: int) -> None:
    report = split("bonus", None, pool, dict(enumerate(weights)), digits)
    total = sum((Fraction(one.share) for one in report.parts.values()), Fraction(0))
    somebody = any(one is not None and one > 0 for one in weights)
    assert total == (Fraction(pool) if somebody else 0) == Fraction(report.paid)
    unit = Fraction(1, 10**digits)
    for place, part in report.parts.items():
        weight = weights[place]
        assert 0 <= Fraction(part.share) - Fraction(part.down) <= unit
        assert (weight is not None and weight > 0) or part.share == 0


def test_rounding_each_part_would_not_sum() -> None:
    """The control: halves rounded each by itself miss the pool."""
    exact = [Fraction(100) / 3] * 3
    assert sum(Fraction(round(part * 100), 100) for part in exact) != 100
    report = split("bonus", None, Decimal(100), dict.fromkeys(range(3), Decimal(1)), 2)
    assert [one.share for one in report.parts.values()] == [Decimal("33.34"), Decimal("33.33"), Decimal("33.33")]


def test_one_pool_is_for_everybody_and_a_pool_of_a_unit_for_that_unit() -> None:
    card = card_with("cohort: {by: unit}\n" + SPLIT)
    made = [*cards([50, 50]), *cards([100], "west")]
    assert [one.consequences["bonus"] for one in judged(card, made, pool="1000").results] == [250, 250, 500]
    each = judged(card, made, pool={"east": "1000", "west": "30.01"})
    assert [one.consequences["bonus"] for one in each.results] == [500, 500, Decimal("30.01")]
    assert [(one.unit, one.paid) for one in each.splits] == [("east", 1000), ("west", Decimal("30.01"))]


def test_nobody_with_a_weight_leaves_the_pool_as_it_is() -> None:
    result = judged(card_with(SPLIT), cards([0, 0]), pool="1000")
    assert result.splits[0].paid == 0
    assert not result.splits[0].parts


def test_an_empty_pool_gives_everybody_nothing_and_not_no_figure() -> None:
    result = judged(card_with(SPLIT), cards([30, 60]), pool="0")
    assert [one.consequences["bonus"] for one in result.results] == [0, 0]


def test_who_is_blocked_has_no_part_and_the_others_share_all() -> None:
    made = [*cards([30, 60]), {"id": "none", "inputs": {}}]
    result = judged(card_with(SPLIT), made, pool="90")
    assert [one.consequences.get("bonus") for one in result.results] == [30, 60, None]


def test_weights_may_be_what_follows_from_the_grade_after_the_quota() -> None:
    more = (
        "quota: {when_over: lower, rules: [{grades: [A], at_most: 50 %}]}\n"
        "consequences:\n"
        "  coefficient: {value: grade, lookup: {A: 2, B: 1, C: 0, D: 0}}\n"
        "  bonus: {split: pool, by: coefficient * 1, digits: 2}\n"
        "  rest: {value: bonus / 2, round: 2 half_up}\n"
    )
    result = judged(card_with(more), cards([99, 95]), pool="300")
    assert [one.consequences["bonus"] for one in result.results] == [200, 100]
    assert [one.consequences["rest"] for one in result.results] == [100, 50]


def test_a_split_below_may_weigh_by_the_part_above() -> None:
    more = SPLIT.replace("\n", "").removesuffix("}") + ", more: {split: pool, by: bonus * bonus, digits: 2}}\n"
    result = judged(card_with(more), cards([10, 20]), pool="30")
    assert [one.consequences["more"] for one in result.results] == [6, 24]
