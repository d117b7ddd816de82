"""`cycle cohort`, `calibrate` and `give`: a cohort looked at and settled from the command line."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.api.graded import firm_to_settle
from tests.engine.operations.cohort_firm import Firm

Call = Callable[..., Any]


@pytest.fixture
def firm(tmp_path: Path) -> Firm:
    return firm_to_settle(tmp_path)


def test_a_cohort_is_shown_with_who_is_here_and_what_the_quota_allows(firm: Firm, call: Call) -> None:
    said = call("cycle", "cohort", "2025-Q3", "--unit", "east", "--as", "hr1")
    assert (said.code, said.err) == (0, "")
    assert "east: Graded together, 2025-Q3, settle" in said.out
    assert "3 x 40 / 100 = 1.2" in said.out
    assert "1.2 rounded down = 1; 2 had it" in said.out
    both = call("cycle", "cohort", "2025-Q3", "--as", "hr1", "--format", "json").data
    told = sorted((one["unit"], one["members"], one["missing"], one["waiting"]) for one in both)
    assert told == [("east", 3, 0, 3), ("west", 1, 1, 0)]
    assert "待确定" in call("cycle", "cohort", "2025-Q3", "--unit", "east", "--as", "hr1", "--lang", "zh").out


def test_confirming_all_is_refused_with_the_arithmetic_and_with_an_approval_done(firm: Firm, call: Call) -> None:
    wish = ("cycle", "calibrate", "2025-Q3", "--unit", "east", "--as", "hr1", "--confirm")
    said = call(*wish)
    assert said.code == 1
    assert "A: 2 of 3, at most 1; 1 too many" in said.err
    assert firm.review("east1").state == "settle"
    assert "Would be settled: 3" in call(*wish, "--approve", "--dry-run").out
    assert firm.review("east1").state == "settle"
    assert "Settled: 3" in call(*wish, "--approve", "--key", "one").out
    assert firm.review("east1").state == "tell"
    assert "Settled: 3" in call(*wish, "--approve", "--key", "one").out, "the same wish again"
    assert call(*wish).code == 1


@pytest.mark.slow
def test_a_file_settles_each_by_name(firm: Firm, call: Call, tmp_path: Path) -> None:
    file = tmp_path / "answers.yaml"
    wish = ("cycle", "calibrate", "2025-Q3", "--unit", "east", "--as", "hr1", "--file", file)
    file.write_text("east1: confirm\neast2: {outcome: confirm, grade: B}\neast3: confirm\n", "utf-8")
    refused = call(*wish)
    assert (refused.code, refused.err.startswith("east2: ")) == (1, True)
    assert call(*wish, "--format", "json").data["refused"]["code"] == "comment_required"
    file.write_text("east1: confirm\neast2: {outcome: confirm, grade: B, comment: two of three}\n", "utf-8")
    assert "east3" in call(*wish).err
    file.write_text("east1: confirm\neast2: {outcome: confirm, grade: B, comment: two}\neast3: confirm\n", "utf-8")
    assert len(call(*wish, "--format", "json").data["receipts"]) == 3
    assert firm.grades(["east1", "east2", "east3"]) == ["A", "B", "C"]


@pytest.mark.slow
@pytest.mark.parametrize("text", [
    "[east1]", "east1: {outcome: confirm, rank: 1}", "east1: [confirm]", "nobody: confirm",
])
def test_a_file_of_something_else_is_told_and_nothing_is_done(
    firm: Firm, call: Call, tmp_path: Path, text: str
) -> None:
    (tmp_path / "answers.yaml").write_text(text, "utf-8")
    said = call("cycle", "calibrate", "2025-Q3", "--unit", "east", "--as", "hr1", "--file", tmp_path / "answers.yaml")
    assert (said.code, said.out) == (1, "")
    assert firm.review("east1").state == "settle"


@pytest.mark.slow
def test_what_is_answered_and_for_which_unit_must_be_said(firm: Firm, call: Call) -> None:
    assert call("cycle", "calibrate", "2025-Q3", "--unit", "east", "--as", "hr1").code == 2
    assert "several cohorts" in call("cycle", "calibrate", "2025-Q3", "--confirm", "--as", "hr1").err
    assert call("cycle", "calibrate", "2025-Q3", "--unit", "south", "--confirm", "--as", "hr1").code == 1
    assert call("cycle", "calibrate", "2025-Q3", "--unit", "east", "--confirm", "--as", "boss").code == 1


@pytest.mark.slow
def test_a_pool_is_given_until_the_cohort_is_judged(firm: Firm, call: Call) -> None:
    assert "pool: 50.00" in call("cycle", "give", "2025-Q3", "pool=50.00", "--as", "hr1", "--unit", "west").out.replace(
        " (west)", "")
    late = call("cycle", "give", "2025-Q3", "pool=50.00", "--as", "hr1", "--unit", "east")
    assert (late.code, "judged already" in late.err) == (1, True)
    assert call("cycle", "give", "2025-Q3", "pol=5", "--as", "hr1", "--unit", "west").code == 1
    assert call("cycle", "give", "2025-Q3", "pool=5", "--as", "boss", "--unit", "west").code == 1


@pytest.mark.slow
def test_the_history_says_that_the_system_judged_them_together(firm: Firm, call: Call) -> None:
    [line] = [one for one in call("history", "east1", "--as", "hr1").out.splitlines() if "cohort" in one]
    assert line.endswith("judged with its cohort, by the system")
    [line] = [one for one in call("history", "east1", "--as", "hr1", "--lang", "zh").out.splitlines() if "同组" in one]
    assert line.endswith("同组一并评定，系统")


@pytest.mark.slow
def test_who_may_not_see_a_review_hears_no_more_when_she_acts_than_when_she_looks(firm: Firm, call: Call) -> None:
    looked = call("review", "show", "east1", "--as", "west1")
    acted = call("review", "remark", "east1", "hello", "--as", "west1")
    assert (looked.code, looked.err) == (acted.code, acted.err)
    assert call("review", "remark", "east1", "hello", "--as", "hr1", "--dry-run").code == 0
