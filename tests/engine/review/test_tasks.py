"""Tasks of one visit: who is asked, when they open, when they are done."""

from __future__ import annotations

from typing import Any

import pytest

from engine.definition.model import Branch, Outcome, TaskPlan
from engine.review.commands import Answer, Delegate, Reassign, Waive
from engine.review.model import Task
from engine.review.tasks import tally

TWO = {"yes": Outcome("yes", (Branch(None, "a"),)), "no": Outcome("no", (Branch(None, "b"),))}


def votes(*given: str | None, waived: int = 0) -> list[Task]:
    """Rows of an `each` task: an outcome for each answer, None for a row that is still open."""
    rows = [*given, *["-"] * waived]
    return [
        Task(str(place), "vote", "s", 1, 1, "panel", str(place), _status(one), None, None, None, outcome=_outcome(one))
        for place, one in enumerate(rows)
    ]


def _status(one: str | None) -> str:
    return "open" if one is None else "waived" if one == "-" else "done"


def _outcome(one: str | None) -> str | None:
    return None if one in (None, "-") else one


@pytest.mark.parametrize(
    ("need", "given", "waived", "done", "outcome"),
    [
        ("majority", ("yes", None, None), 0, False, None),
        ("majority", ("yes", "yes", None), 0, True, "yes"),
        ("majority", ("yes", "no", None), 0, False, None),
        ("majority", ("yes", "no"), 0, True, "no"),  # a tie: `tie` decides
        ("majority", ("yes", "no"), 1, True, "no"),  # waived people do not count
        ("majority", ("yes",), 2, True, "yes"),
        ("all", ("yes", "yes"), 0, True, "yes"),
        ("all", ("yes", None), 0, False, None),
        ("all", ("yes", "no"), 0, True, "no"),
        (None, ("yes", "yes", "yes"), 0, True, "yes"),
        (2, ("yes", "no", None), 0, False, None),
        (2, ("yes", "no", "yes", None), 0, True, "yes"),
        ("60 %", ("yes", "yes", None, None, None), 0, False, None),
        ("60 %", ("yes", "yes", "yes", None, None), 0, True, "yes"),
        ("majority", (), 3, True, None),  # nobody answered: nothing is decided
    ],
)
def test_votes_are_counted_by_what_is_needed(
    need: Any, given: tuple[str | None, ...], waived: int, done: bool, outcome: str | None
) -> None:
    plan = TaskPlan("vote", "panel", each=True, need=need, tie="no", outcomes=TWO)
    counted = tally(plan, votes(*given, waived=waived))
    assert (counted.done, counted.outcome) == (done, outcome)


def test_without_a_tie_the_outcome_most_often_given_wins_and_of_equals_the_first_in_the_file() -> None:
    plan = TaskPlan("vote", "panel", each=True, need="all", outcomes=TWO)
    assert tally(plan, votes("no", "yes")).outcome == "yes"
    assert tally(plan, votes("no", "yes", "no")).outcome == "no"


def test_a_task_that_moves_nothing_is_done_by_the_number_of_answers() -> None:
    plan = TaskPlan("rate", "panel", each=True, need=2, outcomes={"good": Outcome("good"), "bad": Outcome("bad")})
    assert tally(plan, votes("good", "bad", None)).done
    assert not tally(plan, votes("good", None, None)).done


VOTE = """
  begin:
    stage: evaluate
    tasks:
      vote: {by: panel, each: true, need: majority, tie: stay, outcomes: {go: {to: over}, stay: {to: kept}}}
    deadline: {in: 10 days, to: kept}
  over: {final: true}
  kept: {final: true}
"""


def test_each_holder_has_a_row_and_the_majority_moves(small: Any) -> None:
    world = small(VOTE)
    assert [row.person for row in world.rows("vote")] == ["pan1", "pan2", "pan3"]
    world.answer("pan1", "vote", "go")
    assert world.review.state == "begin"
    world.answer("pan2", "vote", "go")
    assert world.review.state == "over"
    assert [row.status for row in world.rows("vote")] == ["done", "done", "superseded"]
    assert world.refused("pan3", Answer("r", "vote", "stay")) == "review_ended"


def test_nobody_answers_twice(small: Any) -> None:
    world = small(VOTE)
    world.answer("pan1", "vote", "go")
    assert world.refused("pan1", Answer("r", "vote", "go")) == "task_closed"
    assert world.review.state == "begin"


def test_waiving_the_last_open_vote_lets_the_others_decide(small: Any) -> None:
    world = small(VOTE)
    world.answer("pan1", "vote", "go")
    world.must("hr1", Waive("r", world.rows("vote")[1].id, "ill"))
    world.must("hr1", Waive("r", world.rows("vote")[2].id, "ill"))
    assert world.review.state == "over"


def test_a_task_that_alone_decides_is_not_waived(small: Any) -> None:
    world = small(
        """
  begin: {stage: evaluate, tasks: {ask: {by: boss, outcomes: {go: {to: over}}}}, deadline: {in: 5 days, to: over}}
  over: {final: true}
"""
    )
    assert world.refused("hr1", Waive("r", "ask", "why")) == "task_decides"


WAITING = """
  begin:
    stage: evaluate
    tasks:
      first: {by: boss, due: 2 working days}
      second:
        by: subject
        waits_for: [first]
        due: 2 working days
        outcomes: {fine: {to: over}, wrong: {again: [first], times: 2}}
    deadline: {in: 30 days, to: over}
  over: {final: true}
"""


def test_a_waiting_task_opens_when_the_other_is_done_and_is_due_from_then(small: Any) -> None:
    world = small(WAITING)
    outcome = world.ask("sub", Answer("r", "second", "fine"))
    assert [one.code for one in outcome.reasons] == ["task_not_open", "waits_for_tasks"]
    world.until("2025-07-03 12:00")
    world.answer("boss", "first")
    (row,) = world.rows("second")
    assert row.status == "open"
    assert row.due_at.isoformat() == "2025-07-07T16:00:00+00:00"  # the end of Monday in Shanghai


def test_sending_back_reopens_in_the_same_visit_with_new_due_dates_and_keeps_the_answers(small: Any) -> None:
    world = small(WAITING)
    world.answer("boss", "first")
    world.until("2025-07-02 12:00")
    visit = world.review.visit
    world.answer("sub", "second", "wrong")
    assert world.review.visit == visit
    old, new = world.rows("first")
    assert (old.status, old.answer_seq, new.status) == ("superseded", 2, "open")
    assert new.due_at > old.due_at
    assert [row.status for row in world.rows("second")] == ["superseded", "waiting"]


def test_an_outcome_is_not_offered_more_often_than_its_times(small: Any) -> None:
    world = small(WAITING)
    for _ in range(2):
        world.answer("boss", "first")
        world.answer("sub", "second", "wrong")
    world.answer("boss", "first")
    assert world.refused("sub", Answer("r", "second", "wrong")) == "outcome_used_up"
    world.answer("sub", "second", "fine")


RECURRING = """
  begin:
    stage: improvement_plan
    tasks:
      look: {by: boss, every: 10 days, count: 3, outcomes: {fine: {}, bad: {to: failed}}}
    next: over
    deadline: {in: 90 days, to: over}
  over: {final: true}
  failed: {final: true}
"""


def test_a_recurring_task_opens_at_the_end_of_each_stretch_and_is_done_with_the_last(small: Any) -> None:
    world = small(RECURRING)
    assert world.open_tasks() == []
    for day, number in (("2025-07-12", 1), ("2025-07-22", 2), ("2025-08-01", 3)):
        world.until(f"{day} 00:00")
        assert [row.number for row in world.rows("look", "open")] == [number]
        world.answer("boss", "look", "fine")
    assert world.review.state == "over"


def test_of_a_deciding_task_one_occurrence_is_open_at_a_time(small: Any) -> None:
    world = small(RECURRING)
    world.until("2025-08-10 09:00")
    assert [row.number for row in world.rows("look", "open")] == [1]
    world.answer("boss", "look", "fine")
    assert [row.number for row in world.rows("look", "open")] == [2]
    world.answer("boss", "look", "bad")
    assert world.review.state == "failed"


MONTHLY = """
  begin:
    stage: collect_data
    tasks:
      rate: {by: boss, every: month, due: 5 days, late: waive}
      self: {by: subject, opens: cycle.end - 10 days, due: 5 days}
    next: over
    deadline: {in: 200 days, to: over}
  over: {final: true}
"""


def test_every_month_asks_once_a_month_and_what_is_late_is_waived(small: Any) -> None:
    world = small(MONTHLY)
    world.until("2025-07-31 23:00")
    assert world.open_tasks() == []
    world.until("2025-08-01 00:00")
    assert [row.number for row in world.rows("rate", "open")] == [1]
    world.until("2025-08-07 00:00")
    assert world.rows("rate")[0].status == "waived"
    assert world.refused("boss", Answer("r", world.rows("rate")[0].id)) == "task_closed"
    world.until("2025-10-20 09:00")
    assert [row.status for row in world.rows("rate")] == ["waived"] * 3
    assert world.review.state == "begin"
    world.answer("sub", "self")
    assert world.review.state == "over"


def test_a_task_with_an_opening_day_opens_when_that_day_begins(small: Any) -> None:
    world = small(MONTHLY)
    outcome = world.ask("sub", Answer("r", "self"))
    assert [one.code for one in outcome.reasons] == ["task_not_open", "waits_for_date"]
    assert outcome.at.isoformat() == "2025-09-19T16:00:00+00:00"
    world.until("2025-09-20 00:00")
    assert "self" in world.open_tasks()


EMPTY = """
  begin:
    stage: evaluate
    tasks: {{ask: {{by: council, due: 5 days{late}}}}}
    next: over
    deadline: {{in: 30 days, to: over}}
  over: {{final: true}}
"""


def test_a_role_that_nobody_holds_is_waived_with_a_note_or_told_to_hr(small: Any) -> None:
    roles = "  council: {who: group council}\n"
    waived = small(EMPTY.format(late=", late: waive"), roles=roles)
    assert waived.review.state == "over"
    assert waived.events[0].payload["notices"][0]["what"] == "role_empty_waived"
    stuck = small(EMPTY.format(late=""), roles=roles)
    assert stuck.review.state == "begin"
    notice = stuck.events[0].payload["notices"][0]
    assert (notice["what"], notice["to"]) == ("role_empty", ["hr1", "hr2"])
    stuck.must("hr1", Reassign("r", "ask", "someone", "nobody is there"))
    stuck.answer("someone", "ask")
    assert stuck.review.state == "over"


def test_only_hr_gives_a_task_away_and_a_holder_where_she_may_delegate(small: Any) -> None:
    states = """
  begin: {{stage: evaluate, tasks: {{ask: {{by: boss{extra}}}}}, next: over, deadline: {{in: 9 days, to: over}}}}
  over: {{final: true}}
"""
    world = small(states.format(extra=""))
    assert world.refused("boss", Reassign("r", "ask", "ann", "away")) == "not_yours"
    assert world.refused("hr1", Reassign("r", "ask", "sub", "away")) == "person_excluded"
    assert world.refused("hr1", Reassign("r", "ask", "ann", " ")) == "reason_required"
    free = small(states.format(extra=", delegate: allowed"))
    assert free.refused("boss", Reassign("r", "ask", "ann", "away")) == "not_yours"
    free.must("boss", Delegate("r", "ask", "ann", "away"))
    assert free.refused("boss", Answer("r", "ask")) == "not_your_task"
    assert free.refused("hr1", Reassign("r", "ask", "ann", "away")) == "already_holds"
    free.answer("ann", "ask")
    assert free.review.state == "over"
