"""Conditions on ways that ask a list: the metrics as they were judged, the rows as they came."""

from __future__ import annotations

from typing import Any

import pytest

from engine.review.commands import TakeFigures
from engine.review.rows import row_value
from tests.engine.review.test_watch import monitored
from tests.engine.review.world import World

STATES = """
  begin:
    stage: collect_data
    collects: [sales]
    next: [{{if: {condition}, to: plan}}, {{else: over}}]
    deadline: {{in: 9 days, to: over}}
  plan: {{final: true}}
  over: {{final: true}}
"""


@pytest.mark.parametrize(("condition", "sales", "state"), [
    # 25 of 50 are a score of 50; nobody has rated, so the other metric has none
    ("any(metrics where score < 60)", "25", "plan"),
    ("any(metrics where score < 60)", "50", "begin"),  # the missing one might be below: nobody knows yet
    ("count(metrics where weight >= 40) == 2", "50", "plan"),
    ("count(metrics where weight >= 50) == 2", "50", "over"),
    ("max(metrics.weight) > 60", "50", "over"),
])
def test_a_way_may_ask_the_metrics(small: Any, condition: str, sales: str, state: str) -> None:
    world: World = small(STATES.format(condition=condition))
    world.figures([("sales", "2025-Q3", sales)])
    assert world.review.state == state
    if state != "begin":
        assert world.events[-1].payload["guard_values"] == {"begin.next.1": {"metrics": "2"}}


@pytest.mark.parametrize(("condition", "state"), [
    ("any(checks where serious)", "closed"), ("all(checks where serious)", "watch"),
    ("count(checks where points >= 80) == 2", "closed"), ("mean(checks.points) < 50", "watch"),
    ("sum(checks.points where serious) == 20", "closed"),
])
def test_a_way_may_ask_the_rows_of_a_list(condition: str, state: str) -> None:
    world = monitored(f"{{if: {condition}, to: closed}}")
    rows = [("K1", "80", "false"), ("K2", "90", "false"), ("K3", "20", "true")]
    for name, points, serious in rows:
        value = row_value({"conversation": name, "points": points, "serious": serious})
        world.figures([("checks", "2025-07", value)], take=False)
    assert world.must(None, TakeFigures("r"), "system").to_state == state
