"""Timers: what time alone will do, in the order in which it does it."""

from __future__ import annotations

from typing import Any

from engine.calendar import local_day
from engine.review.commands import FireTimer, Reassign, Remark, TakeFigures
from engine.review.needs import may_score
from engine.review.timers import timers_of

STATES = """
  begin:
    stage: evaluate
    tasks:
      ask: {by: boss, due: 4 days, late: waive, remind: [2 days before, 0 days before, 1 day after, 9 days before]}
      later: {by: subject, opens: cycle.start + 6 days, due: 2 days, late: waive}
    next: over
    deadline: [{in: 4 days, escalate: hr}, {at: cycle.start + 20 days, to: over}]
  over: {final: true}
"""


def test_timers_come_in_the_order_of_firing(small: Any) -> None:
    world = small(STATES)
    timers = timers_of(world.review, world.definition)
    fired = [(str(local_day("Asia/Shanghai", timer.at)), timer.kind) for timer in timers]
    assert fired == [
        ("2025-07-03", "remind"), ("2025-07-05", "remind"), ("2025-07-06", "late"), ("2025-07-06", "remind"),
        ("2025-07-06", "deadline"), ("2025-07-07", "open"), ("2025-07-22", "deadline"),
    ]


def test_reminders_go_to_whoever_has_the_task_and_stop_when_it_is_done(small: Any) -> None:
    world = small(STATES)
    world.until("2025-07-03 09:00")
    (notice,) = world.events[-1].payload["notices"]
    assert notice == {"what": "reminder", "role": "boss", "to": ["boss"], "values": {"task": "ask"}}
    world.answer("boss", "ask")
    assert {timer.kind for timer in timers_of(world.review, world.definition)} == {"deadline", "open"}


def test_of_two_timers_at_one_instant_the_waiver_comes_before_the_reminder(small: Any) -> None:
    world = small(STATES)
    world.until("2025-07-06 00:00")
    assert [event.action for event in world.events[1:]] == ["reminded", "reminded", "waived", "escalated"]


def test_only_what_may_score_needs_figures(account_manager: Any) -> None:
    definition, review = account_manager.definition, account_manager.review
    for command in (Remark("r", "x"), Reassign("r", "t", "p", "x"), FireTimer("r", "remind", "t")):
        assert not may_score(definition, review, command)
    for command in (TakeFigures("r"), FireTimer("r", "open", "t"), FireTimer("r", "deadline", "0")):
        assert may_score(definition, review, command)
