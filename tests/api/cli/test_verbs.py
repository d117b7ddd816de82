"""The verbs on the demo's data: what each kind of person does with them, and how they are refused."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Demo
from tests.house.tree import ROOT

SAMPLE = ROOT / "workflows" / "account-manager" / "sample"
Call = Callable[..., Any]


@pytest.fixture(scope="module")
def data(demo_played: Demo, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data folder that the demo left, copied for this module."""
    return Path(shutil.copytree(demo_played.folder, tmp_path_factory.mktemp("verbs") / "data"))


@pytest.fixture
def ask(call: Call, data: Path, monkeypatch: pytest.MonkeyPatch) -> Call:
    """A call on the demo's data."""
    monkeypatch.setenv("REVIEWCYCLE_DATA", str(data))
    return call


def test_a_folder_without_data_is_refused_by_every_verb_that_reads(call: Call, tmp_path: Path) -> None:
    for args in (["verify"], ["cycle", "show", "2025-Q3"], ["review", "show", "am01"], ["history", "am01"],
                 ["worker", "--once"], ["data", "import", SAMPLE / "figures_crm.csv"]):
        said = call(*args)
        assert said.code == 1
        assert str(tmp_path / "data") in said.err
    assert not (tmp_path / "data").exists()


def test_hr_sees_all_grades_of_the_cycle(ask: Call) -> None:
    said = ask("cycle", "show", "2025-Q3", "--as", "hr1")
    assert said.code == 0
    assert sum(line.count(" am") > 0 for line in said.out.splitlines()) == 40
    rows = ask("cycle", "show", "2025-Q3", "--as", "hr1", "--format", "json").data["reviews"]
    assert {row["subject"]["ref"]: row["total"] for row in rows}["am33"] == "65.35"


def test_a_manager_sees_what_waits_for_her_and_nobody_elses_work(ask: Call) -> None:
    mine = ask("review", "list", "--mine", "--as", "tm3", "--format", "json").data
    assert {"am18", "am21"} <= {item["subject"]["ref"] for item in mine}
    assert ask("review", "list", "--mine", "--as", "au1", "--format", "json").data == []
    assert ask("review", "list", "--mine").code == 2


def test_a_subject_sees_her_own_review_and_not_a_colleagues(ask: Call) -> None:
    assert "65.35" in ask("review", "show", "am33/2025-Q3", "--as", "am33").out
    said = ask("review", "show", "am33/2025-Q3", "--as", "am01")
    assert said.code == 1
    assert "65.35" not in said.out + said.err


def test_a_review_goes_by_its_id_and_a_unique_beginning_of_it(ask: Call) -> None:
    rows = ask("cycle", "show", "2025-Q3", "--format", "json").data["reviews"]
    named = {row["subject"]["ref"]: row["review"] for row in rows}["am33"]
    for name in (named, named[:12], "am33/2025-Q3"):
        assert ask("review", "show", name, "--as", "hr1", "--format", "json").data["id"] == named


def test_why_not_says_what_is_possible_and_what_lacks(ask: Call) -> None:
    found = ask("review", "why-not", "am18/2025-Q3", "--as", "tm3", "--format", "json").data
    assert any(one["possible"] for one in found)
    assert all(one["possible"] or one["reasons"] for one in found)
    said = ask("review", "why-not", "am18/2025-Q3", "--as", "tm3").out
    assert "reviewcycle review answer am18/2025-Q3 check --outcome on_track|failed --as tm3" in said
    assert ask("review", "why-not", "am18/2025-Q3", "--as", "tm3", "--lang", "zh").code == 0


def test_a_dry_answer_is_accepted_and_changes_nothing(ask: Call) -> None:
    call = ("review", "answer", "am18/2025-Q3", "check", "--as", "tm3", "--outcome", "on_track",
            "--form", "progress=under_way", "--form", "text=Two visits a week")
    before = ask("history", "am18/2025-Q3", "--format", "json").out
    assert ask(*call, "--dry-run").code == 0
    assert ask("history", "am18/2025-Q3", "--format", "json").out == before


def test_an_answer_from_a_file_is_the_same_as_one_from_options(ask: Call, tmp_path: Path) -> None:
    file = tmp_path / "answer.yaml"
    file.write_text("outcome: on_track\nform: {progress: under_way, text: Two visits a week}\n", "utf-8")
    assert ask("review", "answer", "am18/2025-Q3", "check", "--as", "tm3", "--file", file, "--dry-run").code == 0
    file.write_text("outcom: on_track\n", "utf-8")
    assert ask("review", "answer", "am18/2025-Q3", "check", "--as", "tm3", "--file", file, "--dry-run").code == 2


def test_a_refused_answer_says_why_and_exits_1(ask: Call) -> None:
    said = ask("review", "answer", "am18/2025-Q3", "check", "--as", "am01", "--outcome", "on_track", "--dry-run")
    assert (said.code, said.out) == (1, "")
    assert said.err
    said = ask("review", "answer", "am18/2025-Q3", "check", "--as", "tm3", "--dry-run", "--format", "json")
    assert said.code == 1
    assert said.data["refused"]["code"]


def test_the_same_key_gives_the_same_receipt_and_one_event(ask: Call) -> None:
    call = ("review", "remark", "am18/2025-Q3", "Met in person", "--as", "tm3", "--key", "k-1", "--format", "json")
    first, second = ask(*call), ask(*call)
    assert first.out == second.out
    other = ask("review", "remark", "am18/2025-Q3", "Another wish", "--as", "tm3", "--key", "k-1")
    assert other.code == 1


def test_history_tells_events_a_past_state_and_the_grade(ask: Call) -> None:
    events = ask("history", "am33/2025-Q3", "--as", "au1")
    assert "1. 2025-07-01" in events.out
    assert "stepped in: Reopen, by Qian Bin" in ask("history", "am21/2025-Q3", "--as", "au1").out
    past = ask("history", "am33/2025-Q3", "--as", "au1", "--at", "2025-10-20T00:00:00+08:00")
    assert "56.35" in past.out
    why = ask("history", "am33/2025-Q3", "--as", "au1", "--why-grade")
    assert "65.35" in why.out
    assert ask("history", "am33/2025-Q3", "--as", "am01").code == 1
    assert ask("history", "am33/2025-Q3", "--at", "2020-01-01T00:00:00Z").code == 1


@pytest.mark.slow
def test_verify_is_for_hr_and_auditors(ask: Call) -> None:
    assert ask("verify", "--as", "au1", "--format", "json").data["ok"] is True
    assert ask("verify").code == 0
    assert ask("verify", "--as", "am01").code == 1
    assert ask("verify", "--as", "nobody").code == 1


def test_verify_exits_1_when_a_byte_is_changed(ask: Call, data: Path, tmp_path: Path) -> None:
    import sqlite3

    copy = Path(shutil.copytree(data, tmp_path / "forged"))
    with sqlite3.connect(copy / "reviewcycle.sqlite") as raw:
        raw.execute("UPDATE review SET state = 'closed' WHERE state = 'improvement'")
    raw.close()
    said = ask("verify", "--data", copy)
    assert said.code == 1
    assert "am18" in said.out or "review:" in said.out


def test_imports_name_rows_and_a_dry_run_stores_nothing(ask: Call, tmp_path: Path) -> None:
    people = tmp_path / "people.csv"
    people.write_text((SAMPLE / "people.csv").read_text("utf-8").replace("am07,employee", "am07,robot"), "utf-8")
    said = ask("people", "import", people, "--dry-run", "--as", "hr1")
    row = next(n for n, line in enumerate(people.read_text("utf-8").splitlines(), 1) if line.startswith("am07,"))
    assert said.code == 1
    assert str(row) in said.out
    again = ask("data", "import", SAMPLE / "figures_survey.csv", "--dry-run", "--as", "hr1", "--format", "json")
    assert again.data["added"] == 0
    assert ask("people", "import", SAMPLE / "people.csv", "--dry-run", "--as", "am01").code == 1


def test_whoever_proposes_may_not_approve(ask: Call, tmp_path: Path) -> None:
    folder = tmp_path / "my-cycle"
    assert ask("init", folder).code == 0
    assert ask("publish", folder, "--as", "am01").code == 1
    assert ask("publish", folder, "--as", "hr1").code == 0
    assert ask("publish", "--approve", "my-cycle", "--as", "hr1").code == 1
    assert ask("publish", "--approve", "my-cycle", "--as", "hr2", "--format", "json").data["approved"]["version"] >= 1
    opened = ask("cycle", "open", "my-cycle", "2025-Q3", "--for", "am01", "--for", "am02", "--as", "hr1")
    assert opened.code == 0
    assert ask("cycle", "open", "my-cycle", "2025-Q3", "--for", "am01", "--as", "hr1").code == 1


def test_a_faulty_workflow_is_not_proposed(ask: Call, tmp_path: Path) -> None:
    folder = tmp_path / "broken"
    ask("init", folder)
    file = folder / "workflow.yaml"
    file.write_text(file.read_text("utf-8").replace("initial: set_targets", "initial: set_target"), "utf-8")
    said = ask("publish", folder, "--as", "hr1")
    assert said.code == 1
    assert "workflow.yaml:" in said.err


def test_the_worker_fires_what_is_due_once(ask: Call, data: Path, tmp_path: Path) -> None:
    copy = shutil.copytree(data, tmp_path / "later")
    first = ask("worker", "--once", "--now", "2027-03-01T00:00:00Z", "--data", copy, "--format", "json")
    second = ask("worker", "--once", "--now", "2027-03-01T00:00:00Z", "--data", copy, "--format", "json")
    assert first.data["count"] > 0
    assert second.data["count"] == 0
    assert ask("verify", "--data", copy).code == 0


def test_the_doctor_finds_a_key_file_that_others_can_read(ask: Call, data: Path, tmp_path: Path) -> None:
    assert ask("doctor").code == 0
    copy = Path(shutil.copytree(data, tmp_path / "open"))
    (copy / "keys.sqlite.key").chmod(0o644)
    said = ask("doctor", "--data", copy)
    assert said.code == 1
    assert "0600" in said.out
