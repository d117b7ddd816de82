"""Reading a workflow: every fact lands in the model, a stored definition reads back the same, references check."""

from __future__ import annotations

import json
import shutil
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from engine.definition.library import folder_of
from engine.definition.library import shipped as library_folders
from engine.definition.model import Definition, Effect, Moment, Span, Who
from engine.definition.reader import CALENDAR, read_definition, read_scorecard, read_texts
from tests.engine.definition.shipped import HERE, REFERENCE, changed, problems_with, texts


@pytest.fixture(scope="module")
def shipped() -> Definition:
    checked = read_definition(HERE / "steady")
    assert checked.problems == ()
    assert checked.definition is not None
    return checked.definition


def read(files: dict[str, str]) -> Definition:
    checked = read_texts(files)
    assert checked.definition is not None, checked.problems
    return checked.definition


def test_every_shipped_workflow_has_no_problem() -> None:
    found = {name: read_definition(folder).problems for name, folder in library_folders().items()}
    assert found == dict.fromkeys(found, ())
    assert len(found) > 5


def test_the_head_is_read(shipped: Definition) -> None:
    assert (shipped.name, shipped.version, shipped.language) == ("account-manager-quarterly", 2, 1)
    assert (shipped.subject, shipped.period, shipped.chain, shipped.initial) == (
        "employee", "quarter", True, "set_targets"
    )
    assert shipped.later == ()


def test_roles_say_how_people_are_found(shipped: Definition) -> None:
    colleagues = shipped.roles["colleagues"]
    assert colleagues.who == Who("chosen", task="propose", field_name="colleagues")
    assert colleagues.otherwise == Who("team", base="subject")
    assert (colleagues.count, colleagues.excludes, colleagues.anonymous_below) == ((3, 6), ("subject", "manager"), 3)
    assert shipped.roles["manager"].otherwise == Who("manager", base="manager")
    assert shipped.roles["hr"].who == Who("group", group="hr")


def test_tasks_keep_times_order_and_outcomes(shipped: Definition) -> None:
    propose = shipped.states["set_targets"].tasks["propose"]
    assert propose.remind == (Span(-3, "working days"), Span(1, "working days"))
    agree = shipped.states["set_targets"].tasks["agree"]
    assert (agree.waits_for, agree.shows, agree.due) == (("propose",), ("targets",), Span(5, "working days"))
    accept, object_ = agree.outcomes["accept"], agree.outcomes["object"]
    assert accept.way is not None
    assert accept.way[0].to == "collect_data"
    assert accept.effects == (Effect("acknowledge", "targets"),)
    assert (object_.way, object_.again, object_.times, object_.comment_required) == (None, ("propose",), 3, True)
    peers = shipped.states["collect_data"].tasks["peers"]
    assert (peers.each, peers.need, peers.late_waive) == (True, 3, True)
    assert peers.opens == Moment("cycle.end", Span(-20, "working days"))
    check = shipped.states["improvement"].tasks["check"]
    assert (check.every, check.count, check.decides) == (Span(20, "working days"), 3, True)
    assert check.outcomes["on_track"].way is None
    disagree = shipped.states["feedback"].tasks["sign"].outcomes["disagree"]
    assert disagree.after_way is not None
    assert (disagree.after_way[0].to, disagree.after_effects) == ("follow_up", (Effect("mark", "unsigned"),))


def test_deadlines_escalate_or_move(shipped: Definition) -> None:
    first, second = shipped.states["evaluate"].deadline
    assert (first.escalate, first.way, first.span) == (Who("manager", base="manager"), None, Span(10, "working days"))
    assert second.way is not None
    assert second.way[0].to == "calibrate"
    (waive,) = shipped.states["collect_data"].deadline
    assert (waive.waive_all, waive.at) == (True, Moment("cycle.end", Span(10, "working days")))
    assert shipped.states["collect_data"].leaving == ("inputs",)


def test_a_fork_has_compiled_guards_with_stable_names(shipped: Definition) -> None:
    fork = shipped.states["follow_up"]
    assert fork.fork
    assert fork.next is not None
    guarded, otherwise = fork.next
    assert guarded.guard is not None
    assert (guarded.guard.id, guarded.guard.text, guarded.to) == ("follow_up.next.1", "improvement_plan", "improvement")
    assert guarded.guard.expression.value({"improvement_plan": True}) is True
    assert (otherwise.guard, otherwise.to) == (None, "re_adjust")


def test_commands_from_anywhere_are_bounded(shipped: Definition) -> None:
    reopen = shipped.anywhere["reopen"]
    assert (reopen.from_states, reopen.within, reopen.times) == (("closed",), Span(60, "working days"), 1)
    assert shipped.anywhere["withdraw"].from_states is None


def test_titles_are_kept_in_both_languages(shipped: Definition) -> None:
    assert shipped.states["closed"].title == {"en": "Closed", "zh": "已结束"}
    assert shipped.states["set_targets"].tasks["agree"].outcomes["accept"].title["zh"] == "接受"


def test_lines_cite_the_files(shipped: Definition) -> None:
    line = shipped.lines["workflow.yaml", ("states", "evaluate")]
    assert shipped.sources["workflow.yaml"].split("\n")[line - 1].strip() == "evaluate:"
    assert ("scorecard.yaml", ("metrics", "sales")) in shipped.lines


def test_a_stored_definition_reads_back_the_same(shipped: Definition) -> None:
    again = read(dict(shipped.sources))
    assert again.fingerprint == shipped.fingerprint
    assert again.days == shipped.days
    assert again.sources == shipped.sources


def test_the_calendar_s_days_are_pinned(shipped: Definition) -> None:
    assert shipped.days.is_working(date(2025, 10, 11))  # a Saturday made up for the October holidays
    assert not shipped.days.is_working(date(2025, 10, 1))
    assert CALENDAR in shipped.sources


FINGERPRINT_CHANGES = {
    "a state's due date": ("workflow.yaml", "due: 10 working days", "due: 9 working days"),
    "a weight as written": ("scorecard.yaml", "weight: 20", "weight: 20.0"),
    "a form's limit": ("forms/self.json", '"maxLength"', '"maxLength" '),
    "a comment": ("workflow.yaml", "chain: true ", "chain: true # another comment "),
    "a closed day": (CALENDAR, '"closed": []', '"closed": ["2025-08-01"]'),
}


@pytest.mark.parametrize("what", FINGERPRINT_CHANGES)
def test_the_fingerprint_sees_what_is_written_and_no_layout(what: str) -> None:
    file, old, new = FINGERPRINT_CHANGES[what]
    same = what in ("a comment", "a form's limit")  # spaces and comments are layout
    files = changed(old, new, file)[0]
    assert (read(files).fingerprint == read(texts()).fingerprint) is same


def test_a_default_written_out_changes_the_fingerprint() -> None:
    explicit = changed("late: waive", "late: waive\n        delegate: false")[0]
    assert read(explicit).fingerprint != read(texts()).fingerprint


@pytest.mark.parametrize("name", ["account_manager", "improvement_programme"])
def test_the_reference_workflows_have_no_error(name: str, tmp_path: Path) -> None:
    folder = tmp_path / name
    shutil.copytree(REFERENCE / name, folder)
    if name == "account_manager":
        shutil.copytree(folder_of("account-manager") / "forms", folder / "forms")
    checked = read_definition(folder)
    assert [one for one in checked.problems if one.level != "warning"] == []
    assert checked.definition is not None
    assert checked.definition.later == ()


def test_the_reference_without_its_forms_names_each_missing_file() -> None:
    problems = read_definition(REFERENCE / "account_manager").problems
    missing = [one for one in problems if one.code == "WF003"]
    assert [one.values["form"] for one in missing] == ["colleagues", "self", "feedback", "ruling", "plan", "progress"]
    assert {one.line for one in missing} == {15}


def test_a_folder_without_a_workflow_is_a_problem(tmp_path: Path) -> None:
    checked = read_definition(tmp_path / "nowhere")
    assert checked.definition is None
    assert [one.code for one in checked.problems] == ["WF001"]


def test_files_outside_the_folder_are_never_read(tmp_path: Path) -> None:
    (tmp_path / "secret.json").write_text('{"type": "object"}')
    folder = tmp_path / "flow"
    folder.mkdir()
    files = texts()
    files["workflow.yaml"] = files["workflow.yaml"].replace("forms/self.json", "../secret.json")
    for name, text in files.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    assert "SH005" in [one.code for one in read_definition(folder).problems]
    assert "WF003" in [one.code for one in read_definition(folder).problems]


def test_all_problems_come_at_once_in_the_order_of_their_places() -> None:
    files = texts()
    workflow = files["workflow.yaml"]
    for old, new in (("by: panel", "by: pannel"), ("times: 3", "times: three"), ("period: quarter", "period: quater")):
        workflow = workflow.replace(old, new, 1)
    card = files["scorecard.yaml"].replace("weight: 20", "weight: 19", 1)
    problems = read_texts({**files, "workflow.yaml": workflow, "scorecard.yaml": card}, "am/").problems
    errors = [(one.file, one.line, one.column) for one in problems if one.level == "error"]
    assert errors == sorted(errors)
    assert {"am/workflow.yaml", "am/scorecard.yaml"} == {file for file, _, _ in errors}
    assert {"WF013", "SH003", "SH004"} <= {one.code for one in problems}


def test_a_lone_scorecard_reads_from_file_and_text(tmp_path: Path) -> None:
    text = texts()["scorecard.yaml"]
    path = tmp_path / "card.yaml"
    path.write_text(text, encoding="utf-8")
    for source in (path, text):
        card, problems = read_scorecard(source)
        assert card is not None
        assert problems == ()
    broken, problems = read_scorecard(text.replace("weight: 20", "weight: x", 1))
    assert broken is None
    assert text[: text.index("weight: 20")].count("\n") + 1 in {one.line for one in problems}


def test_a_form_keeps_its_numbers_exact() -> None:
    files = texts()
    form = json.loads(files["forms/self.json"])
    form["properties"]["share"] = {"type": "number", "maximum": 0.1}
    definition = read({**files, "forms/self.json": json.dumps(form)})
    assert definition.forms["self"]["properties"]["share"]["maximum"] == Decimal("0.1")


def test_the_control_problem_is_found() -> None:
    assert "WF011" in [one.code for one in problems_with("initial: set_targets", "initial: nowhere")]


def test_a_stored_calendar_that_cannot_be_read_is_a_problem() -> None:
    checked = read_texts({**texts(), CALENDAR: "[]"})
    assert checked.definition is None
    assert [(one.file, one.code) for one in checked.problems] == [(CALENDAR, "WF005")]
