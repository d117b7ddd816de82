"""A retired metric is not judged, its weight has to go somewhere, and the trace says that it was retired."""

from __future__ import annotations

from typing import Any

import pytest

from engine.review.score_text import card_titles, score_lines
from rules.scorecard.evaluate import Result, result_document, score
from rules.scorecard.facts import read_facts
from rules.scorecard.model import Card
from rules.scorecard.reader import read_card
from rules.trial.reach import reach
from tests.rules.cohort.cohorts import data_of

CARD = """\
scorecard: retiring
version: 1
language: 1
missing: block
round: {metric: exact, total: exact}
inputs:
  sales: {type: number, range: 0..200}
  calls: {type: number, range: 0..200}
  care: {type: number, range: 0..200}
metrics:
  sales: {weight: 60, title: {en: Turnover, zh: 销售额}, agree: {weight: 10..90}}
  service:
    weight: 40
    agree: {weight: 10..100}
    combine: weighted_mean
    weights_sum: any
    parts: {calls: {weight: 50}, care: {weight: 50}}
total: {combine: weighted_mean, weights_sum: 100}
grades: {bands: [{from: 60, gives: A}, {else: B}]}
re_adjust:
  - {metric: sales, if: sales.score >= 100, retire: true}
  - {metric: service.calls, retire: true}
  - {metric: service, weight: weight + 10, take_from: sales}
"""
INPUTS = {"sales": 100, "calls": 20, "care": 80}


@pytest.fixture(scope="module")
def card() -> Card:
    made, faults = read_card(data_of(CARD))
    assert made is not None, faults
    return made


def judged(card: Card, agreed: dict[str, Any]) -> Result:
    facts, faults = read_facts(card, {"inputs": INPUTS, "agreed": agreed})
    assert facts is not None, faults
    return score(card, facts)


def told(result: Result, lang: str) -> str:
    return "\n".join(score_lines(result, lang, card_titles(result.trace, lang)))


def test_without_it_the_weights_must_add_up_again(card: Card) -> None:
    result = judged(card, {"sales": {"retire": True}})
    assert (result.status, result.reasons[0].code, result.reasons[0].values["lacking"]) == ("refused", "SR014", "60")


def test_its_weight_goes_where_it_was_decided(card: Card) -> None:
    facts, _ = read_facts(card, {"inputs": {"calls": 20, "care": 80},
                                 "agreed": {"sales.retire": {"value": "true", "source": "carried"},
                                            "service.weight": 100, "sales.weight": 10}})
    assert facts is not None
    result = score(card, facts)
    assert (result.total, "sales" in result.metrics) == (50, False)
    step = next(one for one in result.trace if one.get("what") == "retired")
    assert (step["step"], step["name"], step["source"]) == ("agreed", "sales", "carried")
    assert "Turnover is not judged any more, carried over" in told(result, "en")
    assert "销售额 已停用" in told(result, "zh")


def test_a_part_leaves_its_group_and_no_proposal_speaks_of_it_again(card: Card) -> None:
    kept, left = judged(card, {}), judged(card, {"service.calls": {"retire": True}})
    assert (kept.total, left.total) == (80, 92)
    assert [one.metric for one in kept.proposals if one.what == "retire"] == ["sales", "service.calls"]
    assert [one.metric for one in left.proposals if one.what == "retire"] == ["sales"]
    assert "service.calls" not in result_document(left)["metrics"]


@pytest.mark.parametrize(("agreed", "code"), [
    ({"service": {"retire": True}}, "FA032"), ({"sales": {"retire": "perhaps"}}, "SC105"),
])
def test_what_cannot_be_retired_is_refused(card: Card, agreed: dict[str, Any], code: str) -> None:
    facts, faults = read_facts(card, {"inputs": INPUTS, "agreed": agreed})
    assert facts is None
    assert [one.code for one in faults] == [code]


def test_false_keeps_it(card: Card) -> None:
    assert judged(card, {"sales": {"retire": False}}).total == 80


def test_what_was_retired_is_not_what_would_have_to_change(card: Card) -> None:
    """It was looked for among the metrics of a result that does not have it, and nobody was told anything."""
    facts, _ = read_facts(card, {"inputs": {"calls": 20, "care": 80},
                                 "agreed": {"sales.retire": True, "service.weight": 100, "sales.weight": 10}})
    assert facts is not None
    found = reach(card, facts)
    assert found is not None
    assert {move.figure for move in found.moves} == {"calls", "care"}
