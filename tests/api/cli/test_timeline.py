"""`timeline`: the dates of one person's review, from a folder and a file of people, for people and for programs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.house.tree import ROOT

Call = Callable[..., Any]
FOLDER = ROOT / "workflows" / "account-manager"
PEOPLE = FOLDER / "sample" / "people.csv"
AM01 = ("timeline", FOLDER, "--for", "am01", "--from", "2025-07-01", "--people", PEOPLE)


def test_a_person_sees_her_own_tasks_and_the_holidays_between(call: Call) -> None:
    said = call(*AM01, "--view", "late")
    assert said.code == 0
    assert "Wed 2025-09-17  “Rate yourself” is due" in said.out
    assert "Wed 2025-10-01  National Day, Mid-Autumn Festival: 8 days off, to Wed 2025-10-08" in said.out
    assert "Write the evaluation" not in said.out


def test_the_whole_names_everybody_who_is_asked(call: Call) -> None:
    said = call(*AM01, "--whole", "--lang", "zh", "--view", "late")
    assert "2025-07-10 周四  “提出目标与权重”提醒" in said.out
    assert "经理：刘国华" in said.out
    assert "人事：方慧、钱斌" in said.out


def test_a_program_gets_instants_days_and_both_courses(call: Call) -> None:
    found = call(*AM01, "--role", "manager", "--format", "json").data
    assert [one["view"] for one in found["courses"]] == ["quick", "late"]
    due = [one for one in found["courses"][1]["dates"] if one["kind"] == "due" and one["task"] == "propose"]
    assert [(one["day"], one["at"]) for one in due] == [("2025-07-15", "2025-07-15T16:00:00.000000Z")]
    assert found["courses"][1]["breaks"][0]["days"] == 8


def test_a_detour_is_taken_when_it_is_asked_for(call: Call) -> None:
    assert "Improvement plan begins" not in call(*AM01).out
    assert "Improvement plan begins" in call(*AM01, "--via", "improvement").out


@pytest.mark.parametrize(
    ("more", "code"),
    [
        (("timeline",), 2), (("timeline", FOLDER, "--for", "am01"), 2),
        ((*AM01[:4], "--from", "soon", "--people", PEOPLE), 2),
        ((*AM01[:2], "--for", "nobody", *AM01[4:]), 1), ((*AM01, "--via", "nowhere"), 1),
        ((*AM01, "--period", "2025-07"), 1), (("timeline", "--review", "am01"), 1),
    ],
)
def test_what_cannot_be_told_is_said_in_a_sentence(call: Call, more: tuple[object, ...], code: int) -> None:
    said = call(*more)
    assert said.code == code
    assert said.err.strip()
