"""Cards that are settled already: they count, keep what they have, and others stay inside what is left."""

from __future__ import annotations

from decimal import Decimal
from random import Random
from typing import Any

import pytest

from rules.cohort.judging import judge_cohort
from rules.cohort.model import Settled, Unit
from rules.cohort.reading import read_members
from rules.cohort.remembering import remembered, score_again
from rules.scorecard.evaluate import Result
from rules.scorecard.model import Card
from tests.rules.cohort.cohorts import card_with, cards

QUOTA = "quota: {rules: [{grades: [A], at_most: 30 %}], when_over: lower}\n"
SPLIT = "consequences: {bonus: {split: pool, by: total, digits: 2}}\n"


def facts_of(card: Card, totals: list[Any], pool: str = "100.00") -> Any:
    members, faults = read_members(card, {"cohort": {"pool": pool}, "cards": cards(totals)})
    assert members is not None, faults
    return members


def test_without_anybody_settled_nothing_is_other_than_it_was() -> None:
    card = card_with(QUOTA + SPLIT)
    given = facts_of(card, [99, 98, 97, 60, 50])
    plain = judge_cohort(card, given.facts, given.cohort)
    assert judge_cohort(card, given.facts, given.cohort, settled={}) == plain
    whole = (Unit("all", None, (0, 1, 2, 3, 4)),)
    assert judge_cohort(card, given.facts, given.cohort, units=whole) == plain


@pytest.mark.parametrize("seed", range(25))
def test_who_comes_later_keeps_inside_what_the_settled_have_left(seed: int) -> None:
    chance = Random(seed)
    n = chance.randint(1, 30)
    card = card_with(QUOTA + SPLIT)
    given = facts_of(card, [chance.choice((95, 95, 92, 80, 70, chance.randint(0, 100))) for _ in range(n)])
    early = chance.randint(0, n)
    first = judge_cohort(card, given.facts[:early], given.cohort)
    settled = {
        place: Settled(one.grade, {"bonus": one.consequences["bonus"]} if one.consequences else {})
        for place, one in enumerate(first.results)
    }
    second = judge_cohort(card, given.facts, given.cohort, settled=settled)
    assert [one.grade for one in second.results[:early]] == [one.grade for one in first.results]
    assert sum(one.grade == "A" for one in second.results) <= n * 30 // 100
    paid = [one.consequences.get("bonus") for one in (*first.results, *second.results[early:])]
    total = sum((one for one in paid if isinstance(one, Decimal)), Decimal(0))
    assert total in (Decimal("100.00"), Decimal(0)) or any(one.total == 0 for one in second.results)
    assert total <= 100


def test_a_settled_grade_may_be_over_the_quota_and_is_told_so() -> None:
    card = card_with(QUOTA.replace("lower", "refuse"))
    given = facts_of(card, [99, 98, 97])
    result = judge_cohort(card, given.facts, given.cohort, settled={place: Settled("A") for place in range(3)})
    (rule,) = result.units[0].rules
    assert (rule.left, rule.most, rule.why) == (3, 0, "SR020")
    mended = judge_cohort(card, given.facts, given.cohort, settled={place: Settled("B") for place in range(3)})
    assert mended.kept
    assert [one.grade for one in mended.results] == ["B"] * 3


@pytest.mark.parametrize("more", [QUOTA, QUOTA + SPLIT, SPLIT, QUOTA.replace("lower", "refuse")])
def test_a_card_judged_again_from_what_is_remembered_has_the_same_result_and_trace(more: str) -> None:
    card = card_with(more)
    given = facts_of(card, [99, 98, 97, 60])
    together = judge_cohort(card, given.facts, given.cohort)
    for place, one in enumerate(together.results):
        kept = {**remembered(together, place), "figures": {"pool": "100.00"}}
        again: Result = score_again(card, given.facts[place], kept)
        assert again == one
