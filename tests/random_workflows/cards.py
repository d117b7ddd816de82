"""Small random scorecards, and the conditions that a workflow may put on what they judge."""

from __future__ import annotations

import random
from dataclasses import dataclass
from functools import lru_cache

CARDS = 12  # so many different ones are drawn; reading one costs more than a workflow


@dataclass(frozen=True, slots=True)
class RandomCard:
    """text: the YAML; sets of conditions of which one holds: early ones need no figure, late ones do, results need the
    result, certain ones read a figure that has a substitute."""

    text: str
    early: tuple[tuple[str, ...], ...]
    late: tuple[tuple[str, ...], ...]
    results: tuple[tuple[str, ...], ...]
    certain: tuple[tuple[str, ...], ...]
    watched: tuple[str, ...]


COLLECTED = ("sales", "flaws", "clean", "level")
ASKED = "care"


@lru_cache(maxsize=CARDS)
def card(number: int) -> RandomCard:
    dice = random.Random(f"card {number}")
    missing = dice.choice(("block", "exclude"))
    weight = dice.choice((20, 50, 80))
    high, low = dice.choice(((80, 50), (90, 60), (70, 30)))
    use = dice.choice(("", ", missing: {use: 3}"))
    flaws = f"flaws: {{type: count, range: 0..9{use}}}"
    text = f"""
scorecard: judging-{number}
version: 1
language: 1
title: Random
subject: {{rank: {{type: choice, options: [junior, senior]}}}}
missing: {missing}
round: {{metric: 2 half_up, total: 2 half_up}}
inputs:
  sales: {{type: number, range: 0..100}}
  {flaws}
  clean: {{type: yes_no}}
  level: {{type: choice, options: [low, mid, high]}}
  care: {{type: rating, range: 1..5, asked: {{peer: 1}}, round: 2 half_up}}
metrics:
  sales: {{weight: {weight}, target: 50, agree: {{target: 10..90}}, ratio: {{better: higher}}, limits: 0..120}}
  care: {{weight: {100 - weight}, line: [[1, 0], [5, 100]]}}
total: {{combine: weighted_mean, weights_sum: 100}}
grades:
  bands: [{{from: {high}, gives: A}}, {{from: {low}, gives: B}}, {{else: C}}]
  rules: [{{rule: unclean, if: not clean, if_missing: fails, at_most: B}}]
consequences:
  poor: {{value: total < {low}}}
  tier: {{value: level, lookup: {{low: 1, mid: 2, high: 3}}}}
"""
    edge = dice.randint(1, 8)
    mark = dice.choice((20, 50, 99))
    counted = ((f"flaws > {edge}", f"flaws <= {edge}"), (f"flaws == {edge}", f"flaws < {edge}", f"flaws > {edge}"))
    results = (
        ("grade == A", "grade != A"), ("grade >= B", "grade < B"), ("grade == A", "grade == B", "grade == C"),
        ("grade in (A; B)", "grade == C"), ("poor", "not poor"),
    )
    late = (
        ("clean", "not clean"), ("level == low", "level == mid", "level == high"), ("tier >= 2", "tier < 2"),
        (f"sales >= {mark}", f"sales < {mark}"), (f"sales.score < {mark}", f"sales.score >= {mark}"),
        ("poor and clean", "not poor or not clean"),
    )
    early = (("subject.rank == junior", "subject.rank == senior"), ("subject.rank == senior", "subject.rank != senior"))
    return RandomCard(
        text, early, late if use else (*late, *counted), results, counted if use else (),
        (f"flaws > {edge}", "not clean", f"sales < {mark}"),
    )
