"""The published schemas: sound themselves, and each key of the workflow's is read by the builder."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from engine.definition.library import WORKFLOWS, copy_workflow, schema_text
from engine.definition.schema import check_shape
from engine.definition.source import read_yaml
from engine.definition.validators import of_schemas
from engine.errors import InputError, NotFound
from tests.engine.definition.shipped import REFERENCE

NAMES = ("workflow", "scorecard", "examples")


@pytest.mark.parametrize("name", NAMES)
def test_a_schema_is_sound(name: str) -> None:
    assert list(of_schemas().iter_errors(json.loads(schema_text(name)))) == []


@pytest.mark.parametrize("name", NAMES)
def test_the_shipped_files_fit_their_schema(name: str) -> None:
    files = sorted(WORKFLOWS.glob(f"*/{name}.yaml"))
    assert files
    for file in files:
        document, problems = read_yaml(file.read_bytes(), str(file))
        assert document is not None
        assert problems == ()
        assert check_shape(document, name) == ()


def test_a_file_that_does_not_fit_is_told() -> None:
    document, _ = read_yaml("examples: x\nlanguage: 1\nlist: [{exampel: a}]\n", "e.yaml")
    assert document is not None
    assert [(one.line, one.code) for one in check_shape(document, "examples")] == [(3, "SH001"), (3, "SH013")]


@pytest.mark.parametrize("name", ["account_manager", "improvement_programme"])
def test_the_references_have_the_shape(name: str) -> None:
    document, _ = read_yaml((REFERENCE / name / "workflow.yaml").read_bytes(), name)
    assert document is not None
    assert check_shape(document) == ()


def test_an_unknown_key_of_a_union_is_told_by_its_branch() -> None:
    text = (REFERENCE / "account_manager" / "workflow.yaml").read_text("utf-8").replace("{else: re_adjust}", "{els: x}")
    document, _ = read_yaml(text, "w.yaml")
    assert document is not None
    found = check_shape(document)
    assert ("els", "else") in {(one.values.get("word"), one.values.get("nearest")) for one in found}


def test_a_comma_that_cut_a_condition_is_told_as_that() -> None:
    text = (REFERENCE / "account_manager" / "workflow.yaml").read_text("utf-8")
    document, _ = read_yaml(text.replace("if: improvement_plan,", "if: max(total, 3) > 60,"), "w.yaml")
    assert document is not None
    assert "SH010" in {one.code for one in check_shape(document)}


def test_a_copy_of_a_shipped_workflow_is_one_s_own(tmp_path: Path) -> None:
    made = copy_workflow("account-manager", tmp_path / "mine")
    assert (made / "workflow.yaml").is_file()
    with pytest.raises(InputError):
        copy_workflow("account-manager", made)
    with pytest.raises(NotFound):
        copy_workflow("no-such-workflow", tmp_path / "other")
