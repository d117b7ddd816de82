"""Whatever stands in a cohort, a quota, a split or their facts: nothing is raised, and every fault can be said."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.words.book import LANGS, say
from rules.cohort.document import cohort_document
from rules.cohort.judging import judge_cohort
from rules.cohort.reading import read_members
from rules.scorecard.evaluate import score
from rules.scorecard.reader import read_card
from tests.rules.cohort.cohorts import CARD, card_with, data_of

WORDS = st.sampled_from([
    "", "A", "B", "D", "east", "pool", "work", "total", "20 %", "120 %", "-1 %", "33.3 %", "together", "by figures",
    "hr", "total / 0", "work.score", "grade", "lower",
])
NUMBERS = st.one_of(st.decimals(allow_nan=True, allow_infinity=True), st.integers(-5, 200).map(Decimal))
PLAIN = st.one_of(st.none(), st.booleans(), NUMBERS, WORDS)
KEYS = st.sampled_from([
    "by", "pool", "below", "into", "when_over", "ties", "rules", "grades", "at_most", "or", "approved_by", "share",
    "about", "give_or_take", "mean_at_most", "points", "split", "digits", "A", "B", "C", "D", "east", "approved",
    "value", "odd",
])
ODD = st.recursive(
    PLAIN, lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(KEYS, inner, max_size=5)),
    max_leaves=12,
)
RULE = st.fixed_dictionaries({}, optional={
    **dict.fromkeys(("at_most", "about", "give_or_take", "mean_at_most"), PLAIN),
    "grades": st.lists(WORDS, max_size=3), "or": ODD, "points": ODD,
    "share": st.dictionaries(st.sampled_from("ABCD"), WORDS, max_size=4),
})
QUOTA = st.one_of(ODD, st.fixed_dictionaries({
    "when_over": st.sampled_from(["refuse", "lower", "report"]), "rules": st.lists(RULE, max_size=3),
}, optional={"ties": ODD}))


def said(faults: Any) -> None:
    for one in faults:
        assert all(say(lang, one.code, **one.values) for lang in LANGS)


@settings(max_examples=30)
@given(ODD, QUOTA, ODD, st.lists(st.integers(0, 100), min_size=1, max_size=6))
def test_any_card_is_read_and_any_that_can_be_read_is_judged(
    cohort: Any, quota: Any, split: Any, totals: list[int]
) -> None:
    document = {**data_of(CARD.format(more="")), "cohort": cohort, "quota": quota, "consequences": {"bonus": split}}
    card, faults = read_card(document)
    said(faults)
    if card is None:
        return
    made = [{"id": str(one), "subject": {"unit": "east"}, "inputs": {"work": one}} for one in totals]
    members, _ = read_members(card, {"cards": made})
    assert members is not None
    result = judge_cohort(card, members.facts, members.cohort)
    assert len(result.results) == len(totals)
    for place, one in enumerate(result.results):
        assert cohort_document(result, place)["n"] <= len(totals)
        said(one.reasons)


@settings(max_examples=30)
@given(st.one_of(ODD, st.fixed_dictionaries({"cohort": ODD, "cards": st.one_of(ODD, st.lists(ODD, max_size=3))})))
def test_any_facts_are_read_or_told_of(document: Any) -> None:
    members, faults = read_members(CARD_READ, document)
    said(faults)
    if members is not None and members.facts:
        judge_cohort(CARD_READ, members.facts, members.cohort)


CARD_READ = card_with(
    "cohort: {by: unit, pool: {below: 2, into: division}}\n"
    "quota: {when_over: lower, rules: [{grades: [A], at_most: 20 %}]}\n"
    "consequences: {bonus: {split: pool, by: total, digits: 2}}\n"
)


@pytest.mark.parametrize("cohort", [{"pool": "70"}, {"pool": {"east": "70"}}])
def test_one_alone_knows_the_figures_of_its_cohort(cohort: dict[str, Any]) -> None:
    document = {"cohort": cohort, "subject": {"unit": "east"}, "inputs": {"work": "95"}}
    members, faults = read_members(CARD_READ, document)
    assert members is not None, faults
    result = score(CARD_READ, members.facts[0])
    assert (result.figures["pool"], result.grade) == (70, "A")
