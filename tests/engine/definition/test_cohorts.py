"""Cohorts of a workflow: no way to feedback leads around the state that gathers, and nothing is judged behind it."""

from __future__ import annotations

import pytest

from engine.definition.library import folder_of
from engine.definition.problem import Problem
from engine.definition.reader import read_texts
from tests.engine.definition.shipped import HERE

REFERENCE = HERE / "reference" / "account_manager"
W, S = "workflow.yaml", "scorecard.yaml"


def told(*changes: tuple[str, str, str]) -> tuple[Problem, ...]:
    texts = {name: (REFERENCE / name).read_text("utf-8") for name in (W, S)}
    forms = folder_of("account-manager") / "forms"
    texts |= {f"forms/{one.name}": one.read_text("utf-8") for one in forms.iterdir()}
    for file, old, new in changes:
        assert old in texts[file], old
        texts[file] = texts[file].replace(old, new, 1)
    return read_texts(texts).problems


def codes(*changes: tuple[str, str, str]) -> set[str]:
    return {one.code for one in told(*changes)}


def test_the_reference_with_its_quota_has_no_problem() -> None:
    assert told() == ()


def test_what_needs_a_cohort_is_carried_out() -> None:
    pool = (S, "inputs: ", "inputs:\n  pool: {type: money, digits: 2, range: 0..9, of: cohort, missing: {use: 0}} ")
    split = (S, "consequences: ", "consequences:\n  bonus: {split: pool, by: total, digits: 2} ")
    assert {one.level for one in told(pool, split)} == set()


def test_the_shortest_way_around_the_cohort_is_the_witness() -> None:
    [found] = told((W, "{in: 15 working days, to: calibrate}", "{in: 15 working days, to: feedback}"))
    assert (found.code, found.values["trail"]) == ("WF140", "set_targets → collect_data → evaluate → feedback")


def test_each_step_around_the_cohort_is_told() -> None:
    found = told((W, "{in: 15 working days, to: calibrate}", "{in: 15 working days, to: feedback}"),
                 (W, "to: collect_data, effects: [notify hr]", "to: appeal, effects: [notify hr]"))
    lines = [one.line for one in found if one.code == "WF140"]
    assert len(lines) == len(set(lines)) == 2


def test_a_grade_that_is_reopened_passes_the_cohort_again() -> None:
    """A state behind the barrier that judges is sound only where every way from it leads back to the barrier."""
    again = ("  follow_up: {", "  again:\n    stage: evaluate\n    tasks: {rate: {by: manager, asks: [teamwork], due: "
             "5 working days}}\n    next: NEXT\n    deadline: {in: 9 working days, to: NEXT}\n  follow_up: {")
    ways = [(W, "grade_reopened: {to: evaluate, ", "grade_reopened: {to: again, times: 1, ")]
    back = (W, again[0], again[1].replace("NEXT", "calibrate"))
    past = (W, again[0], again[1].replace("NEXT", "follow_up"))
    assert "WF142" not in codes(*ways, back)
    assert "WF142" in codes(*ways, past)


def test_without_the_stage_of_feedback_the_subject_s_own_look_at_the_result_counts() -> None:
    texts = [(W, "stage: give_feedback\n", "stage: evaluate\n")] * 2 + [(W, "stage: give_feedback, ", "")]
    around = (W, "{in: 15 working days, to: calibrate}", "{in: 15 working days, to: feedback}")
    assert codes(*texts) == set()
    assert "WF140" in codes(*texts, around)


def test_commands_lead_around_the_cohort_only_where_they_lead_to_feedback() -> None:
    assert "WF140" in codes((W, "  withdraw: {by: hr, to: withdrawn", "  withdraw: {by: hr, times: 1, to: feedback"))


@pytest.mark.parametrize("when", ["lower", "report"])
def test_only_a_quota_that_refuses_needs_somebody_who_can_mend(when: str) -> None:
    without = (W, "by: hr, adjusts: grade", "by: hr")
    assert "WF147" in codes(without)
    assert "WF147" not in codes(without, (S, "when_over: refuse", f"when_over: {when}"))


def test_an_approval_names_a_role() -> None:
    rule = "at_most: 20 %}]"
    assert codes((S, rule, "at_most: 20 %, or: {at_most: 25 %, approved_by: hr}}]")) == set()
    [found] = told((S, rule, "at_most: 20 %, or: {at_most: 25 %, approved_by: hrs}}]"))
    assert (found.code, found.values["nearest"]) == ("WF148", "hr")


def test_tasks_one_after_another_may_stand_in_the_state_and_side_by_side_they_may_not() -> None:
    settle = "tasks: {settle: {by: hr, adjusts: grade, due: 5 working days,"
    before = ("tasks: {look: {by: manager, due: 2 working days}, settle: {by: hr, adjusts: grade, waits_for: [look], "
              "due: 5 working days,")
    beside = before.replace("waits_for: [look], ", "")
    assert "WF145" not in codes((W, settle, before))
    assert "WF145" in codes((W, settle, beside))
