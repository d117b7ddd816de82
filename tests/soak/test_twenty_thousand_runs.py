"""Twenty thousand random sequences of commands through random workflows, three thousand damaged ones with a run for
every alarm, and both machines asked the same; some twenty minutes of one processor:
`python -m pytest -m soak -n 2 -s tests/soak/test_twenty_thousand_runs.py`."""

from __future__ import annotations

import random

import pytest

from tests.engine.review.test_two_machines import differing
from tests.random_workflows.drawing import draw
from tests.random_workflows.exploring import unproven
from tests.random_workflows.trying import alarms_of, runs_of

SLICES = 8


@pytest.mark.soak
@pytest.mark.parametrize("part", range(SLICES))
def test_twenty_thousand_runs_break_no_law(part: int) -> None:
    seen = runs_of(range(10_000 + part, 14_400, SLICES), 5)
    print(dict(seen))
    assert seen["runs"] >= 20_000 // SLICES


@pytest.mark.soak
@pytest.mark.parametrize("part", range(SLICES))
def test_every_alarm_of_three_thousand_damaged_workflows_has_a_run_that_shows_it(part: int) -> None:
    print(*alarms_of(range(20_000 + part, 23_000, SLICES)))


@pytest.mark.soak
def test_table_and_machine_agree_on_three_thousand_random_workflows() -> None:
    asked = 0
    for seed in range(30_000, 33_000):
        found, more = differing(unproven(draw(seed).texts()), random.Random(f"cells {seed}"))
        assert found == [], seed
        asked += more
    print(asked, "questions put to both")
