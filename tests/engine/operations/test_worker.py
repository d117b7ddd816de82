"""What is due fires once, one transaction each, and only then."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from engine.operations import worker
from engine.operations.audit import verify
from engine.operations.handle import Receipt
from engine.operations.timeline import history
from engine.operations.worker import fire_due
from engine.review.commands import Answer


def actions(world, ref):
    return [line.action for line in history(world.rt, world.actor("hr1"), world.review(ref)).lines]


def test_nothing_fires_before_its_time(opened_on_both):
    fired = fire_due(opened_on_both.rt, opened_on_both.clock.now())
    assert fired.count == 0
    assert fired.next_due is not None
    assert fired.next_due > opened_on_both.clock.now()


def test_what_is_due_fires_exactly_once(opened_on_both):
    world = opened_on_both
    first = fire_due(world.rt, world.clock.now())
    assert first.next_due is not None
    world.clock.set(first.next_due)
    fired = fire_due(world.rt, world.clock.now())
    assert fired.count == 5
    assert fired.kinds == {"remind": 5}
    assert fire_due(world.rt, world.clock.now()).count == 0
    assert actions(world, "a1") == ["opened", "reminded"]


def test_a_late_worker_catches_up_in_order(opened):
    opened.at("2025-08-05T09:00:00+08:00")
    fired = fire_due(opened.rt, opened.clock.now())
    assert fired.kinds["deadline"] == 5
    assert actions(opened, "a1")[:3] == ["opened", "reminded", "reminded"]
    assert "expired" in actions(opened, "a1")


def test_a_timer_whose_task_is_done_never_fires(opened):
    answered = opened.do("m1", Answer(opened.review("a1"), "propose", targets={"sales_plan": "1000.00"}))
    assert isinstance(answered, Receipt)
    opened.at("2025-07-12T09:00:00+08:00")
    assert fire_due(opened.rt, opened.clock.now()).kinds == {"remind": 4}
    assert actions(opened, "a1") == ["opened", "answered"]


def test_workers_that_run_at_once_fire_each_timer_once(opened_on_both):
    world = opened_on_both
    world.at("2025-08-05T09:00:00+08:00")
    with ThreadPoolExecutor(3) as pool:
        fired = list(pool.map(lambda _: fire_due(world.rt, world.clock.now()), range(3)))
    assert sum(one.kinds.get("deadline", 0) for one in fired) == 5
    for ref in ("a1", "a2", "a3", "a4", "a5"):
        assert actions(world, ref).count("expired") == 1
    assert verify(world.rt).ok


def test_a_review_that_cannot_be_worked_on_keeps_no_other_from_its_deadline(opened, monkeypatch):
    usual, broken = worker.apply, opened.review("a1")

    def apply(rt, tx, actor, command, at):
        if command.review == broken:
            raise ZeroDivisionError
        return usual(rt, tx, actor, command, at)

    opened.at("2025-08-05T09:00:00+08:00")
    monkeypatch.setattr(worker, "AT_ONCE", 1)  # it comes first in every round
    monkeypatch.setattr(worker, "apply", apply)
    with pytest.raises(ZeroDivisionError):
        fire_due(opened.rt, opened.clock.now())
    assert [actions(opened, ref).count("expired") for ref in ("a1", "a2", "a3", "a4", "a5")] == [0, 1, 1, 1, 1]
    monkeypatch.undo()
    assert fire_due(opened.rt, opened.clock.now()).kinds["deadline"] == 1
