"""Tasks that come again: answered or late, each person by herself, decided half way, bounded by `times`."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest

from engine.review.commands import Answer

MONTHS = ("2025-08-01", "2025-09-01", "2025-10-01")
MONTHLY = """
  begin:
    stage: collect_data
    tasks: {rate: {by: boss, every: month, due: 5 days, late: waive}}
    next: over
    deadline: {in: 200 days, to: late}
  over: {final: true}
  late: {final: true}
"""


@pytest.mark.parametrize("said", list(product((True, False), repeat=3)))
def test_each_month_is_answered_or_waived_by_itself_and_the_last_ends_it(small: Any, said: tuple[bool, ...]) -> None:
    world = small(MONTHLY)
    for day, answered in zip(MONTHS, said, strict=True):
        world.until(f"{day} 09:00")
        assert world.open_tasks() == ["rate"]
        if answered:
            world.answer("boss", "rate")
        world.until(f"{day[:8]}06 23:59")
        assert (world.review.state == "over") == (day == MONTHS[-1] and answered)
        world.until(f"{day[:8]}07 00:00")  # five days from the 1st are over with the 6th
    assert world.review.state == "over"
    assert [row.status for row in world.rows("rate")] == ["done" if one else "waived" for one in said]


def test_without_late_waive_every_month_waits_for_its_answer(small: Any) -> None:
    world = small(MONTHLY.replace(", late: waive", ""))
    world.until("2025-12-01 09:00")
    assert world.open_tasks() == ["rate"] * 3
    for row in world.rows("rate"):
        world.must("boss", Answer("r", row.id))
    assert world.review.state == "over"


EACH = """
  begin:
    stage: collect_data
    tasks: {rate: {by: panel, each: true, need: 2, every: month, due: 5 days, late: waive}}
    next: over
    deadline: {in: 200 days, to: over}
  over: {final: true}
"""


def test_each_month_asks_each_person_and_counts_them_by_the_month(small: Any) -> None:
    world = small(EACH)
    for number, day in enumerate(MONTHS, 1):
        world.until(f"{day} 09:00")
        rows = [row for row in world.rows("rate", "open") if row.number == number]
        assert [row.person for row in rows] == ["pan1", "pan2", "pan3"]
        world.must("pan1", Answer("r", rows[0].id))
        assert world.review.state == "begin"
        world.must("pan3", Answer("r", rows[2].id))
        world.until(f"{day[:8]}07 00:00")
    assert world.review.state == "over"
    done = [row.status for row in world.rows("rate")]
    assert (done.count("done"), done.count("waived") + done.count("superseded")) == (6, 3)


CHECKED = """
  begin:
    stage: improvement_plan
    tasks:
      plan: {by: boss}
      check:
        by: boss
        waits_for: [plan]
        every: 10 days
        count: 3
        due: 3 days
        outcomes:
          fine: {}
          again: {again: [plan], times: 1}
          failed: {to: failed}
    next: over
    deadline: {in: 90 days, to: late}
  over: {final: true}
  failed: {final: true}
  late: {final: true}
"""


@pytest.mark.parametrize("bad", [1, 2, 3, None])
def test_a_check_that_fails_ends_the_whole_series(small: Any, bad: int | None) -> None:
    world = small(CHECKED)
    world.until("2025-07-02 09:00")
    world.answer("boss", "plan")
    for number, day in enumerate(("2025-07-13", "2025-07-23", "2025-08-02"), 1):
        world.until(f"{day} 00:00")  # ten days from the 2nd are over with the 12th, then the 22nd, then 1 August
        assert [row.number for row in world.rows("check", "open")] == [number]
        world.answer("boss", "check", "failed" if number == bad else "fine")
        if number == bad:
            break
    assert world.review.state == ("failed" if bad else "over")
    assert [row.status for row in world.rows("check")] == ["done"] * (bad or 3)


def test_a_check_that_sends_back_begins_the_series_anew_and_only_once(small: Any) -> None:
    world = small(CHECKED)
    world.answer("boss", "plan")
    world.until("2025-07-12 09:00")
    world.answer("boss", "check", "again")
    assert world.open_tasks() == ["plan"]
    world.until("2025-07-20 09:00")
    world.answer("boss", "plan")
    world.until("2025-07-31 00:00")  # ten days from the 20th are over with the 30th
    assert [row.number for row in world.rows("check", "open")] == [1]
    assert world.refused("boss", Answer("r", "check", "again")) == "outcome_used_up"


BOUNDED = """
  begin:
    stage: evaluate
    tasks: {{say: {{by: subject, outcomes: {{no: {{to: look, times: {times}{after}}}, fine: {{to: over}}}}}}}}
    deadline: {{in: 90 days, to: over}}
  look: {{stage: evaluate, tasks: {{hear: {{by: boss}}}}, next: begin, deadline: {{in: 90 days, to: over}}}}
  over: {{final: true}}
  unsigned: {{final: true}}
"""


@pytest.mark.parametrize("after", [True, False])
@pytest.mark.parametrize("times", [1, 2, 3])
def test_a_way_is_taken_times_times_and_then_after_that_or_not_at_all(small: Any, times: int, after: bool) -> None:
    later = ", after_that: {to: unsigned, effects: [mark unsigned]}" if after else ""
    world = small(BOUNDED.format(times=times, after=later))
    for used in range(1, times + 1):
        world.answer("sub", "say", "no")
        assert (world.review.state, world.review.counts) == ("look", {"begin.say.no": used})
        world.answer("boss", "hear")
    if after:
        world.answer("sub", "say", "no")
        assert world.review.state == "unsigned"
        assert [one.how for one in world.review.acknowledgements] == ["unsigned"]
    else:
        assert world.refused("sub", Answer("r", "say", "no")) == "outcome_used_up"
        world.answer("sub", "say", "fine")
        assert world.review.state == "over"
