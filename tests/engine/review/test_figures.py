"""What counts in a review: targets by origin, observations until they are fixed, answers, corrections, adjustments."""

from __future__ import annotations

from typing import Any

from engine.review.case import Refused
from engine.review.commands import Answer, CorrectFigures, TakeFigures

STATES = """
  begin:
    stage: set_targets
    tasks:
      set: {by: boss, sets: targets}
      agree:
        by: subject
        waits_for: [set]
        outcomes: {yes: {to: rate, effects: [acknowledge targets]}, no: {again: [set], times: 9}}
    deadline: {in: 5 days, to: rate}
    leaving: [fix targets]
  rate:
    stage: collect_data
    collects: [sales]
    tasks: {rate: {by: peer, each: true, need: 2, asks: [care]}}
    next: judge
    deadline: {in: 5 days, waive: all, to: judge}
    leaving: [fix inputs]
  judge:
    stage: evaluate
    tasks: {settle: {by: hr, adjusts: grade, outcomes: {fine: {to: next}}}}
    deadline: {in: 6 days, to: next}
    leaving: [fix result]
  next:
    stage: re_adjust
    tasks: {set_next: {by: boss, sets: next_targets}}
    next: over
    deadline: {in: 3 days, to: over}
  over: {final: true, effects: [carry_over]}
"""


def agreed(world: Any, **targets: str) -> Any:
    world.answer("boss", "set", targets={key.replace("_", "."): value for key, value in targets.items()})
    world.answer("sub", "agree", "yes")
    return world


def test_agreed_targets_win_over_carried_over_given_and_file(small: Any) -> None:
    carried = {"sales.target": "60", "sales.weight": "50", "care.weight": "50", "plan": "7"}
    world = small(STATES, start={"agreed": carried})
    world.figures([("plan", "2025-Q3", "9")], take=False)
    agreed(world, sales_target="70")
    assert world.review.agreed == {
        "sales.target": "70.00", "sales.weight": "50.00", "care.weight": "50.00", "plan": "7",
    }
    assert world.review.origins == {
        "sales.target": "agreed", "sales.weight": "carried", "care.weight": "carried", "plan": "carried",
    }


def test_a_given_figure_is_the_target_where_nothing_was_agreed_or_carried_over(small: Any) -> None:
    world = small(STATES)
    world.figures([("plan", "2025-Q3", "9")], take=False)
    agreed(world)
    assert (world.review.agreed["plan"], world.review.origins["plan"]) == ("9", "given")


def test_what_was_carried_over_but_is_out_of_limits_now_is_left_to_the_file(small: Any) -> None:
    world = agreed(small(STATES, start={"agreed": {"sales.target": "95", "gone.target": "1"}}))
    assert world.review.agreed == {"sales.target": "50.00", "sales.weight": "60.00", "care.weight": "40.00"}
    assert set(world.review.origins.values()) == {"file"}


def test_a_starting_point_that_changes_counts_until_the_targets_are_fixed(small: Any) -> None:
    world = small(STATES, start={"agreed": {"sales.target": "60"}})
    world.start = {"agreed": {"sales.target": "61"}}
    agreed(world)
    assert world.review.agreed["sales.target"] == "61.00"
    world.start = {"agreed": {"sales.target": "62"}}
    world.figures([("sales", "2025-Q3", "30")])
    assert world.review.agreed["sales.target"] == "61.00"
    facts = world.events[-1].payload["result"]["facts"]
    assert facts["agreed"]["sales.target"] == {"value": "61.00", "source": "carried"}


def test_a_target_outside_its_range_is_refused_with_the_range(small: Any) -> None:
    world = small(STATES)
    outcome = world.ask("boss", Answer("r", "set", targets={"sales.target": "91"}))
    assert isinstance(outcome, Refused)
    assert outcome.code == "target_out_of_range"
    values = outcome.reasons[0].values
    assert (values["target"], values["low"], values["high"], values["value"]) == ("sales.target", "10", "90", "91")
    for wrong in ("9.999", "x", "", "1e1"):
        assert world.refused("boss", Answer("r", "set", targets={"sales.target": wrong})) == "target_out_of_range"
    assert world.refused("boss", Answer("r", "set", targets={"salse.target": "50"})) == "no_such_target"


def test_weights_that_do_not_sum_up_are_refused(small: Any) -> None:
    world = small(STATES)
    outcome = world.ask("boss", Answer("r", "set", targets={"sales.weight": "70"}))
    assert isinstance(outcome, Refused)
    assert [one.code for one in outcome.reasons] == ["targets_unsound", "SR014"]
    world.answer("boss", "set", targets={"sales.weight": "70", "care.weight": "30"})


def test_after_an_objection_only_what_is_proposed_anew_changes(small: Any) -> None:
    world = small(STATES)
    world.answer("boss", "set", targets={"sales.target": "70", "plan": "5"})
    world.answer("sub", "agree", "no")
    world.answer("boss", "set", targets={"sales.target": "65"})
    assert world.review.agreed == {"sales.target": "65.00", "plan": "5"}


def test_targets_left_by_the_deadline_hold_without_being_acknowledged(small: Any) -> None:
    world = small(STATES)
    world.answer("boss", "set", targets={"sales.target": "70"})
    world.until("2025-07-08 09:00")
    assert world.review.agreed["sales.target"] == "70.00"
    assert [(one.what, one.how) for one in world.review.acknowledgements] == [("targets", "unsigned")]


def test_figures_that_come_after_they_were_fixed_change_nothing_until_a_correction(small: Any) -> None:
    world = agreed(small(STATES))
    world.figures([("sales", "2025-Q3", "30")])
    for person in ("ann", "ben"):
        world.answer(person, "rate", ratings={"care": "3"})
    before = world.review.result.total
    world.until("2025-07-02 09:00")
    world.figures([("sales", "2025-Q3", "50")], take=False)
    assert world.refused("hr1", TakeFigures("r")) == "inputs_fixed"
    late = world.observations[-1].id
    assert world.refused("boss", CorrectFigures("r", (late,), "late")) == "not_yours"
    assert world.refused("hr1", CorrectFigures("r", (late,), " ")) == "reason_required"
    assert world.refused("hr1", CorrectFigures("r", ("nothing",), "late")) == "no_such_observation"
    assert world.refused("hr1", CorrectFigures("r", (world.observations[0].id,), "late")) == "nothing_to_correct"
    event = world.must("hr1", CorrectFigures("r", (late,), "late"))
    assert event.payload["difference"]["total"] == [before, "80.00"]
    assert event.payload["reason"] == "late"
    assert world.refused("hr1", CorrectFigures("r", (late,), "late")) == "nothing_to_correct"


def test_a_correction_reaches_a_closed_review_too(small: Any) -> None:
    world = agreed(small(STATES))
    world.until("2025-07-30 09:00")
    assert world.review.state == "over"
    world.figures([("sales", "2025-Q3", "50")], take=False)
    world.must("hr1", CorrectFigures("r", (world.observations[-1].id,), "late"))
    assert world.review.state == "over"
    assert world.review.corrections == (world.observations[-1].id,)


def test_a_corrected_agreed_figure_says_so(small: Any) -> None:
    world = agreed(small(STATES), plan="5")
    world.until("2025-07-02 09:00")
    world.figures([("plan", "2025-Q3", "8")], take=False)
    world.must("hr1", CorrectFigures("r", (world.observations[-1].id,), "typing slip"))
    assert (world.review.agreed["plan"], world.review.origins["plan"]) == ("8", "corrected")


def test_the_newest_of_several_observations_counts_and_a_replaced_one_does_not(small: Any) -> None:
    world = agreed(small(STATES))
    world.figures([("sales", "2025-Q3", "30")])
    world.until("2025-07-02 09:00")
    event = world.must(None, TakeFigures("r"), "system")
    assert event.payload["result"]["facts"]["inputs"]["sales"]["value"] == "30"
    world.figures([("sales", "2025-Q3", "40")])
    assert world.events[-1].payload["result"]["facts"]["inputs"]["sales"]["value"] == "40"


def test_a_scoring_event_holds_all_that_the_score_was_made_from(small: Any) -> None:
    world = agreed(small(STATES), sales_target="40")
    world.figures([("sales", "2025-Q3", "30")])
    event = world.answer("ann", "rate", ratings={"care": "3"})
    result = event.payload["result"]
    assert result["facts"]["inputs"]["sales"]["observation"] == world.observations[0].id
    assert result["facts"]["inputs"]["care"] == {"peer": [["3"]]}
    assert result["trace"]
    assert world.review.result.seq == event.seq


def settled(small: Any, sales: str = "50") -> Any:
    world = agreed(small(STATES))
    for person in ("ann", "ben"):
        world.answer(person, "rate", ratings={"care": "4"})
    world.figures([("sales", "2025-Q3", sales)])
    return world


def test_an_adjusted_grade_keeps_the_first_one_and_needs_a_comment(small: Any) -> None:
    world = settled(small)
    assert world.review.result.grade == "A"
    assert world.refused("hr1", Answer("r", "settle", "fine", grade="B")) == "comment_required"
    assert world.refused("hr1", Answer("r", "settle", "fine", grade="Z", comment="x")) == "no_such_grade"
    event = world.answer("hr1", "settle", "fine", grade="B", comment="all things considered")
    assert (world.review.result.first_grade, world.review.result.grade) == ("A", "B")
    assert event.payload["result"]["facts"].get("adjusted") == "B"


def test_an_adjustment_is_void_when_a_correction_changes_what_it_was_about(small: Any) -> None:
    world = settled(small)
    world.answer("hr1", "settle", "fine", grade="B", comment="all things considered")
    world.until("2025-07-02 09:00")
    world.figures([("sales", "2025-Q3", "0")], take=False)
    world.must("hr1", CorrectFigures("r", (world.observations[-1].id,), "wrong file"))
    assert (world.review.result.first_grade, world.review.result.grade) == ("C", "C")
    assert world.events[-1].payload["notices"][0]["what"] == "adjustment_void"


def test_the_next_starting_point_is_what_was_decided(small: Any) -> None:
    world = agreed(small(STATES), sales_target="70", plan="5")
    for person in ("ann", "ben"):
        world.answer(person, "rate", ratings={"care": "4"})
    world.figures([("sales", "2025-Q3", "50")])
    world.answer("hr1", "settle", "fine")
    assert world.refused("boss", Answer("r", "set_next", targets={"care.weight": "90"})) == "target_out_of_range"
    event = world.answer("boss", "set_next", targets={"sales.weight": "55", "care.weight": "45"})
    carried = event.payload["carry_over"]
    assert carried["agreed"] == {"sales.target": "70.00", "sales.weight": "55.00", "care.weight": "45.00"}
    assert (carried["workflow"], carried["period"], carried["subject"]) == ("small", "2025-Q4", "sub")


def test_without_a_decision_nothing_is_carried_over(small: Any) -> None:
    world = agreed(small(STATES), sales_target="70")
    world.until("2025-08-30 09:00")
    assert world.events[-1].payload["carry_over"]["agreed"] == {}


def test_ratings_are_checked_against_their_input(small: Any) -> None:
    world = agreed(small(STATES))
    cases = {
        "rating_missing": {}, "rating_out_of_range": {"care": "6"}, "rating_not_asked": {"care": "3", "sales": "1"},
    }
    for code, ratings in cases.items():
        assert world.refused("ann", Answer("r", "rate", ratings=ratings)) == code
    assert world.refused("ann", Answer("r", "rate", ratings={"care": ""})) == "rating_missing"
    for wrong in ("3.5", "x", True):
        assert world.refused("ann", Answer("r", "rate", ratings={"care": wrong})) == "rating_out_of_range"


def test_not_rated_is_an_answer_that_counts_for_nothing(small: Any) -> None:
    world = agreed(small(STATES))
    world.answer("ann", "rate", ratings={"care": "NR"})
    event = world.answer("ben", "rate", ratings={"care": "3"})
    assert event.payload["result"]["metrics"]["care"]["value"] == "3"


def test_chosen_people_are_asked_and_nobody_else(account_manager: Any) -> None:
    world = account_manager
    assert world.refused("boss", Answer("r", "propose", form={"colleagues": ["ann", "ben"]})) == "form_fault"
    herself = Answer("r", "propose", form={"colleagues": ["ann", "ben", "sub"]})
    assert world.refused("boss", herself) == "chosen_excluded"
    world.answer("boss", "propose", form={"colleagues": ["ann", "ben", "dan"]})
    assert world.review.chosen == {"propose.colleagues": ("ann", "ben", "dan")}
    world.answer("sub", "agree", "accept")
    world.until("2025-09-15 09:00")
    assert [row.person for row in world.rows("peers")] == ["ann", "ben", "dan"]
