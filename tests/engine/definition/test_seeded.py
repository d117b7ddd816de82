"""Two seeded defects for every code of workflows, files, forms and people: each is told with its code at its line."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from engine.definition.forms import check_form, read_form
from engine.definition.library import folder_of
from engine.definition.reader import read_definition, read_texts
from engine.operations.code_examples import examples
from engine.words.book import sentences
from tests.engine.definition.seeding import (
    ANSWERS,
    PEOPLE,
    SEEDED,
    Defect,
    damaged,
    defects,
    listed,
    of_people,
    some_at_once,
    sound,
    told,
)
from tests.engine.definition.shipped import data_of
from tests.house.tree import ROOT

CODE = re.compile(r"(YM|SH|WF|FM|PC|SC|EX)[0-9]{3}")
CARDS = ROOT / "tests" / "rules" / "scorecard" / "broken"
"""Each file has its code in its name, and the line and the text that is told in its head."""


FEW = 20
"""Every so-many-th defect is tried each time, all of them among the slow tests."""


@pytest.mark.parametrize("defect", some_at_once(defects(), FEW), ids=lambda one: one.name)
def test_a_seeded_defect_is_told_with_its_code_at_its_line(defect: Defect) -> None:
    _, file, line = damaged(defect)
    found = [(one.file, one.line) for one in told(defect) if one.code == defect.code]
    assert (file, line) in found


@pytest.mark.parametrize("workflow", sorted({one.workflow for one in defects()}))
def test_without_a_defect_no_code_is_told(workflow: str) -> None:
    texts = {name: text for name, text in sound(workflow).items() if name != PEOPLE}
    assert read_texts(texts).problems == ()


def answers() -> list[dict[str, Any]]:
    return listed(SEEDED / f"{ANSWERS}.yaml")


def form_of(entry: Mapping[str, Any]) -> Mapping[str, Any]:
    named = entry["form"]
    if isinstance(named, str):
        workflow, _, file = named.partition("/")
        text = (folder_of(workflow) / file).read_text(encoding="utf-8")
    else:
        text = json.dumps(named, default=int)
    schema, problems = read_form(text, "form.json")
    assert schema is not None, problems
    return schema


@pytest.mark.parametrize("place", range(len(answers())))
def test_an_answer_that_does_not_fit_is_told_with_its_code_at_its_place(place: int) -> None:
    entry = answers()[place]
    form, path = form_of(entry), [str(step) for step in entry["path"]]
    assert check_form(form, entry["sound"]) == ()
    found = [(fault.code, [str(step) for step in fault.path]) for fault in check_form(form, entry["answer"])]
    assert (entry["code"], path) in found


def test_a_folder_without_a_workflow_is_told(tmp_path: Path) -> None:
    assert [(one.code, one.line) for one in read_definition(tmp_path).problems] == [("WF001", 1)]
    assert [(one.code, one.line) for one in read_texts({"scorecard.yaml": ""}).problems] == [("WF001", 1)]


def elsewhere() -> dict[str, str]:
    """Codes whose two defects are not seeded here, each with the reason or the test that has them."""
    found = data_of((SEEDED / "elsewhere.txt").read_text(encoding="utf-8"))
    assert isinstance(found, dict)
    return {code: str(reason) for code, reason in found.items()}


def test_every_code_has_two_seeded_defects_or_a_reason() -> None:
    seeded = Counter(one.code for one in (*defects(), *of_people())) + Counter(one["code"] for one in answers())
    # Of scorecards and expressions one stands beside the rules' own tests, the other on the code's page.
    seeded += Counter(path.name[:5] for path in CARDS.glob("*.yaml"))
    seeded += Counter(code for family in ("SC", "EX") for code in examples(family))
    codes = {code for code in sentences("en") if CODE.fullmatch(code)}
    assert {code for code in codes if seeded[code] < 2} == elsewhere().keys()
    assert all(len(reason) > 20 for reason in elsewhere().values())


def test_a_defect_is_found_by_its_change_alone() -> None:
    """The control: with the change undone, the same look finds nothing."""
    for defect in (*defects()[:3], *defects()[-3:]):
        texts = {name: text for name, text in sound(defect.workflow).items() if name != PEOPLE}
        assert defect.code in {one.code for one in told(defect)}
        assert defect.code not in {one.code for one in read_texts(texts).problems}
