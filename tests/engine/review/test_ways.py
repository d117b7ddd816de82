"""Ways: outcomes, next, forks, deadlines, interventions, and what leaving and coming back bring with them."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from engine.review.commands import Answer, FireTimer, Intervene
from engine.review.timers import timers_of

FORK = """
  begin:
    stage: evaluate
    collects: [sales]
    tasks:
      rate: {by: peer, each: true, need: 1, asks: [care]}
      judge: {by: boss, waits_for: [rate], outcomes: {done: {to: which}}}
    deadline: {in: 10 days, to: which}
    leaving: [fix inputs, fix result]
  which: {stage: give_feedback, next: [{if: plan_needed, to: plan}, {else: over}]}
  plan: {stage: improvement_plan, tasks: {write: {by: boss}}, next: over, deadline: {in: 5 days, to: over}}
  over: {final: true}
"""


def rated(world: Any, sales: str, care: str) -> Any:
    world.figures([("sales", "2025-Q3", sales)])
    world.answer("ann", "rate", ratings={"care": care})
    return world


def test_a_fork_is_passed_at_once_by_the_result_as_it_stands(small: Any) -> None:
    low = rated(small(FORK), "5", "1")
    event = low.answer("boss", "judge")
    assert (low.review.state, event.payload["trail"]) == ("plan", ["which", "plan"])
    assert event.guards == (("which.next.1", True),)
    assert event.payload["guard_values"] == {"which.next.1": {"plan_needed": "True"}}
    high = rated(small(FORK), "50", "5")
    high.answer("boss", "judge")
    assert high.review.state == "over"


def test_a_guard_sees_the_answer_that_fires_it(small: Any) -> None:
    states = """
  begin:
    stage: evaluate
    tasks: {ask: {by: boss, form: why, outcomes: {done: {to: [{if: ask.reason == bad, to: over}, {else: kept}]}}}}
    deadline: {in: 5 days, to: over}
  over: {final: true}
  kept: {final: true}
"""
    form = '{"type": "object", "properties": {"reason": {"enum": ["good", "bad"]}}, "required": ["reason"]}'
    for reason, state in (("bad", "over"), ("good", "kept")):
        world = small(states, forms={"why": form})
        world.answer("boss", "ask", form={"reason": reason})
        assert world.review.state == state


def test_a_person_is_told_which_figure_lacks_and_time_goes_on_without_it(small: Any) -> None:
    world = small(FORK)
    world.answer("ann", "rate", ratings={"care": "3"})
    outcome = world.ask("boss", Answer("r", "judge"))
    assert outcome.code == "result_blocked"
    assert "sales" in outcome.reasons[0].values["lacking"]
    assert world.review.state == "begin"
    world.until("2025-07-13 09:00")
    assert world.review.state == "over"
    assert world.events[-1].guards == (("which.next.1", False),)


ROUND = """
  begin:
    stage: set_targets
    tasks: {set: {by: boss, sets: targets}}
    next: rate
    deadline: {in: 5 days, to: rate}
    leaving: [fix targets]
  rate:
    stage: collect_data
    collects: [sales]
    tasks: {rate: {by: peer, each: true, need: 2, asks: [care], due: 3 days, late: waive}}
    next: judge
    deadline: {in: 5 days, waive: all, to: judge}
    leaving: [fix inputs]
  judge:
    stage: evaluate
    tasks:
      settle:
        by: hr
        adjusts: grade
        outcomes: {fine: {to: sign}, back: {to: rate, times: 1, after_that: {to: over}}}
    deadline: [{in: 2 days, escalate: hr}, {in: 4 days, escalate: manager of boss}, {in: 6 days, to: sign}]
    leaving: [fix result]
  sign:
    stage: give_feedback
    tasks: {sign: {by: subject, outcomes: {yes: {to: over, effects: [acknowledge result]}, no: {to: judge, times: 1}}}}
    deadline: {in: 3 days, to: over, effects: [mark unsigned, notify boss]}
  over: {final: true, effects: [carry_over]}
  gone: {final: true}
"""
ANYWHERE = """anywhere:
  stop: {by: hr, to: gone, comment: required}
  redo: {by: hr, from: [over], within: 10 working days, times: 1, to: judge}
"""


def to_judge(world: Any) -> Any:
    world.answer("boss", "set", targets={"plan": "10"})
    for person in ("ann", "ben"):
        world.answer(person, "rate", ratings={"care": "4"})
    world.figures([("sales", "2025-Q3", "50")])
    return world


def test_a_state_is_left_when_tasks_are_done_and_figures_are_there(small: Any) -> None:
    world = small(ROUND)
    world.answer("boss", "set")
    world.answer("ann", "rate", ratings={"care": "4"})
    world.answer("ben", "rate", ratings={"care": "4"})
    assert world.review.state == "rate"
    world.figures([("sales", "2025-Q3", "50")])
    assert world.review.state == "judge"
    assert set(world.review.fixed) == {"targets", "inputs"}


def test_coming_back_before_the_fixing_state_opens_again_what_it_fixed(small: Any) -> None:
    world = to_judge(small(ROUND))
    world.answer("hr1", "settle", "fine")
    assert set(world.review.fixed) == {"targets", "inputs", "result"}
    world.answer("sub", "sign", "no")
    assert (world.review.state, set(world.review.fixed)) == ("judge", {"targets", "inputs"})
    world.answer("hr1", "settle", "back")
    assert (world.review.state, set(world.review.fixed)) == ("rate", {"targets"})


def test_a_figure_that_came_too_late_counts_once_the_inputs_are_open_again(small: Any) -> None:
    world = to_judge(small(ROUND))
    before = world.review.result.total
    world.now += timedelta(hours=1)
    world.figures([("sales", "2025-Q3", "1")], take=False)
    assert world.review.result.total == before
    world.answer("hr1", "settle", "back")
    assert world.review.result.total != before


def test_whoever_was_asked_in_an_earlier_state_hears_that_it_is_over(small: Any) -> None:
    world = to_judge(small(ROUND))
    for person in ("ann", "ben"):
        assert world.refused(person, Answer("r", "rate", ratings={"care": "1"})) == "task_closed"
    assert world.refused("hr1", Answer("r", "rate", ratings={"care": "1"})) == "not_your_task"


def test_an_answer_given_again_on_a_later_visit_takes_the_place_of_the_first(small: Any) -> None:
    world = to_judge(small(ROUND))
    world.answer("hr1", "settle", "back")
    before = world.review.result.total
    world.answer("ann", "rate", ratings={"care": "1"})
    assert world.review.result.total != before
    assert [row.status for row in world.rows("rate") if row.person == "ann"] == ["superseded", "done"]
    ben = [row.status for row in world.rows("rate") if row.person == "ben"]
    assert ben == ["done", "open"]  # ben has not answered again: his first answer still counts


def test_after_its_times_an_outcome_takes_its_other_way(small: Any) -> None:
    world = to_judge(small(ROUND))
    world.answer("hr1", "settle", "back")
    for person in ("ann", "ben"):
        world.answer(person, "rate", ratings={"care": "4"})
    assert world.review.state == "judge"
    world.answer("hr1", "settle", "back")
    assert world.review.state == "over"


def test_a_deadline_waives_what_is_left_and_moves_on(small: Any) -> None:
    world = small(ROUND)
    world.answer("boss", "set")
    world.until("2025-07-06 09:00")
    assert {row.status for row in world.rows("rate")} == {"waived"}  # late: waive, on the due day
    assert world.review.state == "rate"
    world.until("2025-07-07 00:00")
    assert world.review.state == "judge"
    assert world.events[-1].action == "expired"


def test_a_ladder_escalates_step_by_step_and_then_moves(small: Any) -> None:
    world = to_judge(small(ROUND))
    world.until("2025-07-08 09:00")
    actions = [(event.action, (event.payload.get("notices") or [{}])[0].get("to")) for event in world.events[-3:]]
    assert actions == [("escalated", ["hr1", "hr2"]), ("escalated", ["top"]), ("expired", None)]
    assert world.review.state == "sign"


def test_left_by_deadline_a_result_is_marked_unsigned_and_people_are_told(small: Any) -> None:
    world = to_judge(small(ROUND))
    world.answer("hr1", "settle", "fine")
    world.until("2025-07-20 09:00")
    assert [(one.what, one.how) for one in world.review.acknowledgements] == [("result", "unsigned")]
    assert world.events[-1].payload["notices"][0]["to"] == ["boss"]
    assert world.events[-1].payload["carry_over"]["period"] == "2025-Q4"
    assert timers_of(world.review, world.definition) == ()


def test_an_acknowledgement_is_void_once_the_result_is_another(small: Any) -> None:
    world = to_judge(small(ROUND, extra=ANYWHERE))
    world.answer("hr1", "settle", "fine")
    world.answer("sub", "sign", "yes")
    assert [(one.what, one.how, one.person) for one in world.review.acknowledgements] == [("result", "agreed", "sub")]
    world.must("hr1", Intervene("r", "redo"))
    assert world.review.acknowledgements
    world.answer("hr1", "settle", "fine", grade="C", comment="not what was agreed")
    assert world.review.acknowledgements == ()
    assert (world.review.result.first_grade, world.review.result.grade) == ("A", "C")


def test_an_intervention_needs_its_role_state_comment_window_and_times(small: Any) -> None:
    world = small(ROUND, extra=ANYWHERE)
    assert world.refused("boss", Intervene("r", "stop", "why")) == "not_yours"
    assert world.refused("hr1", Intervene("r", "halt", "why")) == "no_such_intervention"
    assert world.refused("hr1", Intervene("r", "stop")) == "comment_required"
    assert world.refused("hr1", Intervene("r", "redo")) == "not_from_here"
    to_judge(world)
    world.answer("hr1", "settle", "fine")
    world.answer("sub", "sign", "yes")
    assert world.refused("hr1", Intervene("r", "stop", "why")) == "review_ended"
    world.must("hr1", Intervene("r", "redo"))
    assert (world.review.state, world.review.ended_at) == ("judge", None)
    world.answer("hr1", "settle", "fine")
    world.answer("sub", "sign", "yes")
    assert world.refused("hr1", Intervene("r", "redo")) == "intervention_used_up"


def test_an_intervention_is_too_late_after_its_window(small: Any) -> None:
    world = to_judge(small(ROUND, extra=ANYWHERE))
    world.answer("hr1", "settle", "fine")
    world.answer("sub", "sign", "yes")
    world.until("2025-07-16 09:00")
    assert world.refused("hr1", Intervene("r", "redo")) == "window_over"


def test_withdrawing_fixes_nothing_and_ends_everything(small: Any) -> None:
    world = small(ROUND, extra=ANYWHERE)
    world.must("hr1", Intervene("r", "stop", "left the firm"))
    assert (world.review.state, dict(world.review.fixed)) == ("gone", {})
    assert {row.status for row in world.review.tasks} == {"superseded"}
    assert timers_of(world.review, world.definition) == ()


def test_a_timer_fires_only_when_due_and_only_by_itself(small: Any) -> None:
    world = small(ROUND)
    assert world.refused(None, FireTimer("r", "deadline", "0")) == "not_due"
    world.now = world.review.deadlines[0].at
    assert world.refused("hr1", FireTimer("r", "deadline", "0")) == "not_yours"
    world.must(None, FireTimer("r", "deadline", "0"), "timer")
    assert world.review.state == "rate"


def test_a_guard_reads_the_result_on_record_and_not_one_made_anew(stops: list[Any]) -> None:
    world = next(world for world in reversed(stops) if world.review.state == "feedback").twin()
    result = world.review.result
    assert result.consequences["improvement_plan"] is True
    # As if an earlier period had changed since: made anew, the result would not say what stands on record.
    other = replace(result, consequences={**result.consequences, "improvement_plan": False})
    world.review = replace(world.review, result=other)
    event = world.answer("sub", "sign", "agree")
    assert world.review.state == "re_adjust"
    assert event.payload["guard_values"]["follow_up.next.1"] == {"improvement_plan": "False"}
    assert world.review.result == other
