"""Sense: one slip after the other in a sound workflow, each with its code at its line."""

from __future__ import annotations

import pytest

from engine.definition.reader import read_texts
from tests.engine.definition.shipped import changed, problems_with, texts

W, S = "workflow.yaml", "scorecard.yaml"
NEXT = "    next: calibrate\n"
FORK = "[{if: improvement_plan, to: improvement}, {else: re_adjust}]"

AT_ITS_LINE = {
    "unknown state": ("initial: set_targets", "initial: set_target", "WF011"),
    "unknown task": ("waits_for: [meet]", "waits_for: [met]", "WF012"),
    "task of another state": ("waits_for: [meet]", "waits_for: [review]", "WF012"),
    "unknown role": ("by: panel", "by: pannel", "WF013"),
    "unknown role to notify": ("effects: [notify hr]", "effects: [notify hrr]", "WF013"),
    "unknown role to escalate to": ("escalate: manager of manager", "escalate: boss", "WF013"),
    "unknown form": ("form: plan", "form: plans", "WF014"),
    "unknown input": ("collects: [satisfaction", "collects: [satisfacton", "WF015"),
    "unknown question": ("asks: [teamwork]", "asks: [teamwrk]", "WF015"),
    "no question": ("asks: [teamwork]", "asks: [sales]", "WF016"),
    "a question collected": ("collects: [satisfaction", "collects: [teamwork, satisfaction", "WF017"),
    "unknown outcome": ("tie: grade_stands", "tie: grade_stand", "WF022"),
    "unknown field": ("chosen in propose.colleagues", "chosen in propose.people", "WF023"),
    "nobody": ("group appeals-panel", "groups appeals-panel", "WF028"),
    "range turned around": ("count: 3..6", "count: 6..3", "WF030"),
    "a role through itself": ("who: manager of subject, else", "who: manager of manager, else", "WF033"),
    "no such zone": ("Asia/Shanghai", "Asia/Shangai", "WF004"),
    "no such country": ("holidays: CN", "holidays: XX", "WF006"),
    "no such day": ("holidays: CN}", "holidays: CN, closed: [2025-02-30]}", "WF005"),
    "no such date": ("{at: cycle.end + 10 working days", "{at: 2025-09-31", "WF005"),
    "too many answers": ("need: 3", "need: 7", "WF034"),
    "perhaps too many answers": ("need: 3", "need: 4", "WF035"),
    "anonymous": ("anonymous_below: 3", "anonymous_below: 4", "WF029"),
    "a task waits for itself": ("waits_for: [propose]", "waits_for: [agree]", "WF055"),
    "dead branch": ("{if: improvement_plan,", "{if: total > 200,", "WF065"),
    "behind else": (FORK, "[{else: re_adjust}, {if: improvement_plan, to: improvement}]", "WF066"),
    "gap": (FORK, "[{if: improvement_plan, to: improvement}, {if: grade >= B, to: re_adjust}]", "WF063"),
    "overlap": (
        FORK, "[{if: improvement_plan, to: improvement}, {if: grade <= B, to: closed}, {else: re_adjust}]", "WF064"
    ),
    "bare number": ("if: improvement_plan", "if: total < 60", "WF067"),
    "perhaps missing": ("if: improvement_plan", "if: violations > 3", "WF069"),
    "again without times": ("again: [propose], times: 3", "again: [propose]", "WF054"),
    "step never reached": ("{in: 20 working days, to: follow_up}]", "{in: 5 working days, to: follow_up}]", "WF073"),
    "due behind the deadline": (
        "due: 5 working days\n        outcomes:\n          accept",
        "due: 50 working days\n        outcomes:\n          accept", "WF077",
    ),
    "reminder before the opening": ("3 working days before", "30 working days before", "WF078"),
    "final state left unbounded": ("within: 60 working days, ", "", "WF061"),
    "final state left without times": ("within: 60 working days, times: 1, ", "within: 60 working days, ", "WF061"),
    "final state with more": ("final: true, effects", "final: true, next: withdrawn, effects", "WF060"),
    "language nobody speaks": ("{en: Give feedback", "{ne: Give feedback", "WF079"),
    "own kind of subject": ("subject: employee", "subject: employe", "WF008"),
    "idle form": ("forms: {", "forms: {idle: forms/self.json, ", "WF009"),
}


@pytest.mark.parametrize("name", AT_ITS_LINE)
def test_a_slip_has_its_code_at_its_line(name: str) -> None:
    old, new, code = AT_ITS_LINE[name]
    files, line = changed(old, new)
    found = [(one.line, one.code) for one in read_texts(files).problems if one.file == W]
    assert (line, code) in found


GRAPH = {
    "no deadline": ("deadline: [{in: 15 working days, escalate: hr}, {in: 20 working days, to: follow_up}]",
                    "deadline: [{in: 15 working days, escalate: hr}]", "WF052", "appeal"),
    "nothing says where to": (NEXT, "", "WF058", "evaluate"),
    "a fork without a way": ("    next: " + FORK + "\n", "", "WF059", "follow_up"),
    "no end": ("closed:    {title: {en: Closed, zh: 已结束}, final: true, effects: [carry_over]}",
               "closed: {next: re_adjust}", "WF051", "closed"),
}


@pytest.mark.parametrize("name", GRAPH)
def test_a_fault_of_the_graph_names_its_state(name: str) -> None:
    old, new, code, state = GRAPH[name]
    found = [(one.code, one.path[:2]) for one in problems_with(old, new)]
    named = [(one, path) for one, path in found if one == code and path == ("states", state)]
    assert named or (name == "no end" and code in [one for one, _ in found])


def test_a_date_of_another_shape_is_told_once() -> None:
    found = [one.code for one in problems_with("{at: cycle.end + 10 working days", "{at: 2025/09/30")]
    assert found == ["SH005"]


def test_what_leaves_once_its_times_are_used_up_decides_too() -> None:
    old = "      check:\n        title: {en: Check progress"
    again = "{again: [vote], times: 1, after_that: {to: re_adjust}}"
    new = f"      vote: {{by: hr, due: 2 days, outcomes: {{yes: {{}}, no: {again}}}}}\n{old}"
    before, after = problems_with(old, old), problems_with(old, new)
    assert {one.code for one in after} - {one.code for one in before} >= {"WF056"}


def test_more_answers_than_a_role_has_people_are_told_in_the_scorecard() -> None:
    found = [one for one in problems_with("least: {colleagues: 3}", "least: 3", S) if one.code == "WF094"]
    assert [(one.level, one.values["role"], one.file) for one in found] == [
        ("warning", "subject", S), ("warning", "manager", S),
    ]


def codes(old: str, new: str, file: str = W) -> set[str]:
    return {one.code for one in problems_with(old, new, file)}


def test_a_circle_without_times_is_named() -> None:
    (problem,) = [one for one in problems_with("times: 2, comment: required}", "comment: required}")
                  if one.code == "WF053"]
    assert problem.values["circle"] == "evaluate → calibrate → evaluate"


def test_two_deciders_must_be_ordered() -> None:
    stop = "      stop: {by: hr, due: 2 days, waits_for: [meet], outcomes: {stop: {to: follow_up}}}\n"
    files, _ = changed("      sign:\n", stop + "      sign:\n")
    (problem,) = [one for one in read_texts(files).problems if one.code == "WF056"]
    assert {problem.values["task"], problem.values["other"]} == {"stop", "sign"}


def test_votes_that_can_be_even_want_a_tie() -> None:
    assert "WF036" in codes("        tie: grade_stands\n", "")


def test_a_condition_is_a_question() -> None:
    assert "EX033" in codes("if: improvement_plan", "if: bonus_coefficient")


def test_a_task_may_not_ask_a_role_that_the_scorecard_does_not_ask() -> None:
    other = "      other: {by: hr, asks: [teamwork], late: waive, due: 2 days}\n"
    assert codes("      self:\n", other + "      self:\n") == {"WF018"}


def test_a_required_task_must_come_before_the_decider() -> None:
    assert "WF057" in codes("        waits_for: [meet]\n", "")


def test_a_task_behind_one_that_always_leaves_never_opens() -> None:
    files, _ = changed("      sign:\n", "      after: {by: hr, due: 2 days, waits_for: [sign]}\n      sign:\n")
    assert "WF074" in {one.code for one in read_texts(files).problems}


def test_a_result_is_not_asked_before_its_figures_are_in() -> None:
    problems = problems_with("    deadline: {in: 20 working days, to: collect_data,",
                             "    next: [{if: grade == A, to: closed}, {else: collect_data}]\n"
                             "    deadline: {in: 20 working days, to: collect_data,")
    (late,) = [one for one in problems if one.code == "WF068" and one.values["word"] == "grade"]
    assert "teamwork" in late.values["lacking"]


def test_a_way_past_the_figures_is_told_with_the_condition_that_misses_them() -> None:
    files, line = changed("to: collect_data, effects: [notify hr]", "to: evaluate, effects: [notify hr]")
    found = {(one.code, one.line) for one in read_texts(files).problems}
    assert ("WF070", line) in found
    assert "WF068" in {code for code, _ in found}


def test_a_renamed_state_is_told_where_it_is_defined_too() -> None:
    files, line = changed("  withdrawn: {", "  quarter: {")
    assert ("WF050", line) in {(one.code, one.line) for one in read_texts(files).problems}
    files, line = changed("  withdrawn: {", "  withdrown: {")
    assert ("WF010", line) in {(one.code, one.line) for one in read_texts(files).problems}


def test_questions_and_figures_are_told_in_the_scorecard() -> None:
    card = [one for one in problems_with("asks: [teamwork]", "asks: [teamwrk]") if one.file == S]
    assert [(one.code, one.values["role"]) for one in card] == [("WF019", "manager")]
    assert "WF020" in codes("violations]", "sales_plan]")
    assert "WF027" in codes("asked: {subject: 10", "asked: {customer: 10", S)


def test_a_quota_needs_a_state_that_gathers() -> None:
    quota = "cohort: {by: department}\nquota: {rules: [], when_over: refuse}\n"
    assert "WF091" in codes("consequences:", quota + "consequences:", S)


def test_a_watch_is_read_and_carried_out() -> None:
    checked = read_texts(changed("    next: evaluate\n", "    next: evaluate\n"
                                 "    watch: [{if: violations > 3, to: evaluate, times: 2}]\n")[0])
    assert "later" not in {one.level for one in checked.problems}
    assert checked.definition is not None
    assert checked.definition.states["collect_data"].watch[0].times == 2


def test_a_condition_may_read_a_required_choice_of_a_form() -> None:
    files = texts()
    files["forms/ruling.json"] = (
        '{"type": "object", "required": ["reason"], "properties": {"reason": {"enum": ["facts", "form"]}}}'
    )
    way = "to: [{if: hear.reason == facts, to: evaluate}, {else: follow_up}], comment: required}\n    deadline"
    files[W] = files[W].replace("to: evaluate, comment: required}\n    deadline", way, 1)
    checked = read_texts(files)
    assert [one for one in checked.problems if one.level == "error"] == []
    files[W] = files[W].replace("hear.reason == facts", "hear.reason == fact", 1)
    assert "EX034" in {one.code for one in read_texts(files).problems}


def test_a_role_may_be_another_role_s_people() -> None:
    checked = read_texts(changed("who: group appeals-panel,", "who: group appeals-panel, else: hr,")[0])
    assert checked.problems == ()
    assert checked.definition is not None
    assert checked.definition.roles["panel"].otherwise == checked.definition.roles["hr"].who


def test_a_gap_between_two_figures_is_told_with_both() -> None:
    way = "[{if: improvement_plan, to: improvement}, {if: violations < 2 or grade >= B, to: re_adjust}]"
    (gap,) = [one for one in problems_with(FORK, way) if one.code == "WF063"]
    found = dict(part.split(" = ") for part in gap.values["witness"].split(", "))
    assert found["improvement_plan"] == "no" or found["improvement_plan"] == "false"
    assert int(found["violations"]) >= 2
    assert found["grade"] in ("C", "D")


COLLECTS = "    collects: ["


def test_a_watch_on_what_may_lack_is_no_slip() -> None:
    """The control is the same condition on a fork, above: "perhaps missing"."""
    watch = "    watch: [{if: violations > 3, to: evaluate, times: 1}]\n"
    assert "WF069" not in codes(COLLECTS, watch + COLLECTS)


def test_a_figure_that_only_a_condition_of_the_workflow_reads_is_read() -> None:
    found = texts()
    found[S] = found[S].replace("\ninputs:", "\ninputs:\n  spare: {type: count, range: 0..9}", 1)
    found[W] = found[W].replace(COLLECTS, COLLECTS + "spare, ", 1)
    assert [one.values["name"] for one in read_texts(found).problems if one.code == "SC070"] == ["spare"]
    found[W] = found[W].replace("if: improvement_plan", "if: spare > 3", 1)
    assert "SC070" not in [one.code for one in read_texts(found).problems]
