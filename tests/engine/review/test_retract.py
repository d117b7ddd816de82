"""Who answered takes the answer back while the review is still there; a holder gives her task on."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from engine.review.commands import Answer, CorrectFigures, Delegate, Hold, Reassign, Retract
from engine.review.model import Review
from tests.engine.review.world import instant

TWO = """
  begin:
    stage: evaluate
    tasks:
      rate:  {by: boss, asks: [care], due: 5 working days, remind: [1 working day before]}
      check: {by: boss, waits_for: rate, due: 3 working days}
      again: {by: boss, waits_for: check}
      peers: {by: peer, each: true, need: 2, asks: [care], due: 9 days}
    next: over
    deadline: {in: 30 days, to: over}
  over: {final: true}
"""


def reasons(world: Any, person: str, task: str) -> list[str]:
    outcome = world.ask(person, Retract("r", task, "a slip"))
    return [one.code for one in outcome.reasons]


def told(review: Review) -> Any:
    """A review without what is made anew each time: seqs, ids, instants."""
    rows = [
        (row.name, row.state, row.visit, row.number, row.role, row.person, row.status, row.outcome, row.answered_by)
        for row in review.tasks if row.status != "superseded"
    ]
    result = None if review.result is None else replace(review.result, seq=0)
    people = {(row.role, row.person) for row in review.participants if row.until is None}
    maps = (review.counts, review.agreed, review.next_agreed, review.chosen, review.delegated)
    words = [(one.what, one.how, one.person) for one in review.acknowledgements]
    ends = [step.index for step in review.deadlines]
    return review.state, review.visit, sorted(rows, key=str), result, people, maps, words, ends, len(review.reminders)


def test_an_answer_is_taken_back_and_what_waited_for_it_begins_anew(small: Any) -> None:
    world = small(TWO)
    world.answer("boss", "rate", ratings={"care": "4"})
    world.answer("boss", "check")
    assert sorted(world.open_tasks()) == ["again", "peers", "peers", "peers", "peers"]
    world.now = instant("2025-07-03 09:00")
    event = world.must("boss", Retract("r", "rate", "a slip"))
    (row,) = world.rows("rate")
    assert (row.status, row.outcome, row.answered_by, row.answer_seq) == ("open", None, None, None)
    assert row.due_at == instant("2025-07-09 00:00")  # still ahead, so it stays
    assert [at for _, at in world.review.reminders] == [instant("2025-07-07 00:00")]
    assert [one.status for one in world.rows("check")] == ["superseded", "waiting"]
    assert [one.status for one in world.rows("again")] == ["superseded", "waiting"]
    assert (event.action, event.task, event.payload["retracted"]["task_id"]) == ("retracted", "rate", row.id)
    assert world.replayed() == world.review


def test_with_its_last_day_over_it_gets_as_much_time_as_at_first(small: Any) -> None:
    world = small(TWO)
    world.answer("boss", "rate", ratings={"care": "4"})
    world.until("2025-07-14 09:00")
    world.must("boss", Retract("r", "rate", "a slip"))
    assert world.rows("rate")[0].due_at == instant("2025-07-22 00:00")


def test_an_answer_too_many_is_taken_back_without_touching_what_went_on(small: Any) -> None:
    world = small(TWO.replace("waits_for: rate", "waits_for: peers"))
    for person in ("ann", "ben", "cat"):
        world.answer(person, "peers", ratings={"care": "4"})
    world.answer("boss", "check")
    world.must("cat", Retract("r", "peers", "a slip"))
    assert [one.status for one in world.rows("check")] == ["done"]
    world.must("ben", Retract("r", "peers", "a slip"))
    assert [one.status for one in world.rows("check")] == ["superseded", "waiting"]


def test_why_an_answer_cannot_be_taken_back(small: Any) -> None:
    world = small(TWO)
    assert reasons(world, "boss", "rate") == ["nothing_to_retract"]
    assert reasons(world, "boss", "nothing") == ["no_such_task"]
    world.answer("boss", "rate", ratings={"care": "4"})
    assert reasons(world, "hr1", "rate") == ["nothing_to_retract", "not_yours_to_retract"]
    assert reasons(world, "sub", "rate") == ["nothing_to_retract", "not_yours_to_retract"]
    assert world.refused("boss", Retract("r", "rate", " ")) == "reason_required"
    assert world.refused(None, Retract("r", "rate", "x")) == "not_yours"
    world.twin().must("boss", Retract("r", "rate", "x"))
    world.must("hr1", Hold("r", "x"))
    assert reasons(world, "boss", "rate") == ["review_held"]


def test_what_has_moved_the_review_is_not_taken_back(stops: list[Any]) -> None:
    world = next(world for world in stops if world.review.state == "collect_data").twin()
    assert reasons(world, "sub", "agree") == ["nothing_to_retract", "moved_on"]
    assert reasons(world, "boss", "propose") == ["nothing_to_retract", "moved_on"]
    ended = next(world for world in stops if world.review.ended_at is not None).twin()
    assert reasons(ended, "boss", "propose_next") == ["nothing_to_retract", "moved_on"]


SCORED = """
  begin: {stage: collect_data, collects: [sales], next: talk, leaving: [fix inputs]}
  talk:
    stage: evaluate
    tasks: {rate: {by: peer, asks: [care]}, settle: {by: hr, adjusts: grade}, look: {by: boss}}
    next: tell
    leaving: [fix result]
  tell: {stage: give_feedback, tasks: {more: {by: peer, asks: [care]}, look: {by: boss}}, next: over}
  over: {final: true}
"""


@pytest.fixture
def rated(small: Any) -> Any:
    world = small(SCORED)
    world.figures([("sales", "2025-Q3", "60")])
    world.answer("ann", "rate", ratings={"care": "4"})
    return world


def test_a_rating_that_was_taken_back_counts_no_more(rated: Any) -> None:
    before = rated.twin()
    assert (rated.review.result.status, rated.review.result.total) == ("scored", "102.00")
    rated.must("ann", Retract("r", "rate", "a slip"))
    assert rated.review.result.status == "blocked"
    rated.answer("ann", "rate", ratings={"care": "4"})
    assert told(rated.review) == told(before.review)
    other = before.twin()
    other.must("ann", Retract("r", "rate", "a slip"))
    other.answer("ann", "rate", ratings={"care": "1"})
    assert told(other.review) != told(before.review)  # control: the comparison sees another answer


def test_a_grade_set_by_hand_is_taken_back_with_the_answer(rated: Any) -> None:
    rated.answer("hr1", "settle", grade="B", comment="less")
    before = rated.twin()
    assert (rated.review.result.grade, rated.review.result.first_grade) == ("B", "A")
    rated.must("hr1", Retract("r", "settle", "a slip"))
    assert (rated.review.result.grade, rated.review.result.first_grade) == ("A", "A")
    rated.answer("hr1", "settle", grade="B", comment="less")
    assert told(rated.review) == told(before.review)
    assert rated.replayed() == rated.review


def test_what_was_fixed_before_the_answer_stays(rated: Any) -> None:
    rated.answer("hr1", "settle")
    rated.answer("boss", "look")
    rated.answer("ann", "more", ratings={"care": "5"})
    assert reasons(rated, "ann", "more") == ["nothing_to_retract", "answer_fixed"]


def test_targets_and_chosen_people_of_the_answer_are_taken_out(account_manager: Any, forms: dict[str, Any]) -> None:
    world = account_manager
    world.answer("boss", "propose", targets={"sales.target": "100"}, form=forms["propose"])
    before = world.twin()
    world.must("boss", Retract("r", "propose", "a slip"))
    assert (world.review.agreed, world.review.chosen) == ({}, {})
    assert world.open_tasks() == ["propose"]
    world.answer("boss", "propose", targets={"sales.target": "100"}, form=forms["propose"])
    assert told(world.review) == told(before.review)
    assert world.replayed() == world.review


def test_uses_and_acknowledgements_of_the_outcome_are_not_counted(small: Any) -> None:
    world = small("""
  begin:
    stage: give_feedback
    tasks:
      sign: {by: sub_, outcomes: {seen: {times: 2, effects: [acknowledge result]}}}
      look: {by: boss}
    next: over
  over: {final: true}
""", roles="  sub_: {who: subject}\n")
    world.answer("sub", "sign", "seen")
    done = world.twin()
    assert (world.review.counts, len(world.review.acknowledgements)) == ({"begin.sign.seen": 1}, 1)
    world.must("sub", Retract("r", "sign", "too early"))
    assert (world.review.counts, world.review.acknowledgements) == ({}, ())
    world.answer("sub", "sign", "seen")
    assert told(world.review) == told(done.review)


def test_a_panel_member_who_has_answered_and_holds_nothing_more_takes_it_back(small: Any) -> None:
    world = small("""
  begin: {stage: evaluate, tasks: {hear: {by: panel}, look: {by: boss}}, next: over}
  over: {final: true}
""")
    world.answer("pan1", "hear")
    assert world.refused("pan2", Retract("r", "hear", "x")) in ("not_visible", "nothing_to_retract")
    world.must("pan1", Retract("r", "hear", "x"))
    assert sorted(world.open_tasks()) == ["hear", "look"]


def test_nobody_learns_who_took_back_an_unnamed_answer(stops: list[Any]) -> None:
    world = next(world for world in stops if world.rows("peers", "done")).twin()
    (row, *_) = [row for row in world.rows("peers", "done") if row.visit == world.review.visit]
    event = world.must(row.answered_by, Retract("r", "peers", "a slip"))
    assert event.anonymous
    assert row.answered_by not in str(event.payload["retracted"])


DELEGATED = """
  begin:
    stage: evaluate
    tasks: {ask: {by: boss, due: 9 days, delegate: allowed}, own: {by: boss}, look: {by: hr}}
    next: over
  over: {final: true}
"""


def test_a_task_that_was_given_on_is_answered_on_behalf_of_whoever_had_it(small: Any) -> None:
    world = small(DELEGATED)
    assert world.refused("boss", Delegate("r", "own", "ann", "away")) == "delegation_not_allowed"
    assert world.refused("ann", Delegate("r", "ask", "ben", "away")) == "not_visible"
    assert world.refused("hr1", Delegate("r", "ask", "ben", "away")) == "not_your_task"
    assert world.refused("boss", Delegate("r", "ask", "sub", "away")) == "person_excluded"
    assert world.refused("boss", Delegate("r", "ask", "boss", "away")) == "already_holds"
    assert world.refused("boss", Delegate("r", "ask", "ann", "")) == "reason_required"
    world.must("boss", Delegate("r", "ask", "ann", "away"))
    assert world.refused("ann", Delegate("r", "ask", "sub", "you do it")) == "person_excluded"
    world.must("ann", Delegate("r", "ask", "ben", "me too"))
    assert world.refused("boss", Answer("r", "ask")) == "not_your_task"
    event = world.answer("ben", "ask")
    assert (event.actor, event.on_behalf_of) == ("ben", "boss")
    assert world.replayed() == world.review
    world.must("ben", Retract("r", "ask", "not yet"))
    assert world.answer("ben", "ask").on_behalf_of == "boss"


def test_a_task_given_back_or_given_away_by_hr_is_answered_for_oneself(small: Any) -> None:
    for command, person, by in (
        (Delegate("r", "ask", "boss", "back"), "boss", "ann"), (Reassign("r", "ask", "cat", "x"), "cat", "hr1"),
    ):
        world = small(DELEGATED)
        world.must("boss", Delegate("r", "ask", "ann", "away"))
        world.must(by, command)
        assert world.review.delegated == {}
        assert world.answer(person, "ask").on_behalf_of is None


@pytest.mark.parametrize("correct", [True, False])
def test_a_correction_between_does_not_bring_an_answer_back(stops: list[Any], correct: bool) -> None:
    """A rating that was taken back counts no more, whatever figures come after."""
    rated = (world for world in stops if world.review.state == "collect_data" and world.rows("monthly", "done"))
    world = next(rated).twin()
    row = next(row for row in world.rows("monthly", "done") if row.visit == world.review.visit)
    world.must("boss", Retract("r", row.id, "a slip"))
    if correct:
        world.figures([("violations", "2025-Q3", "1")])
        outcome = world.ask("hr1", CorrectFigures("r", (world.observations[-1].id,), "late"))
        assert outcome is not None
    assert row.id not in [given.task_id for given in world.answers()]
    assert world.replayed() == world.review
