"""Whatever leaves a result undecided is named: a field of a row, an earlier period, a word that no ladder has."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from engine.review.score_text import score_lines
from engine.words.book import LANGS, say
from rules.scorecard.evaluate import Result
from rules.scorecard.reader import read_card
from tests.rules.scorecard.conftest import HEAD, document

Judge = Callable[[str, str], Result]
START = """
missing: exclude
round: {metric: 2 half_up, total: 2 half_up}
inputs:
  a: {type: number, digits: 2, range: 0..100}
lists:
  checks:
    count: 0..5
    inputs: {serious: {type: yes_no}, points: {type: number, range: 0..9}, kind: {type: choice, options: [x, y]}}
metrics:
  m: {weight: 60, value: a}
  n:
    weight: 40
    combine: mean
    parts: {p: {value: a}, q: {value: sum(checks.points), target: 9, ratio: {better: higher}}}
total: {combine: weighted_mean, weights_sum: 100%s}
grades:
  bands: [{from: 50, gives: A}, {else: B}]
  rules: [{rule: r, if: %s, at_most: B}]
"""
LACKS = (
    "{inputs: {a: 60}, lists: {checks: [{serious: no, points: 3, kind: x}, {points: 2, kind: y}]}, "
    "previous: [{grade: A}]}"
)
UNDECIDED = [
    ("any(checks where serious)", "checks.serious"),
    ("count(checks where serious and kind == y) > 0", "checks.serious"),
    ("sum(checks.points where serious) > 3", "checks.serious"),
    ("sum(checks.points) > 3", "checks.points"),
    ("any(metrics where score < 60)", "metrics.score"),
    ("all(n.parts where score > 1)", "n.parts.score"),
    ("all(past(grade; 3) >= A)", "previous(grade; 2), previous(grade; 3)"),
    ("previous(grade; 2) == A", "previous(grade; 2)"),
]


@pytest.mark.parametrize(("condition", "named"), UNDECIDED)
def test_what_leaves_a_rule_undecided_is_named(condition: str, named: str, judge: Judge) -> None:
    facts = LACKS.replace("{points: 2, ", "{") if "points" in named else LACKS
    start = START % ("", condition)
    if "parts" in condition:  # parts are read by the rules of their group alone
        start = START % ("", "true")
        start = start.replace("parts: {", f"part_rules: [{{rule: s, if: {condition}, limit: 0..99}}]\n    parts: {{", 1)
    if "metrics" in condition:
        start = start.replace("p: {value: a}, ", "")  # so that the group itself has no score
    if "metrics" in condition or "parts" in condition:
        facts = facts.replace("points: 3", "points: NR").replace("points: 2", "points: NR")
    result = judge(start, facts)
    assert [(one.code, one.values["names"]) for one in result.reasons][:1] == [("SR003", named)]
    for lang in LANGS:
        assert named in say(lang, result.reasons[0].code, **result.reasons[0].values)


def test_what_is_decided_names_nothing(judge: Judge) -> None:
    """The control: with the field given, nothing lacks."""
    result = judge(START % ("", "any(checks where serious)"), LACKS.replace("{points", "{serious: yes, points"))
    assert (result.status, result.reasons) == ("scored", ())


def test_a_word_that_no_ladder_has_is_named_with_its_period(judge: Judge) -> None:
    result = judge(START % ("", "previous(grade) >= A"), LACKS.replace("grade: A", "grade: unheard of"))
    assert [one.values["names"] for one in result.reasons] == ["previous(grade)"]


def test_a_metric_without_a_score_names_the_field_too(judge: Judge) -> None:
    text = (START % ("", "true")).replace("missing: exclude", "missing: block")
    result = judge(text, LACKS.replace("points: 3, ", ""))
    assert [(one.code, one.values["names"]) for one in result.reasons][:1] == [("SR004", "checks.points")]


PUNCTUAL = """  due:
    weight: 0
    value: handed
    line: [[2025-01-01, 100], [2025-02-01, 0]]
    labels: [hard]
    standards: {limit: 2025-03-01}
"""


@pytest.mark.parametrize("condition", [
    "all(metrics where value > 0)", "mean(metrics.value) > 1", "max(metrics.value) > 1", "sum(metrics.limit) > 1",
    "any(metrics where limit > 1)", "any(metrics where hard)",
])
def test_a_field_whose_kind_differs_from_row_to_row_is_refused(condition: str) -> None:
    text = START % ("", "true")
    text = text.replace("inputs:\n", "inputs:\n  handed: {type: date}\n", 1)
    text = text.replace("  m: {weight: 60, value: a}\n", "  m: {weight: 60, value: a, standards: {limit: 3, hard: 1}}\n"
                        + PUNCTUAL)
    card, faults = read_card(document(HEAD + text))
    assert card is not None, faults
    assert [one.code for one in faults if one.level == "error"] == []
    card, faults = read_card(document(HEAD + text.replace("if: true", f"if: {condition}")))
    assert card is None
    assert [one.code for one in faults if one.level == "error"] == ["EX062"]
    assert all("date" in say(lang, one.code, **one.values) or "yes_no" in say(lang, one.code, **one.values)
               for one in faults if one.code == "EX062" for lang in LANGS)


def test_a_field_of_one_kind_is_compared(judge: Judge) -> None:
    """The control: numbers everywhere; and dates everywhere."""
    facts = LACKS.replace("{points: 2", "{serious: yes, points: 2")
    assert judge(START % ("", "any(metrics where value > 0)"), facts).status == "scored"


@pytest.mark.parametrize(("amount", "text"), [("59.999", "59.999"), ("59.99", "59.99"), ("60", "60.00")])
def test_a_score_that_a_rule_over_parts_made_is_printed_without_loss(amount: str, text: str, judge: Judge) -> None:
    rules = f", part_rules: [{{rule: s, set: {amount}, for: [m]}}]"
    result = judge(START % (rules, "false"), LACKS.replace("{points: 2", "{serious: yes, points: 2"))
    assert result.metrics["m"].score_text == text
    assert result.metrics["m"].contribution is not None


def test_a_part_for_which_a_rule_has_no_amount_names_what_lacks(judge: Judge) -> None:
    """One has the standard to which the rule limits it, the other has none."""
    text = START % (", part_rules: [{rule: s, limit: floor.., for: [m, n]}]", "true")
    text = text.replace("missing: exclude", "missing: block")
    text = text.replace("value: a}", "value: a, standards: {floor: 70}}", 1)
    result = judge(text, LACKS.replace("{points", "{serious: yes, points"))
    assert [(one.code, one.values["names"]) for one in result.reasons] == [("SR003", "floor")]
    for lang in LANGS:
        assert any("s" in line for line in score_lines(result, lang))
