"""A division by 0 is as undecided as a figure that lacks: it blocks and says so, or `if_missing` decides."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from engine.review.score_text import score_lines
from engine.words.book import LANGS, say
from rules.fast.card import Reference, fast_card
from rules.scorecard.evaluate import Result, score
from rules.scorecard.facts import Facts, read_facts
from rules.scorecard.model import Card
from rules.scorecard.reader import read_card
from tests.rules.fast.cards import differences
from tests.rules.scorecard.conftest import HEAD, card_of, document

START = """
missing: block
round: {metric: 2 half_up, total: 2 half_up}
subject: {staff: {type: number, range: 0..10}, desks: {type: number, range: 0..10}}
inputs:
  a: {type: number, digits: 2, range: 0..100}
  b: {type: number, digits: 2, range: 0..100}
lists:
  goals: {count: 0..5, inputs: {done: {type: number, range: 0..10}, of: {type: number, range: 0..10}}}
"""
TOTAL = """
total: {combine: weighted_mean, weights_sum: 100}
grades:
  bands: [{from: 50, gives: A}, {else: B}]
"""
METRIC = "metrics:\n  m: {weight: 100, value: a}\n"
FACTS = "{subject: {staff: 0, desks: 0}, inputs: {a: 60, b: 0}, lists: {goals: [{done: 1, of: 0}, {done: 1, of: 2}]}}"
PLACES = {
    "rule": ("metrics:\n  m: {weight: 100, value: a, rules: [{rule: r, if: a / b > 1, add: 1}]}\n" + TOTAL, "SR003"),
    "part rule": (
        METRIC + TOTAL.replace("100}", "100, part_rules: [{rule: r, if: a / b > 1, limit: 0..50, for: [m]}]}"), "SR003"
    ),
    "rule of the grade": (METRIC + TOTAL + "  rules: [{rule: r, if: a / b > 1, at_most: B}]\n", "SR003"),
    "what is required": (METRIC + "require: [{that: subject.staff / subject.desks > 1, say: no}]\n" + TOTAL, "SR003"),
    "profile": (
        "metrics:\n  m: {value: a}\nprofiles:\n"
        "  - {profile: p, if: subject.staff / subject.desks > 1, weights: {m: 100}}\n"
        "  - {profile: q, weights: {m: 100}}\n" + TOTAL, "SR001",
    ),
    "choose": ("metrics:\n  m: {weight: 100, choose: [{if: a / b > 1, gives: 10}, {else: 20}]}\n" + TOTAL, "SR004"),
    "rows": (
        "metrics:\n  m: {weight: 100, value: a, rules: [{rule: r, if: all(goals where done / of < 1), add: 1}]}\n"
        + TOTAL, "SR003",
    ),
}


def both(card: Card, facts: Facts) -> Result:
    """The reference's result, after the fast card gave the same."""
    result = score(card, facts)
    assert differences(fast_card(card).score(facts), Reference.of(result)) == {}
    for lang in LANGS:
        assert score_lines(result, lang) or not result.trace
    return result


def facts_of(card: Card, text: str = FACTS) -> Facts:
    facts, faults = read_facts(card, document(text))
    assert facts is not None, faults
    return facts


@pytest.mark.parametrize("place", PLACES)
def test_a_condition_that_divides_by_0_blocks_and_says_so(place: str) -> None:
    text, code = PLACES[place]
    card = card_of(START + text)
    result = both(card, facts_of(card))
    assert result.status == "blocked"
    first = result.reasons[0]
    assert (first.code, first.values["names"]) == (code, "÷ 0")
    assert all("÷ 0" in say(lang, first.code, **first.values) for lang in LANGS)
    fine = facts_of(card, FACTS.replace("b: 0", "b: 1").replace("desks: 0", "desks: 9").replace("of: 0", "of: 3")
                    .replace("staff: 0", "staff: 10"))
    assert both(card, fine).status == "scored", "the control: with another divisor it is decided"


@pytest.mark.parametrize("place", PLACES)
def test_the_check_tells_of_such_a_divisor_unless_it_is_said_what_then(place: str) -> None:
    text, _ = PLACES[place]

    def told(text: str) -> list[str]:
        card, faults = read_card(document(HEAD + START + text))
        assert card is not None
        return [one.code for one in faults if one.code in ("SC139", "EX039")]

    assert told(text) == ["SC139"]
    for divisor in ("a / b", "subject.staff / subject.desks", "done / of"):
        name = divisor.split(" / ")[1]
        text = text.replace(f"if: {divisor}", f"if: {name} != 0 and {divisor}")
        text = text.replace(f"where {divisor}", f"where {name} != 0 and {divisor}")
        text = text.replace(f"that: {divisor}", f"that: {name} != 0 and {divisor}")
    assert told(text) == []


@pytest.mark.parametrize(("said", "total"), [("holds", "61.00"), ("fails", "60.00")])
def test_if_missing_decides_it(said: str, total: str) -> None:
    text = PLACES["rule"][0].replace("a / b > 1", f"a / b > 1, if_missing: {said}")
    card, faults = read_card(document(HEAD + START + text))
    assert card is not None
    assert [one.code for one in faults if one.code == "SC139"] == []
    result = both(card, facts_of(card))
    assert (result.status, result.total_text) == ("scored", total)
    assert result.metrics["m"].score is not None


@pytest.mark.parametrize(("said", "score_text"), [("holds", "10.00"), ("fails", "20.00")])
def test_if_missing_of_a_row_comes_before_if_zero_of_its_table(said: str, score_text: str) -> None:
    text = "metrics:\n  m: {weight: 100, if_zero: 7, choose: [{if: a / b > 1%s, gives: 10}, {else: 20}]}\n" + TOTAL
    card = card_of(START + text % f", if_missing: {said}")
    assert both(card, facts_of(card)).metrics["m"].score_text == score_text
    alone = card_of(START + text % "")
    assert both(alone, facts_of(alone)).metrics["m"].score_text == "7.00"


def test_what_decides_beside_it_decides() -> None:
    """As with a figure that lacks: yes or undecided is yes, and a row that says no decides `all`."""
    card = card_of(START + PLACES["rule"][0].replace("a / b > 1", "a / b > 1 or a > 50"))
    assert both(card, facts_of(card)).total == 61
    rows = card_of(START + PLACES["rows"][0])
    decided = both(rows, facts_of(rows, FACTS.replace("{done: 1, of: 2}", "{done: 9, of: 2}")))
    assert (decided.status, decided.total) == ("scored", 60)


def test_a_proposal_that_divides_by_0_is_none() -> None:
    text = METRIC.replace("weight: 100", "weight: 100, target: 5") + TOTAL
    text += "re_adjust:\n  - {metric: m, if: a / b > 1, target: 6}\n  - {metric: m, target: a / b}\n"
    text += "  - {metric: m, target: 8}\n"
    card = card_of(START + text)
    assert [one.rule for one in both(card, facts_of(card)).proposals] == ["3"]
    assert [one.rule for one in both(card, facts_of(card, FACTS.replace("b: 0", "b: 2"))).proposals] == ["1", "2", "3"]


UNHEARD = {
    "target": (
        "metrics:\n  m: {weight: 100, value: a, target: 60 / subject.desks, ratio: {better: higher}}\n", "SR004"
    ),
    "amount": ("metrics:\n  m: {weight: 100, value: a, rules: [{rule: r, add: a / b}]}\n", "SR003"),
    "limit of a rule": ("metrics:\n  m: {weight: 100, value: a, rules: [{rule: r, limit: 0..a / b}]}\n", "SR003"),
    "limits": ("metrics:\n  m: {weight: 100, value: a, limits: 0..a / b}\n", "SR004"),
    "bound": ("metrics:\n  m: {weight: 100, value: a, bands: [{from: a / b, gives: 1}, {else: 0}]}\n", "SR004"),
}


@pytest.mark.parametrize("place", UNHEARD)
def test_a_number_that_divides_by_0_after_all_is_missing(place: str) -> None:
    """The check refuses a divisor that may be 0 here; a figure outside its range comes from a what-if alone."""
    text, code = UNHEARD[place]
    start = START.replace("desks: {type: number, range: 0", "desks: {type: number, range: 1").replace(
        "b: {type: number, digits: 2, range: 0", "b: {type: number, digits: 2, range: 1")
    card, faults = read_card(document(HEAD + START + text + TOTAL))
    assert [one.code for one in faults if one.level == "error"] == ["EX039"]
    card = card_of(start + text + TOTAL)
    facts = facts_of(card, FACTS.replace("b: 0", "b: 2").replace("desks: 0", "desks: 2"))
    assert both(card, facts).status == "scored"
    given: Any = facts.inputs["b"]
    nothing = {**facts.inputs, "b": replace(given, single=replace(given.single, value=Decimal(0)))}
    result = both(card, replace(facts, inputs=nothing, subject={**facts.subject, "desks": Decimal(0)}))
    assert result.status == "blocked"
    assert [(one.code, one.values["names"]) for one in result.reasons][:1] == [(code, "÷ 0")]
