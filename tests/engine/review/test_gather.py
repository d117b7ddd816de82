"""A state that gathers its cohort: what waits behind the barrier, what opens it, and what stays of the judgement."""

from __future__ import annotations

from dataclasses import replace

import pytest

from engine.review.case import Actor, Refused, Together
from engine.review.commands import Answer, CorrectFigures, FireTimer, Gather, Intervene, Remark, Waive
from engine.review.decide.step import decide
from engine.review.evolve import evolve
from engine.review.explain import explain
from engine.review.model import Gathered
from engine.review.timers import timers_of
from tests.engine.review.world import World, instant, small_workflow

STATES = """
  begin:
    {stage: evaluate, collects: [sales], tasks: {rate: {by: peer, asks: [care]}}, next: settle, leaving: [fix inputs]}
  settle:
    stage: evaluate
    gathers: cohort
    tasks:
      confirm:
        by: hr
        adjusts: grade
        due: 5 working days
        outcomes: {ok: {to: tell}, back: {to: begin, times: 2, comment: required}}
    deadline: [{in: 3 working days, escalate: hr}, {in: 10 working days, to: tell}]
    leaving: [fix result]
  tell: {stage: give_feedback, tasks: {meet: {by: boss}}, next: done}
  done: {final: true}
  gone: {final: true}
"""
ANYWHERE = "anywhere:\n  withdraw: {by: hr, to: gone, comment: required}\n  past: {by: hr, to: tell}\n"


@pytest.fixture
def waiting(small):
    """A review behind the barrier with 80 points: 100 for sales, 50 for care."""
    world = small(STATES, extra=ANYWHERE)
    world.figures([("sales", "2025-Q3", "50")])
    world.answer("ann", "rate", ratings={"care": "3"})
    assert world.review.state == "settle"
    return world


def gather(world: World, **kept) -> object:
    """The barrier opens with this judgement."""
    brought = Gathered(world.review.visit, "unit", "east", "east", **{"members": 3, "before": "A", **kept})
    case = replace(world.case(), together=Together(brought))
    event = decide(case, Actor(None, "batch"), Gather(world.review.id), world.now)
    assert not isinstance(event, Refused), event
    world.events.append(event)
    world.review = evolve(world.review, event, f"head{event.seq}")
    return event


def fire(world: World, kind: str) -> None:
    due = next(one for one in timers_of(world.review, world.definition) if one.kind == kind)
    world.now = max(world.now, due.at)
    world.must(None, FireTimer(world.review.id, due.kind, due.ref), "timer")


def test_tasks_behind_the_barrier_wait_and_say_for_how_many(waiting):
    assert [task.status for task in waiting.rows("confirm")] == ["waiting"]
    case = replace(waiting.case(), assembled=(4, 9))
    said = decide(case, Actor("hr1"), Answer("r", "confirm", "ok"), waiting.now)
    assert isinstance(said, Refused)
    assert [one.code for one in said.reasons] == ["task_not_open", "waits_for_cohort"]
    assert said.reasons[1].values == {"here": "4", "of": "9"}
    assert "waits_for_cohort" in {
        reason.code for one in explain(case, Actor("hr1"), waiting.now) if one.task == "confirm"
        for reason in one.reasons
    }


def test_the_barrier_opens_at_once_by_a_timer_and_is_looked_at_anew_after_every_event(waiting):
    first = timers_of(waiting.review, waiting.definition)[0]
    assert (first.kind, first.ref, first.at) == ("gather", "settle", waiting.review.entered_at)
    waiting.must("hr1", Remark("r", "hm"))
    assert timers_of(waiting.review, waiting.definition)[0].kind == "gather"


def test_deadlines_count_from_arrival_and_anew_from_the_opening(waiting):
    ends = [one.at for one in waiting.review.deadlines]
    assert ends == [instant("2025-07-05 00:00"), instant("2025-07-16 00:00")]
    waiting.now = instant("2025-07-14 09:00")
    gather(waiting)
    assert [one.at for one in waiting.review.deadlines] == [instant("2025-07-18 00:00"), instant("2025-07-29 00:00")]
    assert waiting.rows("confirm")[0].due_at == instant("2025-07-22 00:00")


def test_an_escalation_happens_while_it_waits_and_the_moving_step_opens_the_barrier_instead(waiting):
    kinds = [(one.kind, one.ref) for one in timers_of(waiting.review, waiting.definition)]
    assert kinds == [("gather", "settle"), ("deadline", "0"), ("gather", "1")]
    fire(waiting, "deadline")
    assert (waiting.events[-1].action, waiting.review.state) == ("escalated", "settle")
    late = timers_of(waiting.review, waiting.definition)[-1]
    waiting.now = late.at
    waiting.must(None, FireTimer("r", late.kind, late.ref), "timer")
    assert (waiting.events[-1].action, waiting.review.state) == ("gathered", "settle")
    assert waiting.open_tasks() == ["confirm"]
    fire(waiting, "deadline")
    fire(waiting, "deadline")
    assert waiting.review.state == "tell"  # so nobody waits more than twice as long


def test_nobody_opens_a_barrier_by_hand_and_none_is_opened_twice(waiting):
    assert waiting.refused("hr1", Gather("r")) == "not_yours"
    gather(waiting)
    said = decide(waiting.case(), Actor(None, "batch"), Gather("r"), waiting.now)
    assert isinstance(said, Refused)
    assert said.code == "not_due"


def test_what_the_quota_made_of_the_grade_stays_when_the_result_is_made_anew(waiting):
    assert waiting.review.result.grade == "A"
    gather(waiting, quota_grade="B")
    assert (waiting.review.result.grade, waiting.review.result.first_grade) == ("B", "A")
    waiting.now = instant("2025-07-02 09:00")
    waiting.figures([("sales", "2025-Q3", "51")], take=False)
    waiting.must("hr1", CorrectFigures("r", (waiting.observations[-1].id,), "late"))
    assert waiting.review.result.total == "81.20"
    assert waiting.review.result.grade == "B"
    assert waiting.review.gathered.quota_grade == "B"
    assert waiting.replayed() == waiting.review


def test_a_correction_that_changes_the_grade_voids_what_the_quota_made_and_tells_hr(waiting):
    gather(waiting, quota_grade="B", told={"step": STEP})
    waiting.now = instant("2025-07-02 09:00")
    waiting.figures([("sales", "2025-Q3", "10")], take=False)
    waiting.must("hr1", CorrectFigures("r", (waiting.observations[-1].id,), "late"))
    assert (waiting.review.result.grade, waiting.review.gathered.quota_grade) == ("C", None)
    assert waiting.review.gathered.before == "C"
    assert [one["what"] for one in waiting.events[-1].payload["notices"]] == ["quota_void"]
    assert waiting.replayed() == waiting.review


STEP = {
    "step": "cohort", "name": "grade", "path": ["quota"], "before": "A", "after": "B", "at_most": None,
    "at_least": None, "allowed": True, "unit": "east", "kind": "unit", "pooled": [], "n": 3, "uncounted": 0,
    "kept": True, "rules": [], "rank": 2, "tied": 0,
}


def test_the_trace_tells_the_whole_unit_and_again_when_the_result_is_made_anew(waiting):
    event = gather(waiting, quota_grade="B", told={"step": STEP})
    steps = [one for one in event.payload["result"]["trace"] if one["step"] == "cohort"]
    assert steps == [STEP]
    assert event.payload["result"]["facts"]["gathered"]["quota_grade"] == "B"


def test_a_grade_set_by_people_stands_in_place_of_the_quotas(waiting):
    gather(waiting, quota_grade="B", members=1)
    waiting.answer("hr1", "confirm", "ok", grade="C", comment="settled")
    assert (waiting.review.result.grade, waiting.review.gathered.quota_grade) == ("C", None)
    assert waiting.review.gathered.before == "C"


def test_one_of_several_is_not_answered_alone(waiting):
    gather(waiting)
    assert waiting.refused("hr1", Answer("r", "confirm", "ok")) == "answered_together"
    assert waiting.refused("hr1", Waive("r", "confirm", "why")) == "task_decides"
    case = replace(waiting.case(), together=Together(waiting.review.gathered))
    assert not isinstance(decide(case, Actor("hr1"), Answer("r", "confirm", "ok"), waiting.now), Refused)


def test_a_review_that_is_asked_alone_is_a_cohort_of_one(waiting):
    fire(waiting, "gather")
    assert (waiting.review.gathered.members, waiting.open_tasks()) == (1, ["confirm"])
    waiting.answer("hr1", "confirm", "ok")
    assert waiting.review.state == "tell"


def test_sent_back_it_keeps_its_judgement_and_gathers_anew_when_it_is_back(waiting):
    gather(waiting, members=1)
    waiting.answer("hr1", "confirm", "back", comment="again")
    assert (waiting.review.state, waiting.review.gathered.visit) == ("begin", 2)
    waiting.answer("ann", "rate", ratings={"care": "4"})
    assert [task.status for task in waiting.rows("confirm") if task.visit == waiting.review.visit] == ["waiting"]
    fire(waiting, "gather")
    assert waiting.review.gathered.visit == waiting.review.visit == 4


def test_whoever_leaves_forwards_without_the_cohort_is_marked_so_that_nobody_waits_for_it(waiting):
    gone = waiting.twin()
    waiting.must("hr1", Intervene("r", "past"))
    assert (waiting.review.state, waiting.review.gathered.kind) == ("tell", "passed")
    gone.must("hr1", Intervene("r", "withdraw", "left"))
    assert (gone.review.state, gone.review.gathered) == ("gone", None)
    assert timers_of(gone.review, gone.definition) == ()


def test_a_state_without_tasks_gathers_too_and_goes_on_when_it_has():
    states = STATES.replace("""    tasks:
      confirm:
        by: hr
        adjusts: grade
        due: 5 working days
        outcomes: {ok: {to: tell}, back: {to: begin, times: 2, comment: required}}
""", "    next: tell\n")
    world = World(small_workflow(states), instant("2025-07-01 09:00")).open()
    world.figures([("sales", "2025-Q3", "50")])
    world.answer("ann", "rate", ratings={"care": "3"})
    assert world.review.state == "settle"
    gather(world, quota_grade="B")
    assert (world.review.state, world.review.result.grade) == ("tell", "B")
    assert "result" in world.review.fixed
