"""`diff`: two definitions by folder, name or fingerprint, told to people and to programs."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.house.tree import ROOT

Call = Callable[..., Any]
FOLDER = ROOT / "workflows" / "account-manager"


@pytest.fixture
def other(tmp_path: Path) -> Path:
    folder = tmp_path / "other"
    shutil.copytree(FOLDER, folder)
    file = folder / "workflow.yaml"
    old, new = (f"due: {count} working days\n        remind" for count in (10, 5))
    file.write_text(file.read_text("utf-8").replace(old, new), "utf-8")
    return folder


def test_the_same_folder_is_the_same_and_ends_with_0(call: Call) -> None:
    said = call("diff", FOLDER, FOLDER / "workflow.yaml")
    assert said.code == 0
    assert said.out.startswith("No change in meaning; the same fingerprint ")


def test_a_difference_ends_with_1_and_is_said_in_both_languages(call: Call, other: Path) -> None:
    said = call("diff", FOLDER, other)
    assert said.code == 1
    assert "due: 10 working days → 5 working days (stricter); for: Manager" in said.out
    assert "到期：10 个工作日 → 5 个工作日（收紧）；涉及：经理" in call("diff", FOLDER, other, "--lang", "zh").out


def test_a_program_gets_paths_values_and_whom(call: Call, other: Path) -> None:
    found = call("diff", FOLDER, other, "--format", "json").data
    assert found["same"] is False
    assert [(one["path"], one["before"], one["after"], one["whom"]) for one in found["changes"]] == [(
        "workflow.states.set_targets.tasks.propose.due", "10 working days", "5 working days",
        [{"kind": "role", "name": "manager"}],
    )]


def test_scorecards_alone_are_compared_too(call: Call, other: Path) -> None:
    card = other / "scorecard.yaml"
    card.write_text(card.read_text("utf-8").replace("from: 95", "from: 96"), "utf-8")
    said = call("diff", FOLDER / "scorecard.yaml", card)
    assert said.code == 1
    assert "bands A: from: 95 → 96 (stricter)" in said.out


def test_what_cannot_be_compared_ends_with_2(call: Call, other: Path) -> None:
    (other / "workflow.yaml").write_text("workflow: [", "utf-8")
    assert call("diff", FOLDER, other).code == 2
    assert call("diff", FOLDER, "no-such-name").code == 2
