"""`check`: what it accepts, what it says, how it ends."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.house.tree import ROOT

SHIPPED = ROOT / "workflows" / "account-manager"


@pytest.fixture
def own(tmp_path: Path) -> Path:
    return Path(shutil.copytree(SHIPPED, tmp_path / "own", ignore=shutil.ignore_patterns("sample")))


def broken(folder: Path, old: str, new: str) -> Path:
    file = folder / "workflow.yaml"
    text = file.read_text("utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), "utf-8")
    return folder


@pytest.mark.parametrize("path", ["", "workflow.yaml", "scorecard.yaml"])
def test_a_folder_a_workflow_and_a_lone_scorecard_are_checked(call: Callable[..., Any], path: str) -> None:
    said = call("check", SHIPPED / path)
    assert (said.code, said.err) == (0, "")
    assert "Errors: 0" in said.out


def test_a_folder_of_workflows_is_checked_with_all_that_is_in_it(call: Callable[..., Any], own: Path) -> None:
    (own.parent / "lone.yaml").write_text("scorecard: lone\nversion: 1\nlanguage: 1\nnonsense: 1\n", "utf-8")
    said = call("check", own.parent)
    assert said.code == 1
    assert "Checked: 2." in said.out
    assert "lone.yaml:4:1" in said.out


def test_a_mistake_is_shown_with_its_place_a_caret_and_exit_1(call: Callable[..., Any], own: Path) -> None:
    said = call("check", broken(own, "initial: set_targets", "initial: set_target"))
    assert said.code == 1
    assert f"{own}/workflow.yaml:" in said.out
    assert "^" in said.out
    assert "set_targets" in said.out


def test_json_is_a_list_of_problems_and_nothing_else(call: Callable[..., Any], own: Path) -> None:
    said = call("check", broken(own, "initial: set_targets", "initial: set_target"), "--format", "json")
    found = json.loads(said.out)
    assert said.code == 1
    assert {"file", "line", "column", "level", "code", "message"} <= found[0].keys()
    assert call("check", SHIPPED, "--format", "json").data == []


def test_github_gets_annotations(call: Callable[..., Any], own: Path) -> None:
    said = call("check", broken(own, "initial: set_targets", "initial: set_target"), "--format", "github")
    assert said.out.startswith("::error file=")


def test_a_warning_is_said_and_is_no_error(call: Callable[..., Any], own: Path) -> None:
    said = call("check", broken(own, "stage: evaluate\n", "stage: evaluate\n    gathers: cohort\n"), "--format", "json")
    assert said.code == 0
    assert {(problem["level"], problem["code"]) for problem in said.data} == {("warning", "WF146")}


def test_nothing_to_check_is_a_misuse(call: Callable[..., Any], tmp_path: Path) -> None:
    assert call("check", tmp_path).code == 2
    assert call("check", tmp_path / "not-there").code == 2


@pytest.mark.parametrize("text", ["", "x", "[1, 2]", "\t", "workflow: x\nworkflow: y\n", "a: &a [*a, *a]\n", "\x00"])
def test_any_text_gives_problems_never_a_fault_of_ours(call: Callable[..., Any], tmp_path: Path, text: str) -> None:
    for name in ("workflow.yaml", "card.yaml"):
        (tmp_path / name).write_text(text, "utf-8")
        assert call("check", tmp_path / name).code == 1


def test_chinese_is_spoken(call: Callable[..., Any]) -> None:
    assert "已检查 1 项" in call("check", SHIPPED, "--lang", "zh").out
