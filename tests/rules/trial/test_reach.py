"""What would have reached the next grade: the smallest single change, against a search of every value there is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from random import Random
from typing import Any

import pytest

from engine.definition.source import read_yaml
from rules.expressions.plan import ZeroDivisor
from rules.scorecard.evaluate import score
from rules.scorecard.facts import Facts, read_facts
from rules.scorecard.model import Card
from rules.scorecard.reader import read_card
from rules.trial.clouds import Unknown, between, point
from rules.trial.levers import Lever, levers
from rules.trial.reach import Reach, moving, reach, reach_document
from rules.trial.supposed_steps import Supposing
from tests.rules.unseen.test_unseen import card_named, cases

HEAD = "scorecard: small\nversion: 1\nlanguage: 1\nmissing: exclude\nround: {metric: 1 half_up, total: 1 half_up}\n"
STRAIGHT = HEAD + """inputs:
  sold: {type: count, range: 0..60, every: month, fold: sum}
  late: {type: count, range: 0..40}
  tone: {type: rating, range: 1..5, asked: {manager: 1, peers: 1}, round: 1 half_up}
  breach: {type: yes_no}
metrics:
  sold: {weight: 50, target: 90, ratio: {better: higher}, limits: 0..120}
  late: {weight: 20, line: [[0, 120], [10, 100], [40, 0]]}
  tone: {weight: 30, steps: {start: 50, at: 3, every: 0.5, above: 10, below: -10, counting: full}}
total: {combine: weighted_mean, weights_sum: 100, rules: [{rule: extra, if: sold > 100, add: 2}]}
grades: {bands: [{from: 95, gives: S}, {from: 80, gives: A}, {from: 60, gives: B}, {else: C}],
  rules: [{rule: gate, if: breach, at_most: B}, {rule: slow, if: late > 20, lower: 1}]}
"""
BENT = HEAD.replace("exclude", "zero") + """inputs:
  x: {type: number, digits: 1, range: -20..20}
  y: {type: count, range: 0..9}
  kind: {type: choice, options: [low, middle, high]}
lists:
  jobs: {count: 0..4, inputs: {points: {type: count, range: 0..30}, done: {type: yes_no}}}
computed:
  wave: {value: "abs(x) * (1 if y < 5 else 2) + min(x; 3)", round: exact}
  per: {value: 100 / x, if_zero: 7, round: 2 half_up}
metrics:
  wave: {line: [[0, 0], [5, 40], [8, 10], [20, 60], [60, 90]]}
  per: {bands: [{from: 20, gives: 30}, {from: 5, gives: 50}, {from: -10, gives: 10}, {else: 0}]}
  jobs: {over: jobs, combine: sum, limits: 0..40, each: {value: "points if done else -points"}}
  kind: {lookup: {low: 0, middle: 12, high: 5}}
total: {combine: sum, rules: [{rule: odd, if: x > 2 and x <= 4 or y == 7, subtract: 15}]}
grades: {bands: [{from: 90, gives: A}, {from: 70, gives: B}, {from: 40, gives: C}, {else: D}],
  rules: [{rule: lift, if: "wave.score > 30 and y != 3", raise: 1},
    {rule: idle, if: "not any(jobs where done)", at_most: C}]}
"""


def card_of(text: str) -> Card:
    document, _ = read_yaml(text, "card.yaml")
    assert document is not None
    card, faults = read_card(document.data)
    assert card is not None, [(one.code, one.path, dict(one.values)) for one in faults]
    return card


def facts_of(card: Card, document: Any) -> Facts:
    facts, faults = read_facts(card, document)
    assert facts is not None, [(one.code, one.path, dict(one.values)) for one in faults]
    return facts


def straight(random: Random) -> dict[str, Any]:
    months = [random.randint(0, 60) for _ in range(3)]
    return {"inputs": {
        "sold": months, "late": random.randint(0, 40), "breach": random.random() < 0.3,
        "tone": {"manager": [random.randint(1, 5)], "peers": [random.randint(1, 5) for _ in range(3)]},
    }}


def bent(random: Random) -> dict[str, Any]:
    jobs = [{"points": random.randint(0, 30), "done": random.random() < 0.6} for _ in range(random.randint(0, 3))]
    return {"inputs": {
        "x": Decimal(random.randint(-200, 200)).scaleb(-1), "y": random.randint(0, 9),
        "kind": random.choice(("low", "middle", "high")),
    }, "lists": {"jobs": jobs}}


def best_of_every_value(card: Card, facts: Facts) -> dict[str, Fraction]:
    """The least share of its range by which each figure gives a better grade, by trying all that it can be."""
    result = score(card, facts)
    assert card.grades is not None
    rank = card.grades.ladder.index
    worst = card.grades.ladder[-1]
    found: dict[str, Fraction] = {}
    for lever in levers(card, facts, result):
        better = [
            lever.share(value)
            for value in (lever.value(place) for place in range(lever.last + 1))
            if rank(score(card, lever.moved(facts, value)).grade or worst) < rank(result.grade or "")
        ]
        if better:
            found[lever.name] = min(better)
    return found


def against_every_value(text: str, made: Any, seeds: range) -> int:
    """How many changes were compared; every one must be proven and as small as the smallest there is."""
    card, compared = card_of(text), 0
    for seed in seeds:
        facts = facts_of(card, made(Random(seed)))
        found = reach(card, facts, 100_000)
        if found is None:
            continue
        wanted = sorted(best_of_every_value(card, facts).items(), key=lambda one: one[1])
        assert found.whole
        assert [one.share for one in found.moves] == [share for _, share in wanted][:3], (seed, found, wanted)
        assert {one.figure for one in found.moves} <= set(dict(wanted))
        assert all(one.proven for one in found.moves)
        compared += len(found.moves)
    return compared


def test_the_smallest_change_is_the_smallest_of_all_values() -> None:
    assert against_every_value(STRAIGHT, straight, range(3)) >= 3
    assert against_every_value(BENT, bent, range(4)) >= 3


@pytest.mark.slow
def test_the_smallest_change_is_the_smallest_of_all_values_many_times() -> None:
    assert against_every_value(STRAIGHT, straight, range(100, 112)) >= 12
    assert against_every_value(BENT, bent, range(100, 120)) >= 12


def test_a_search_that_passes_over_too_much_would_be_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: were the upper half of every stretch thought to be without a better grade, the search would tell."""
    honest = Supposing.grades

    def hasty(self: Supposing, moved: Any, rows: Any) -> frozenset[str]:
        low = {name: point(cloud.span[0]) if cloud.span else cloud for name, cloud in moved.items()}
        return honest(self, low, rows)

    monkeypatch.setattr(Supposing, "grades", hasty)
    with pytest.raises(AssertionError, match=r"whole|share"):
        _ = against_every_value(STRAIGHT, straight, range(6)) + against_every_value(BENT, bent, range(6))


def stretches(card: Card, facts: Facts, random: Random, each: int) -> Iterator[tuple[Lever, int, int]]:
    for lever in levers(card, facts, score(card, facts)):
        for _ in range(0 if lever.words else each):
            first, last = sorted((random.randint(0, lever.last), random.randint(0, lever.last)))
            yield lever, first, min(lever.last, random.choice((last, first, first + 1, first + 100)))


def outside(card: Card, facts: Facts, random: Random, each: int) -> tuple[int, list[Any]]:
    """How many values were tried, and those whose grade the whole stretch around them was said not to give."""
    tried, wrong = 0, []
    facts = replace(facts, adjusted=None)
    result = score(card, facts)
    if card.grades is None or result.grade is None:
        return 0, []
    supposing = Supposing(card, facts, result)
    for lever, first, last in stretches(card, facts, random, each):
        ends = lever.value(first), lever.value(last)
        try:
            grades = supposing.grades(*moving(lever, facts, card, between(min(ends), max(ends))))
        except (Unknown, ZeroDivisor):
            continue
        for _ in range(3):
            value = lever.value(random.randint(first, last))
            grade = score(card, lever.moved(facts, value)).grade
            tried += 1
            if grade is not None and grade not in grades:
                wrong.append((lever.name, ends, value, grade, grades))
    return tried, wrong


def tried_over(seeds: range, each: int) -> int:
    tried = 0
    for seed in seeds:
        for name, case in (one.values for one in cases()):
            card = card_named(name)
            many, wrong = outside(card, facts_of(card, case.get("facts") or {}), Random(seed), each)
            assert wrong == [], name
            tried += many
    return tried


@pytest.mark.slow
def test_a_stretch_gives_at_least_the_grades_of_every_value_in_it() -> None:
    assert tried_over(range(1), 1) > 300


@pytest.mark.slow
def test_a_stretch_gives_at_least_the_grades_of_every_value_in_it_many_times() -> None:
    assert tried_over(range(10, 11), 8) > 2_500


def told(text: str, document: Any) -> Reach:
    card = card_of(text)
    found = reach(card, facts_of(card, document))
    assert found is not None
    return found


NEAR = {"sold": [30, 30, 30], "late": 10, "tone": {"manager": [3], "peers": [3]}, "breach": False}


def test_a_change_over_the_months_is_told_of_their_sum() -> None:
    found = told(STRAIGHT, {"inputs": {**NEAR, "tone": {"manager": [4], "peers": [4, 3]}}})
    assert (found.grade, found.wanted) == ("A", "S")
    assert [(one.figure, one.kind, one.fold, str(one.now), str(one.then), one.total) for one in found.moves] == [
        ("sold", "folded", "sum", "90", "101", "96.1"), ("tone", "judged", None, "3.8", "5.0", "97.0"),
    ]


def test_a_rule_that_bars_is_named_and_a_figure_that_lifts_it_is_told() -> None:
    found = told(STRAIGHT, {"inputs": {**NEAR, "breach": True}})
    assert [(one.figure, one.now, one.then, one.grade) for one in found.moves] == [("breach", True, False, "A")]
    barred = told(STRAIGHT.replace("if: breach", "if: not breach or breach"), {"inputs": NEAR})
    assert (barred.moves, barred.barred, barred.whole) == ((), ("gate",), True)


def test_the_best_grade_has_nothing_to_reach_and_a_blocked_card_neither() -> None:
    card = card_of(STRAIGHT)
    assert reach(card, facts_of(card, {"inputs": {**NEAR, "sold": [50, 50, 50], "late": 0}})) is None
    assert reach(card, facts_of(card, {})) is None


def test_work_is_bounded_and_says_when_it_stopped() -> None:
    text = STRAIGHT.replace("if: sold > 100", "if: previous(total) > 3 and sold > 100 or sold * sold / (sold - 7) > 12")
    found = told(text.replace("total: {combine", "total: {if_zero: missing, combine"), {"inputs": NEAR})
    assert found.judgings <= 2_000 + 4 * 80
    card = card_of(STRAIGHT)
    short = reach(card, facts_of(card, {"inputs": NEAR}), 12)
    assert short is not None
    assert not short.whole
    assert not any(one.proven for one in short.moves if one.kind == "folded")


def test_a_grade_set_by_people_is_left_aside() -> None:
    card = card_of(STRAIGHT)
    facts = facts_of(card, {"inputs": NEAR})
    assert reach(card, replace(facts, adjusted="S")) == reach(card, facts)


def test_it_is_printed_as_text() -> None:
    printed = reach_document(told(STRAIGHT, {"inputs": NEAR}))
    assert printed is not None
    assert printed["changes"][0] == {
        "figure": "sold", "kind": "folded", "fold": "sum", "from": "90", "to": "105", "grade": "S", "total": "95.4",
        "share_of_range": "1/12", "proven": True,
    }
    assert {key: value for key, value in printed.items() if key != "changes"} == {
        "grade": "A", "next": "S", "barred_by": [], "complete": True, "before_quota": False,
    }
    assert reach_document(None) is None
