"""`simulate`: what was met, what never is, how long it takes; in both languages and for machines."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from engine.words.book import LANGS, say
from tests.house.tree import ROOT

Call = Callable[..., Any]
FOLDER = ROOT / "workflows" / "satisfaction-programme"
PEOPLE = FOLDER / "sample" / "people.csv"


@pytest.mark.parametrize("lang", LANGS)
def test_a_sound_workflow_is_met_as_a_whole(call: Call, lang: str) -> None:
    said = call("simulate", FOLDER, "--lang", lang)
    assert said.code == 0
    assert say(lang, "simulate.whole") in said.out
    assert re.search(r"\b9 of 9\b|9/9", said.out)
    assert say(lang, "simulate.paths") not in said.out.splitlines()


def test_paths_are_shown_when_asked_for_and_machines_get_them_as_data(call: Call) -> None:
    told = call("simulate", FOLDER / "workflow.yaml", "--paths").out
    data = call("simulate", FOLDER, "--paths", "--format", "json").data
    (found,) = data["workflows"]
    assert data["whole"] is found["whole"] is True
    assert found["coverage"]["states"] == {"met": 9, "all": 9}
    assert len(found["paths"]) == sum(" → " in line for line in told.splitlines())
    assert all(path["ended"] for path in found["paths"])
    assert found["lengths"]["longest"] == {"days": 247, "until": "2026-06-30"}


def test_real_people_take_the_place_of_invented_ones(call: Call) -> None:
    said = call("simulate", FOLDER, "--people", PEOPLE)
    assert said.code == 0
    assert say("en", "simulate.somebody") not in said.out
    assert call("simulate", FOLDER, "--people", PEOPLE, "--for", "nobody").code == 1
    assert call("simulate", FOLDER, "--for", "nobody").code == 2


def test_the_period_is_one_of_the_workflow(call: Call) -> None:
    assert "in 2026-H1" in call("simulate", FOLDER, "--period", "2026-H1").out
    said = call("simulate", FOLDER, "--period", "2026-Q1")
    assert (said.code, "2026-Q1" in said.err) == (2, True)
    assert call("simulate", FOLDER, "--period", "soon").code == 2


def test_what_is_no_sound_workflow_is_not_played(call: Call, tmp_path: Path) -> None:
    assert call("simulate", tmp_path).code == 2
    (tmp_path / "workflow.yaml").write_text("workflow: x\n", "utf-8")
    said = call("simulate", tmp_path)
    assert said.code == 1
    assert "SH002" in said.err
    assert said.out == ""


def test_what_is_never_met_ends_in_a_refusal(call: Call, tmp_path: Path) -> None:
    text = (FOLDER / "workflow.yaml").read_text("utf-8")
    for name in ("scorecard.yaml", *(f"forms/{file.name}" for file in FOLDER.glob("forms/*.json"))):
        target = tmp_path / name
        target.parent.mkdir(exist_ok=True)
        target.write_bytes((FOLDER / name).read_bytes())
    step = "    deadline: {in: 15 working days, to: closed}\n"
    steps = "    deadline: [{in: 15 working days, to: closed}, {in: 16 working days, to: closed}]\n"
    (tmp_path / "workflow.yaml").write_text(text.replace(step, steps), "utf-8")
    said = call("simulate", tmp_path)
    line = text[: text.index(step)].count("\n") + 1
    assert said.code == 1
    assert f"workflow.yaml:{line} step 2 of the deadline of “Adjust the strategy”" in said.out
    assert say("en", "simulate.whole") not in said.out
