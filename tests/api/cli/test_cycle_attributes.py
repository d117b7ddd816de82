"""`cycle open` and the page tell a cycle what its rules read, and say what has to be told."""

from __future__ import annotations

from engine.definition.library import folder_of
from tests.api.cli.conftest import Call

SAMPLE = folder_of("customer-indicators") / "sample"
OPEN = ("cycle", "open", "customer-indicators", "2025-H1", "--group", "indicators", "--as", "hr1")


def test_a_cycle_is_opened_with_the_goal_that_its_rules_read(call: Call) -> None:
    assert call("people", "import", SAMPLE / "people.csv").code == 0
    assert call("publish", folder_of("customer-indicators"), "--as", "hr1").code == 0
    assert call("publish", "--approve", "customer-indicators", "--as", "hr2").code == 0
    said = call(*OPEN)
    assert said.code != 0
    assert "goal: growth, retention" in said.err
    assert call(*OPEN, "--attribute", "goal").code == 2
    wrong = call(*OPEN, "--attribute", "goal=growth", "--attribute", "phase=old")
    assert "phase of the cycle cannot be old: start_up, mature" in wrong.err
    done = call(*OPEN, "--attribute", "goal=growth", "--attribute", "phase=mature", "--format", "json")
    assert (done.code, len(done.data["reviews"])) == (0, 20)
