"""Intervals within which no grade moves, against every value of a grid computed in fractions."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest

from rules.trial.stability import Interval, graded, intervals
from rules.trial.steady import steady
from tests.rules.trial.trying import Small, small_cards


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


@pytest.mark.parametrize("capped", [False, True])
def test_inside_an_interval_no_grade_moves_and_one_step_beyond_one_does(capped: bool) -> None:
    """On a grid of whole steps every value is tried; `capped` cards have grades that come back."""
    step, tried, met = Decimal(1), 0, 0
    for small in small_cards(41, 100, capped):
        reviews = graded(small.card, small.facts)
        assert steady(small.card, "total") is not capped
        for found in intervals(small.card, reviews, step=step, work=10**6):
            assert faults_of(small, found, step) == []
            tried += 1
            met += sum(end is not None and end.mover is not None for end in (found.low, found.high))
    assert tried > 300
    assert met > 200


def test_the_brute_force_finds_an_interval_that_is_one_step_too_long() -> None:
    """Control."""
    from dataclasses import replace

    found_faults = 0
    for small in small_cards(42, 20):
        for found in intervals(small.card, graded(small.card, small.facts), step=Decimal(1)):
            if found.high is not None and found.high.mover is not None:
                longer = replace(found, high=replace(found.high, value=found.high.value + 1))
                shorter = replace(found, high=replace(found.high, value=found.high.value - 1))
                assert faults_of(small, longer, Decimal(1))
                found_faults += bool(faults_of(small, shorter, Decimal(1)))
    assert found_faults > 10
