"""HR puts off a last day, stops the clocks of a review and lets them go on, or moves it past a state."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from engine.clock import instant_text
from engine.review.commands import Answer, Extend, Hold, Intervene, Reassign, Remark, Resume, Skip, TakeFigures, Waive
from engine.review.model import Held
from engine.review.timers import timers_of
from tests.engine.review.world import instant

STATES = """
  begin:
    stage: evaluate
    tasks:
      write: {by: boss, due: 5 working days, remind: [2 working days before]}
      look:  {by: peer, each: true, waits_for: write, due: 10 days, late: waive}
      each_week: {by: boss, every: 5 working days, count: 3, due: 3 working days}
      fixed: {by: boss, opens: cycle.start + 20 days, due: 2 working days}
    next: over
    deadline: [{in: 8 working days, escalate: hr}, {in: 12 working days, to: over}, {at: 2025-08-10, to: over}]
  over: {final: true}
"""
OUT = 'anywhere:\n  withdraw: {by: hr, to: stopped, comment: required}\n'
STOPPED = STATES + "  stopped: {final: true}\n"


def dates(world: Any) -> dict[str, Any]:
    """Every date that lies before the review."""
    review = world.review
    rows = {
        (row.name, row.number): (row.status, row.opens_at, row.due_at)
        for row in review.tasks if row.visit == review.visit
    }
    return {**rows, "deadlines": review.deadlines, "reminders": [at for _, at in review.reminders]}


def last_days(world: Any) -> dict[str, str]:
    """The last day of every open task and deadline step."""
    found = {row.name: row.due_at for row in world.review.tasks if row.status == "open"}
    found |= {f"step {step.index}": step.at for step in world.review.deadlines}
    return {name: instant_text(at)[:10] for name, at in found.items() if at is not None}


@pytest.fixture
def waiting(small: Any) -> Any:
    """Opened on Tuesday, 1 July 2025, 09:00; the instants shown are midnights in Shanghai, 16:00 UTC the day before."""
    return small(STOPPED, extra=OUT)


def test_a_hold_stops_every_timer_and_every_step(waiting: Any) -> None:
    row = waiting.rows("write")[0]
    waiting.must("hr1", Hold("r", "parental leave"))
    assert waiting.review.held == Held(waiting.now, None, "hr1")
    assert timers_of(waiting.review, waiting.definition) == ()
    waiting.until("2025-09-01 09:00")
    assert waiting.review.state == "begin"
    for person, command in (
        ("boss", Answer("r", "write")), ("hr1", Waive("r", "write", "x")), ("hr1", Reassign("r", row.id, "ann", "x")),
        ("hr1", Extend("r", "x", date(2025, 10, 1), "write")), ("hr1", Extend("r", "x", date(2025, 10, 1))),
        ("hr1", Skip("r", "x")),
    ):
        assert waiting.refused(person, command) == "review_held", command
    assert waiting.refused("hr1", Hold("r", "x")) == "held_already"
    waiting.must("boss", Remark("r", "we miss her"))
    waiting.must(None, TakeFigures("r"), "system")
    assert waiting.replayed() == waiting.review
    waiting.must("hr1", Intervene("r", "withdraw", "she left"))
    assert (waiting.review.state, waiting.review.held) == ("stopped", None)
    assert waiting.replayed() == waiting.review


def test_when_it_goes_on_what_was_counted_moves_by_the_working_days_lost(waiting: Any) -> None:
    before = dates(waiting)
    assert last_days(waiting) == {  # 16:00 UTC is the midnight that ends the day in Shanghai
        "write": "2025-07-08", "step 0": "2025-07-11", "step 1": "2025-07-17", "step 2": "2025-08-10",
    }
    waiting.until("2025-07-02 10:00")
    waiting.must("hr1", Hold("r", "ill"))
    waiting.until("2025-07-08 09:00")
    event = waiting.must("hr1", Resume("r", "well again"))
    assert event.payload["moved"] == 4  # Thursday 3, Friday 4, Monday 7, Tuesday 8
    assert last_days(waiting) == {
        "write": "2025-07-14", "step 0": "2025-07-17", "step 1": "2025-07-23", "step 2": "2025-08-10",
    }
    assert waiting.review.reminders[0][1] == instant("2025-07-10 00:00")
    after = dates(waiting)
    assert after["fixed", 1] == before["fixed", 1]
    assert before["each_week", 1][1] == instant("2025-07-09 00:00")
    assert after["each_week", 1][1] == instant("2025-07-15 00:00")
    assert waiting.replayed() == waiting.review


def test_a_hold_ends_by_itself_when_its_last_day_is_over_and_what_is_past_happens_then(waiting: Any) -> None:
    waiting.must("hr1", Hold("r", "travels", date(2025, 7, 23)))
    (timer,) = timers_of(waiting.review, waiting.definition)
    assert (timer.kind, timer.at) == ("resume", instant("2025-07-24 00:00"))
    waiting.until("2025-07-24 00:00")
    resumed = waiting.events[-1]
    assert (resumed.action, resumed.cause, resumed.actor, resumed.payload["moved"]) == ("resumed", "timer", None, 16)
    assert waiting.rows("fixed", "open")  # its date, 21 July, was one of the cycle
    assert last_days(waiting)["write"] == "2025-07-30"


def test_a_hold_begun_and_ended_the_same_day_moves_nothing(waiting: Any) -> None:
    before = dates(waiting)
    waiting.must("hr1", Hold("r", "a slip", date(2025, 7, 1)))
    waiting.must("hr1", Resume("r", "taken back"))
    assert dates(waiting) == before
    waiting.must("hr1", Hold("r", "over the week end", date(2025, 7, 1)))
    waiting.until("2025-07-02 00:00")
    assert waiting.review.held is None
    assert {**dates(waiting)} == before


def test_a_hold_over_a_week_end_moves_nothing_and_one_over_the_monday_a_day(waiting: Any) -> None:
    waiting.until("2025-07-04 18:00")
    before = dates(waiting)
    waiting.must("hr1", Hold("r", "x"))
    waiting.until("2025-07-06 23:00")
    other = waiting.twin()
    assert waiting.must("hr1", Resume("r", "x")).payload["moved"] == 0
    assert dates(waiting) == before
    other.until("2025-07-07 00:01")
    assert other.must("hr1", Resume("r", "x")).payload["moved"] == 1
    assert dates(other) != before


def test_who_may_hold_and_resume(waiting: Any) -> None:
    assert waiting.refused("boss", Hold("r", "x")) == "not_yours"
    assert waiting.refused("sub", Resume("r", "x")) == "not_yours"
    assert waiting.refused("hr1", Resume("r", "x")) == "not_held"
    assert waiting.refused("hr1", Hold("r", " ")) == "reason_required"
    assert waiting.refused("hr1", Hold("r", "x", date(2025, 6, 30))) == "day_passed"
    assert waiting.refused("hr1", Hold("r", "x", date.max)) == "day_too_far"
    assert waiting.refused(None, Hold("r", "x")) == "not_yours"
    groups = {**waiting.relations.groups, "hr": ("hr1", "sub")}
    waiting.relations = type(waiting.relations)(waiting.relations.managers, waiting.relations.teams, groups)
    for command in (Hold("r", "x"), Skip("r", "x"), Extend("r", "x", date(2025, 8, 1))):
        assert waiting.refused("sub", command) == "nobody_on_themselves"


def test_more_time_for_a_task_makes_its_reminders_anew(waiting: Any) -> None:
    assert waiting.refused("hr1", Extend("r", "x", date(2025, 7, 8), "write")) == "not_later"
    assert waiting.refused("hr1", Extend("r", "x", date(2025, 6, 8), "write")) == "day_passed"
    assert waiting.refused("boss", Extend("r", "x", date(2025, 7, 9), "write")) == "not_yours"
    assert waiting.refused("hr1", Extend("r", "x", date(2025, 7, 9), "look")) == "task_not_open"
    event = waiting.must("hr1", Extend("r", "she asked", date(2025, 8, 29), "write"))
    (row,) = waiting.rows("write")
    assert row.due_at == instant("2025-08-30 00:00")  # beyond the deadline, which may be put off, too
    assert [at for _, at in waiting.review.reminders] == [instant("2025-08-27 00:00")]
    assert event.payload["extended"] == {
        "before": "2025-07-08T16:00:00.000000Z", "after": "2025-08-29T16:00:00.000000Z", "task_id": row.id,
    }
    assert event.payload["notices"][0]["to"] == ["boss"]


def test_a_task_without_a_last_day_and_a_state_without_a_deadline_have_nothing_to_put_off(small: Any) -> None:
    world = small("  begin: {stage: evaluate, tasks: {ask: {by: boss}}, next: over}\n  over: {final: true}\n")
    assert world.refused("hr1", Extend("r", "x", date(2025, 8, 29), "ask")) == "no_last_day"
    assert world.refused("hr1", Extend("r", "x", date(2025, 8, 29))) == "no_last_day"


def test_the_next_step_is_put_off_and_fires_exactly_then(waiting: Any) -> None:
    waiting.must("hr1", Extend("r", "busy", date(2025, 7, 15)))
    assert last_days(waiting)["step 0"] == "2025-07-15"
    assert last_days(waiting)["step 1"] == "2025-07-17"  # still later than the one before it
    waiting.until("2025-07-15 23:59")
    assert "escalated" not in [event.action for event in waiting.events]
    waiting.until("2025-07-16 00:00")
    assert [event.action for event in waiting.events][-1] == "escalated"
    assert waiting.events[-1].at == instant("2025-07-16 00:00")


def test_later_steps_keep_their_order(waiting: Any) -> None:
    waiting.must("hr1", Extend("r", "busy", date(2025, 8, 8)))
    assert last_days(waiting) == {
        "write": "2025-07-08", "step 0": "2025-08-08", "step 1": "2025-08-14", "step 2": "2025-09-07",
    }
    waiting.must("hr1", Extend("r", "busy", date(2025, 8, 11)))
    assert last_days(waiting)["step 1"] == "2025-08-14"


def test_a_review_is_moved_past_its_state_with_what_it_asks_let_go(waiting: Any) -> None:
    assert waiting.refused("boss", Skip("r", "x")) == "not_yours"
    event = waiting.must("hr1", Skip("r", "nobody is left"))
    assert (event.action, event.from_state, event.to_state) == ("skipped", "begin", "over")
    assert {row.status for row in waiting.review.tasks} == {"waived"}
    assert waiting.refused("hr1", Skip("r", "x")) == "review_ended"
    assert waiting.replayed() == waiting.review


def test_without_next_the_way_is_the_one_of_the_first_deadline_step_that_moves(small: Any) -> None:
    world = small("""
  begin:
    stage: evaluate
    tasks: {ask: {by: boss, outcomes: {good: {to: over}, bad: {to: worse}}}}
    deadline: [{in: 3 days, escalate: hr}, {in: 9 days, to: worse, effects: [mark unsigned]}]
  worse: {stage: evaluate, tasks: {ask_on: {by: boss, outcomes: {good: {to: over}}}}}
  over: {final: true}
""")
    event = world.must("hr1", Skip("r", "x"))
    assert event.to_state == "worse"
    assert [(one.what, one.how) for one in world.review.acknowledgements] == [("result", "unsigned")]
    assert world.refused("hr1", Skip("r", "x")) == "no_way_to_skip"


def test_a_result_that_is_to_be_fixed_and_cannot_be_made_holds_a_skip_up(small: Any) -> None:
    states = """
  begin: {{stage: evaluate, tasks: {{ask: {{by: boss}}}}, next: after{leaving}}}
  after: {{stage: give_feedback, tasks: {{tell: {{by: boss}}}}, next: over}}
  over: {{final: true}}
"""
    world = small(states.format(leaving=", leaving: [fix result]"))
    assert world.refused("hr1", Skip("r", "x")) == "result_blocked"
    small(states.format(leaving="")).must("hr1", Skip("r", "x"))


def test_figures_that_come_while_it_is_held_count_and_move_it_when_it_goes_on(small: Any) -> None:
    world = small("""
  begin: {stage: collect_data, collects: [sales], next: after}
  after: {stage: evaluate, tasks: {ask: {by: boss}}, next: over}
  over: {final: true}
""")
    world.must("hr1", Hold("r", "x"))
    world.figures([("sales", "2025-Q3", "60")])
    assert (world.review.state, world.review.arrived) == ("begin", ("sales",))
    world.must("hr1", Resume("r", "x"))
    assert world.review.state == "after"
