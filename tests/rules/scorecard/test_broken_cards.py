"""Broken cards: each fault has its code and its place, all are found at once, and nothing ever raises."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.words.book import has
from rules.scorecard.reader import read_card

Faults = Callable[[str], list[tuple[str, str]]]

SOUND = """missing: exclude
round: {metric: 2 half_up, total: 2 half_up}
subject: {unit: {type: choice, options: [north, south]}, staff: {type: count, range: 0..100}}
inputs:
  sales: {type: number, digits: 2, range: 0..1000}
  plan: {type: number, digits: 2, range: 1..1000, agreed: true}
  tone: {type: choice, options: [good, bad], asked: {manager: 60, peers: 40}, round: exact,
    answers: {good: 80, bad: 20}}
  faults: {type: count, range: 0..50}
computed: {reached: {value: sales / plan * 100, round: 2 half_up}}
metrics:
  sales: {weight: 60, target: 90, agree: {weight: 10..90, target: 80..120}, value: reached,
    ratio: {better: higher}, limits: 0..120}
  tone: {weight: 40, agree: {weight: 10..90}}
total: {combine: weighted_mean, weights_sum: 100, rules: [{rule: clean, if: faults == 0, if_missing: fails, add: 2}]}
grades:
  bands: [{from: 90, gives: A}, {from: 60, gives: B}, {else: C}]
  rules: [{rule: gate, if: faults > 3, if_missing: fails, at_most: B}]
consequences: {coach: {value: grade == C}}
re_adjust: [{metric: sales, if: sales.score > 100, target: target + 1, change_at_most: 10 %}]
"""

# One change to the sound card: what is replaced, by what, and every error that it makes.
BROKEN = [
    ("value: reached", "value: reech", [("EX021", "metrics.sales.value")]),
    ("value: reached", "value: total", [("EX022", "metrics.sales.value")]),
    ("value: reached", "value: tone.score", [("EX060", "metrics.sales.value")]),
    ("weight: 60", "weight: 59.5", [("SC065", "total.weights_sum"), ("SC065", "metrics")]),
    (", agree: {weight: 10..90}}", "}", [("SC066", "metrics.sales.agree.weight")]),
    ("target: 80..120", "target: 95..120", [("SC044", "metrics.sales.agree.target")]),
    ("target: 80..120", "target: 120..80", [("SC008", "metrics.sales.agree.target")]),
    ("target: 80..120", "goal: 80..120", [("SC043", "metrics.sales.agree.goal")]),
    ("target: 80..120", "target: -5..120", [("SC017", "metrics.sales.ratio")]),
    ("ratio: {better: higher}", "ratio: {better: higher}, line: [[0, 0], [9, 9]]", [("SC046", "metrics.sales")]),
    ("ratio: {better: higher}", "ratio: {better: lower}", [("SC003", "metrics.sales.ratio")]),
    ("ratio: {better: higher}", "line: [[0, 0], [target, 90], [70, 100]]", [("SC049", "metrics.sales.line.2")]),
    ("ratio: {better: higher}", "steps: {start: 0, at: 90, every: 5, above: 1}", [("SC003", "metrics.sales.steps")]),
    ("ratio: {better: higher}", "steps: {start: 0, at: 90, every: 0, above: 1, counting: full}",
     [("SC018", "metrics.sales.steps.every")]),
    ("limits: 0..120", "limits: 120..0", [("SC008", "metrics.sales.limits")]),
    ("{from: 60, gives: B}", "{from: 95, gives: B}", [("SC050", "grades.bands.1")]),
    ("{from: 90, gives: A}", "{from: 90, to: 100, gives: A}", [("SC051", "grades.bands.0.to")]),
    ("{from: 60, gives: B}", "{from: 60, to: 89.98, gives: B}", [("SC051", "grades.bands.1.to")]),
    ("{from: 60, gives: B}", "{from: 60, to: 90, gives: B}", [("SC052", "grades.bands.1.to")]),
    ("{from: 60, gives: B}", "{above: 60, gives: B}", [("SC022", "grades.bands.1")]),
    (", {else: C}]", "]", [("SC053", "grades.bands"), ("EX034", "consequences.coach.value")]),
    ("{from: 60, gives: B}, {else: C}]", "{else: C}, {from: 60, gives: B}]",
     [("SC021", "grades.bands.1")]),
    ("at_most: B", "at_most: F", [("SC030", "grades.rules.0.at_most")]),
    ("at_most: B", "at_most: B, set: C", [("SC027", "grades.rules.0")]),
    ("add: 2", "ad: 2", [("SC002", "total.rules.0.ad"), ("SC129", "total.rules.0")]),
    ("range: 0..50", "range: 50..0", [("SC008", "inputs.faults.range")]),
    ("range: 0..50", "range: 0-50", [("SC007", "inputs.faults.range")]),
    ("type: count, range: 0..50", "type: counts, range: 0..50",
     [("SC005", "inputs.faults.type"), ("EX021", "total.rules.0.if"), ("EX021", "grades.rules.0.if")]),
    ("answers: {good: 80, bad: 20}", "answers: {good: 80}", [("SC023", "inputs.tone.answers")]),
    ("answers: {good: 80, bad: 20}", "answers: {good: 80, bad: 20, ugly: 0}", [("SC024", "inputs.tone.answers.ugly")]),
    ("combine: weighted_mean", "combine: weighted_sum", [("SC056", "total.combine")]),
    ("round: 2 half_up}}\nmetrics", "}}\nmetrics", [("SC048", "computed.reached")]),
    ("value: sales / plan * 100", "value: reached + 1", [("SC061", "computed.reached")]),
    ("round: 2 half_up}}\nmetrics", "round: 2 half}}\nmetrics", [("SC013", "computed.reached.round")]),
    ("sales.score > 100", "max(sales.score, 100) > 1", None),
    ("change_at_most: 10 %", "change_at_most: 10", [("SC130", "re_adjust.0.change_at_most")]),
    ("metric: sales", "metric: sells", [("SC029", "re_adjust.0.metric")]),
    ("missing: exclude", "missing: exclud", [("SC005", "missing")]),
    ("round: {metric: 2 half_up, total: 2 half_up}", "round: {metric: 2 half_up}", [("SC003", "round")]),
    ("  tone: {weight: 40", "  tune: {weight: 40", [("SC012", "metrics.tune")]),
    ("  faults: {type", "  score: {type",
     [("SC032", "inputs.score"), ("EX021", "total.rules.0.if"), ("EX021", "grades.rules.0.if")]),
    ("target: 90, agree: {weight: 10..90, target: 80..120}", "target: 90 * reached, agree: {weight: 10..90}",
     [("EX022", "metrics.sales.target")]),
    ("target: 90, agree: {weight: 10..90, target: 80..120}", "target: faults + 1, agree: {weight: 10..90}",
     [("EX022", "metrics.sales.target")]),
]


def test_the_card_that_is_broken_below_is_sound(faults: Faults) -> None:
    """The control: every fault comes from the change alone."""
    assert faults(SOUND) == []


@pytest.mark.parametrize(("old", "new", "expected"), BROKEN, ids=[f"{old[:20]}>{new[:24]}" for old, new, _ in BROKEN])
def test_a_fault_has_its_code_and_place(faults: Faults, old: str, new: str, expected: Any) -> None:
    assert old in SOUND
    found = faults(SOUND.replace(old, new))
    if expected is None:
        assert "SC006" in [code for code, _ in found], "a comma that cut an expression is named as such"
    else:
        assert found == expected


def test_all_faults_are_found_at_once(faults: Faults) -> None:
    text = SOUND
    chosen = [0, 3, 14, 22, 37]
    for old, new, _ in (BROKEN[index] for index in chosen):
        text = text.replace(old, new)
    assert {BROKEN[index][2][0] for index in chosen if BROKEN[index][2]} <= set(faults(text))


@pytest.mark.parametrize(
    ("profiles", "expected"),
    [
        ("[{profile: n, if: subject.unit == north}, {profile: s, if: subject.unit == south}]", None),
        ("[{profile: n, if: subject.unit == north}]", ("SC068", "subject.unit = south")),
        ("[{profile: all, if: subject.unit in (north; south)}, {profile: s, if: subject.unit == south}]",
         ("SC067", "subject.unit = south")),
        ("[{profile: few, if: subject.staff < 10}, {profile: many, if: subject.staff > 10}]",
         ("SC068", "subject.staff = 10")),
        ("[{profile: few, if: subject.staff < 10}, {profile: many, if: subject.staff >= 10}]", None),
    ],
)
def test_profiles_are_disjoint_and_complete_or_a_witness_is_shown(plain: Any, profiles: str, expected: Any) -> None:
    head = "scorecard: test\nversion: 1\nlanguage: 1\n"
    _, found = read_card(plain(head + SOUND + f"profiles: {profiles}\n"))
    shown = [(one.code, one.values["witness"]) for one in found if one.level == "error"]
    assert shown == ([expected] if expected else [])


def test_a_quota_without_rules_is_said_and_does_not_stop(plain: Any) -> None:
    head = "scorecard: test\nversion: 1\nlanguage: 1\n"
    card, found = read_card(plain(head + SOUND + "quota: {rules: []}\n"))
    assert card is not None
    told = [(one.code, one.path) for one in found if one.level == "warning"]
    assert ("SC157", ("quota",)) in told


def test_a_forbidden_key_is_refused_with_its_reason(faults: Faults) -> None:
    assert faults(SOUND + "forbids: {quota: the law}\nquota: {rules: []}\n") == [("SC060", "quota")]


ODD = st.recursive(
    st.one_of(
        st.none(), st.booleans(), st.decimals(allow_nan=True, allow_infinity=True), st.integers(),
        st.text(max_size=12), st.sampled_from(["target", "0..1", "..", "a; b", "max(1, 2", "sales.score", "2 half_up"]),
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=4),
        st.dictionaries(
            st.one_of(st.text(max_size=8), st.sampled_from(["if", "gives", "else", "value"])), inner, max_size=4
        ),
    ),
    max_leaves=8,
)


def _paths(data: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    inner = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else []
    return [path, *(one for key, value in inner for one in _paths(value, (*path, key)))]


def _changed(data: Any, path: tuple[Any, ...], value: Any) -> Any:
    if not path:
        return value
    copy = dict(data) if isinstance(data, dict) else list(data)
    copy[path[0]] = _changed(data[path[0]], path[1:], value)
    return copy


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_no_document_raises_and_every_fault_can_be_said(plain: Any, data: st.DataObject) -> None:
    sound = plain("scorecard: test\nversion: 1\nlanguage: 1\n" + SOUND)
    path = data.draw(st.sampled_from(_paths(sound)))
    card, found = read_card(_changed(sound, path, data.draw(ODD)))
    assert card is not None or any(one.level == "error" for one in found)
    assert all(has(one.code) for one in found)
