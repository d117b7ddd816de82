"""Intervals within which no grade moves, against every value of a grid computed in fractions."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from random import Random

import pytest

from rules.scorecard.facts import read_facts
from rules.trial import weighing
from rules.trial.stability import Interval, graded, interval_of, intervals, intervals_in_time
from rules.trial.steady import steady
from rules.trial.weighing import judge_of, reference_of, weights_of
from tests.rules.trial.trying import FILES, Small, card_at, document_for, small_cards


def movers(small: Small, key: str, value: Decimal) -> list[int]:
    """Places of the reviews whose grade is another one when the weight is `value`, in fractions."""
    now = {name: Fraction(one) for name, one in small.weights.items()}
    then = small.changed(key, value)
    return [
        place for place, scores in enumerate(small.scores) if small.grade(scores, now) != small.grade(scores, then)
    ]


def faults_of(small: Small, found: Interval, step: Decimal) -> list[str]:
    """What is wrong with an interval: everything inside is tried, and one step more at both ends."""
    weight, faults = found.weight, []
    if found.low is None or found.high is None:
        return []
    value = found.low.value
    while value <= found.high.value:
        if movers(small, weight.key, value):
            faults.append(f"{weight.key} = {value} moves somebody")
        value += step
    for end, beyond, last in ((found.low, -step, Decimal(0)), (found.high, step, weight.most)):
        if end.mover is None:
            if (last - end.value) / beyond >= 1:
                faults.append(f"{weight.key} could go beyond {end.value}")
        elif int(end.mover[0][1:]) not in movers(small, weight.key, end.value + beyond):
            faults.append(f"{weight.key} = {end.value + beyond} does not move {end.mover}")
    return faults


def against_brute_force(seed: int, count: int, capped: bool) -> tuple[int, int]:
    """On a grid of whole steps every value is tried; `capped` cards have grades that come back. Gives how many
    intervals were tried, and how many of their ends are somebody's."""
    step, tried, met = Decimal(1), 0, 0
    for small in small_cards(seed, count, capped):
        assert steady(small.card, "total") is not capped
        for found in intervals(small.card, graded(small.card, small.facts), step=step, work=10**6):
            assert faults_of(small, found, step) == []
            tried += 1
            met += sum(end is not None and end.mover is not None for end in (found.low, found.high))
    return tried, met


@pytest.mark.parametrize("capped", [False, True])
def test_inside_an_interval_no_grade_moves_and_one_step_beyond_one_does(capped: bool) -> None:
    tried, met = against_brute_force(40, 6, capped)
    assert tried > 15
    assert met > 10


@pytest.mark.slow
@pytest.mark.parametrize("capped", [False, True])
def test_intervals_hold_on_two_hundred_random_cards(capped: bool) -> None:
    tried, met = against_brute_force(41, 40 if capped else 160, capped)
    assert tried > 100
    assert met > 80


@pytest.mark.slow
def test_on_the_grid_that_is_used_an_end_is_the_last_value_at_which_nobody_moves() -> None:
    """A hundredth, or less where the weights are small: inside by a sample, at both ends one step more."""
    for small in small_cards(43, 30):
        for found in intervals(small.card, graded(small.card, small.facts)):
            if found.low is None or found.high is None:
                continue
            weight, step = found.weight, found.weight.step
            assert step == Decimal("0.01")
            inside = [found.low.value, found.high.value, (found.low.value + found.high.value) / 2 // step * step]
            assert [value for value in inside if movers(small, weight.key, value)] == []
            for end, beyond in ((found.low, -step), (found.high, step)):
                if end.mover is not None:
                    assert int(end.mover[0][1:]) in movers(small, weight.key, end.value + beyond)


def test_work_that_is_too_long_ends_with_what_is_not_proven() -> None:
    small = next(one for one in small_cards(44, 50, capped=True) if len(one.facts) > 2)
    ends = [
        end
        for found in intervals(small.card, graded(small.card, small.facts), work=9)
        for end in (found.low, found.high)
        if end is not None
    ]
    assert [end for end in ends if not end.proven]
    assert all(end.mover is None for end in ends if not end.proven)


def test_work_for_all_walks_together_is_bounded_and_more_work_comes_further(monkeypatch: pytest.MonkeyPatch) -> None:
    small = next(one for one in small_cards(44, 50, capped=True) if len(one.facts) > 2)
    reviews, weights = graded(small.card, small.facts), weights_of(small.card)
    asked, judge = [], judge_of(small.card)
    monkeypatch.setattr("rules.trial.stability.steady", lambda card, group: False)
    monkeypatch.setattr("rules.trial.stability.judge_of", lambda card: lambda *one: asked.append(one) or judge(*one))
    bounded = list(intervals_in_time(small.card, weights, reviews, work=60))
    known = 2 * len(weights) * (len(reviews) + 2)  # each end takes one step at least, and grades its mover once more
    assert len(asked) <= 60 + known
    assert any(end is not None and not end.proven for one in bounded for end in (one.low, one.high))
    further = list(intervals_in_time(small.card, weights, reviews, work=600))
    assert len(asked) > 60 + 2 * known
    for one, other in zip(bounded, further, strict=True):
        assert one.low is None or other.low is None or other.low.value <= one.low.value
        assert one.high is None or other.high is None or other.high.value >= one.high.value
    assert bounded != further


@pytest.mark.slow
def test_both_ways_to_grade_with_another_weight_agree_on_every_card(monkeypatch: pytest.MonkeyPatch) -> None:
    """The fast card, and the reference with the weight handed in or written into the card."""
    monkeypatch.setattr(weighing, "PAYS", 0)
    compared = 0
    for path in FILES[::2]:
        card, random = card_at(path), Random(3)
        quick, exact = judge_of(card), reference_of(card)
        reviews = [(f"r{n}", read_facts(card, document_for(card, random))[0]) for n in range(4)]
        for one in graded(card, [(name, facts) for name, facts in reviews if facts is not None]):
            for weight in weights_of(card):
                if weight.fixed or weight.profile not in (None, one.profile):
                    continue
                value = Decimal(random.randint(0, int(weight.most * 100))).scaleb(-2)
                assert quick(one.facts, weight, value) == exact(one.facts, weight, value), (path.name, weight, value)
                compared += 1
    assert compared > 50


def test_the_brute_force_finds_an_interval_that_is_one_step_too_long() -> None:
    """Control."""
    seen = 0
    for small in small_cards(42, 4):
        for found in intervals(small.card, graded(small.card, small.facts), step=Decimal(1)):
            if found.high is not None and found.high.mover is not None:
                longer = replace(found, high=replace(found.high, value=found.high.value + 1))
                assert faults_of(small, longer, Decimal(1))
                seen += 1
    assert seen > 3


@pytest.mark.slow
def test_where_a_grade_goes_one_way_bisecting_finds_what_walking_finds(monkeypatch: pytest.MonkeyPatch) -> None:
    """On every card, nested groups and profiles too, with a grid of twenty steps."""
    bisected = 0
    for path in FILES[1::2]:
        card, random = card_at(path), Random(8)
        read = [(f"r{n}", read_facts(card, document_for(card, random))[0]) for n in range(6)]
        reviews = graded(card, [(name, facts) for name, facts in read if facts is not None])
        for weight in weights_of(card):
            if weight.fixed or not reviews or not steady(card, weight.group):
                continue
            step, judge = weight.most / 20, reference_of(card)
            found = interval_of(card, judge, weight, reviews, step)
            with monkeypatch.context() as patch:
                patch.setattr("rules.trial.stability.steady", lambda card, group: False)
                walked = interval_of(card, judge, weight, reviews, step, work=10**6)
            for one, other in ((found.low, walked.low), (found.high, walked.high)):
                assert (one and one.value) == (other and other.value), (path.name, weight.key)
                assert (one and one.mover is None) == (other and other.mover is None), (path.name, weight.key)
            bisected += 1
    assert bisected > 10
