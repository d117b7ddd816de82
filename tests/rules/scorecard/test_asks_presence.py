"""A condition that every value passes, beside `if_missing: fails`, asks whether the figure is there: no false alarm."""

from __future__ import annotations

import pytest

from engine.definition.reader import read_scorecard

CARD = """
scorecard: presence
version: 1
language: 1
title: Presence
missing: exclude
round: {metric: exact, total: exact}
inputs:
  seen: {type: count, range: 0..10}
  work: {type: count, range: 0..10}
metrics:
  work: {weight: 100, value: work}
total:
  combine: weighted_mean
  weights_sum: 100
  rules: [{rule: extra, RULE, add: 1}]
"""


def codes(rule: str) -> list[str]:
    card, problems = read_scorecard(CARD.replace("RULE", rule))
    assert card is not None
    return sorted({one.code for one in problems if one.code in ("EX051", "EX052")})


@pytest.mark.parametrize(("rule", "told"), [
    ("if: seen >= 0, if_missing: fails", []),
    ("if: seen >= 0, if_missing: holds", ["EX052"]),
    ("if: seen > 10, if_missing: holds", []),
    ("if: seen > 10, if_missing: fails", ["EX051"]),
    ("if: seen >= 0", ["EX052"]),
    ("if: work > 3 and seen >= 0, if_missing: fails", []),
    ("if: work > 3 or not (seen >= 0), if_missing: holds", ["EX052"]),
    ("if: seen < 0 or seen >= 0, if_missing: fails", ["EX051"]),  # a part of it is never true, whatever is missing
    ("if: seen > 4 or seen <= 4, if_missing: fails", []),
    ("if: seen > 4 or seen <= 4", ["EX052"]),
])
def test_what_always_holds_but_for_a_missing_figure_is_no_alarm(rule: str, told: list[str]) -> None:
    assert codes(rule) == told
