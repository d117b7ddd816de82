"""Wherever a review stands: a hold of no working day moves nothing, more time ends when it says, and an answer that was
taken back and given again leaves everything as it was."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from engine.calendar import day_end
from engine.review.commands import Answer, Extend, FireTimer, Hold, Resume, Retract
from engine.review.events import Event
from engine.review.timers import timers_of
from tests.engine.review.test_clocks import dates
from tests.engine.review.test_random import freely, some_command
from tests.engine.review.test_retract import told
from tests.engine.review.world import ZONE


def check_hold(world: Any, seen: Counter[str]) -> None:
    """Held and let go on at once."""
    if world.review.ended_at is not None or world.review.held is not None:
        return
    other = world.twin()
    before = dates(other)
    other.must("hr1", Hold("r", "x"))
    other.must("hr1", Resume("r", "x"))
    if [event.to_state for event in other.events[-2:]] == [world.review.state] * 2:
        assert {**dates(other)} == before
        seen["held"] += 1


def check_extension(world: Any, seen: Counter[str], dice: random.Random) -> None:
    review = world.review
    if not review.deadlines or review.held is not None:
        return
    other = world.twin()
    first = min(review.deadlines, key=lambda step: (step.at, step.index))
    until = (max(first.at, other.now) + timedelta(days=dice.randint(1, 30))).date()
    other.must("hr1", Extend("r", "x", until))
    end = day_end(ZONE, until)
    order = [step.index for step in sorted(review.deadlines, key=lambda step: (step.at, step.index))]
    assert [step.index for step in sorted(other.review.deadlines, key=lambda step: (step.at, step.index))] == order
    (timer,) = [one for one in timers_of(other.review, other.definition)
                if (one.kind, one.ref) == ("deadline", str(first.index))]
    assert timer.at == end
    other.now = end - timedelta(microseconds=1)
    assert other.refused(None, FireTimer("r", "deadline", timer.ref)) == "not_due"
    other.now = end
    other.must(None, FireTimer("r", "deadline", timer.ref), "timer")
    seen["extended"] += 1


def check_retraction(world: Any, event: Event, seen: Counter[str]) -> None:
    """Right after an answer that has not moved the review."""
    given = event.payload.get("answer")
    if given is None or "trail" in event.payload or world.review.held is not None:
        return
    other = world.twin()
    row = next(row for row in other.review.tasks if row.id == given["task_id"])
    if row.status != "done":
        return  # sent back at once: it has begun anew already
    after = told(other.review)
    other.must(event.actor, Retract("r", row.id, "x"))
    assert told(other.review) != after
    assert other.replayed() == other.review
    parts = {key: value for key, value in given.items() if key != "task_id"}
    comment = event.payload.get("comment")
    other.must(event.actor, Answer("r", row.id, event.outcome or "done", **parts, comment=comment))
    assert told(other.review) == after
    seen["retracted"] += 1


def wander(world: Any, forms: dict[str, Any], dice: random.Random, quarters: Any, steps: int) -> Counter[str]:
    seen: Counter[str] = Counter()
    rows = dice.choice(quarters)
    for _ in range(steps):
        count = len(world.events)
        if dice.random() < 0.2:
            world.until(world.now + timedelta(days=dice.choice((1, 3, 10, 30)), minutes=7))
        elif dice.random() < 0.1:
            world.figures(dice.sample(rows, dice.randint(1, len(rows))), take=False, samples=10)
        else:
            world.ask(*some_command(world, forms, dice))
        if len(world.events) > count:
            if dice.random() < 0.3:
                check_hold(world, seen)
                check_extension(world, seen, dice)
            check_retraction(world, world.events[-1], seen)
    return seen


def test_nothing_is_lost_by_a_hold_a_delay_or_an_answer_given_twice(
    account_manager: Any, forms: dict[str, Any], quarters: Any
) -> None:
    seen = walks(account_manager, forms, quarters, range(8))
    assert all(seen[what] > 5 for what in ("held", "extended", "retracted")), seen


@pytest.mark.slow
def test_nothing_is_lost_from_many_places(account_manager: Any, forms: dict[str, Any], quarters: Any) -> None:
    seen = walks(account_manager, forms, quarters, range(100, 160))
    assert all(seen[what] > 50 for what in ("held", "extended", "retracted")), seen


def walks(opened: Any, forms: dict[str, Any], quarters: Any, seeds: range) -> Counter[str]:
    seen: Counter[str] = Counter()
    for seed in seeds:
        world = opened.twin()
        world.definition = freely(world.definition)
        seen += wander(world, forms, random.Random(seed), quarters, 80)
    return seen


def test_the_comparison_sees_a_date_that_moved(account_manager: Any) -> None:
    """The control: a hold over a working day moves what is to come."""
    world, before = account_manager.twin(), dates(account_manager)
    world.must("hr1", Hold("r", "x"))
    world.now += timedelta(days=1)
    world.must("hr1", Resume("r", "x"))
    assert dates(world) != before
    moved = replace(world.review, deadlines=account_manager.review.deadlines)
    assert moved != world.review
