"""`init`: a copy that is HR's own, sound from the first moment."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any


def test_the_copy_is_checked_without_a_problem(call: Callable[..., Any], tmp_path: Path) -> None:
    said = call("init", tmp_path / "my-cycle", "--from", "account-manager")
    assert said.code == 0
    assert str(tmp_path / "my-cycle") in said.out
    assert call("check", tmp_path / "my-cycle").code == 0


def test_a_folder_that_is_there_is_left_alone(call: Callable[..., Any], tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "workflow.yaml").write_text("precious\n")
    assert call("init", tmp_path / "mine").code == 1
    assert (tmp_path / "mine" / "workflow.yaml").read_text() == "precious\n"


def test_an_unknown_workflow_is_refused_and_those_shipped_are_named(call: Callable[..., Any], tmp_path: Path) -> None:
    said = call("init", tmp_path / "x", "--from", "acount-manager")
    assert said.code == 1
    assert "account-manager" in said.err
