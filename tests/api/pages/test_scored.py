"""A score as its page has it: parts under their group, nothing that does not concern the person, figures together."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from api.pages.saying import Saying
from api.pages.scored import near, scored
from api.pages.views.review import FIGURES_LOOSE, figures_of
from engine.definition.reader import read_definition

WORKFLOWS = Path(__file__).parents[3] / "workflows"
NOW = datetime(2026, 2, 3, tzinfo=UTC)


def saying(name: str, lang: str = "en") -> Saying:
    found = read_definition(WORKFLOWS / name)
    assert found.definition is not None, found.problems
    return Saying(lang, found.definition, NOW)


def row(**known: Any) -> dict[str, Any]:
    return {"value": None, "target": None, "score": "80.00", "weight": "1", "contribution": "80", **known}


def step(name: str) -> dict[str, Any]:
    return {"step": "metrics", "name": name, "title": {"en": name.upper()}}


def test_parts_stand_under_their_group_whenever_they_were_computed() -> None:
    names = ["a.x.p", "a.x", "a.y", "a", "b"]
    result = {"metrics": {name: row() for name in names}, "trace": [step(name) for name in names]}
    found = scored(saying("account-manager"), result).metrics
    assert [(one.title, one.depth, one.group) for one in found] == [
        ("A", 0, True), ("A.X", 1, True), ("A.X.P", 2, False), ("A.Y", 1, False), ("B", 0, False),
    ]  # fmt: skip


def test_what_a_person_is_not_judged_by_is_left_out_but_what_is_missing_is_not() -> None:
    metrics = {"a": row(), "gone": row(score=None), "not_mine": row(score=None), "old": row()}
    result = {"metrics": metrics, "trace": [step("a"), step("gone")]}
    assert [one.title for one in scored(saying("account-manager"), result).metrics] == ["A", "GONE", "old"]
    assert len(scored(saying("account-manager"), {"metrics": metrics}).metrics) == 4  # stored without its way


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("26/15", "≈\N{NO-BREAK SPACE}1.73"), ("-100/3", "≈\N{NO-BREAK SPACE}-33.33"), ("12.5", "12.5"),
        ("yes/no", "yes/no"), ("", ""),
    ],
)  # fmt: skip
def test_a_quotient_is_shown_with_two_places_and_marked(text: str, shown: str) -> None:
    assert near(text) == shown


def test_rows_of_a_list_and_many_values_of_a_figure_stand_together() -> None:
    said = saying("service-monitoring")
    rows = [("checks", "2025-07", f"ref=K-{number}; points=9{number}; serious=false", "checks") for number in range(3)]
    many = [("first_response_s", "2025-07", str(number), "cases") for number in range(FIGURES_LOOSE + 1)]
    few = [("first_response_s", "2025-08", "7", "cases")] * 2
    view: Any = SimpleNamespace(figures=[*rows, *many, *few])
    found = figures_of(said, view)
    assert [len(one["rows"] or ()) for one in found] == [3, FIGURES_LOOSE + 1, 0, 0]
    assert (found[2]["value"], found[2]["unit"]) == ("7", "s")


def test_a_measured_value_has_commas_and_its_unit() -> None:
    said = saying("account-manager")
    assert said.measured("sales", "2388375") == "2,388,375\N{NO-BREAK SPACE}CNY"
    assert said.measured("nothing_known", "12") == "12"
