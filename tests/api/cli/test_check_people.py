"""`check --people`: a workflow beside the people of a file, in all formats, and how it ends."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.house.tree import ROOT

SHIPPED = ROOT / "workflows" / "customer-indicators"
ACCOUNTS = ROOT / "workflows" / "account-manager"
PEOPLE = SHIPPED / "sample" / "people.csv"


def test_people_who_can_do_it_end_well(call: Callable[..., Any]) -> None:
    said = call("check", ACCOUNTS, "--people", ACCOUNTS / "sample" / "people.csv", "--for", "am01", "--for", "am02")
    assert (said.code, said.err) == (0, "")
    assert "Errors: 0, warnings: 0" in said.out


def test_a_boss_of_nobody_lacks_a_manager_and_it_is_said_where_and_for_whom(call: Callable[..., Any]) -> None:
    said = call("check", SHIPPED, "--people", PEOPLE, "--for", "gm")
    assert said.code == 1
    line = next(one for one in said.out.splitlines() if "PC002" in one)
    assert line.startswith(f"{SHIPPED}/workflow.yaml:")
    assert "`manager`" in line
    assert "gm (1/1)" in line


@pytest.mark.slow
def test_the_same_is_told_to_programs_and_to_github(call: Callable[..., Any]) -> None:
    told = json.loads(call("check", SHIPPED, "--people", PEOPLE, "--for", "gm", "--format", "json").out)
    (one,) = [one for one in told if one["code"] == "PC002"]
    assert (one["level"], one["file"]) == ("error", f"{SHIPPED}/workflow.yaml")
    github = call("check", SHIPPED, "--people", PEOPLE, "--for", "gm", "--format", "github").out
    assert f"::error file={SHIPPED}/workflow.yaml,line={one['line']}" in github


def test_faults_of_the_file_are_told_in_the_file(call: Callable[..., Any], tmp_path: Path) -> None:
    file = tmp_path / "people.csv"
    file.write_text("ref,kind,name,manager\na1,employee,Ann,b1\nb1,employee,Bob,a1\n", "utf-8")
    said = call("check", SHIPPED, "--people", file)
    assert said.code == 1
    assert f"{file}:2:1" in said.out
    assert "IM027" in said.out  # they would lead themselves


def test_whom_without_people_and_whom_nobody_knows_are_refused(call: Callable[..., Any]) -> None:
    alone = call("check", SHIPPED, "--for", "gm")
    assert alone.code == 2
    assert "--people" in alone.err
    unknown = call("check", SHIPPED, "--people", PEOPLE, "--for", "nobody-at-all")
    assert unknown.code != 0
    assert "nobody-at-all" in unknown.err
    assert "Traceback" not in unknown.err


@pytest.mark.slow
def test_people_are_asked_for_only_where_the_workflow_is_sound(call: Callable[..., Any], tmp_path: Path) -> None:
    folder = Path(shutil.copytree(SHIPPED, tmp_path / "own"))
    file = folder / "workflow.yaml"
    file.write_text(file.read_text("utf-8").replace("initial: set_targets", "initial: set_target"), "utf-8")
    said = call("check", folder, "--people", PEOPLE)
    assert "WF011" in said.out
    assert "PC0" not in said.out
