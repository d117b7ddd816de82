"""Cohorts over HTTP: looked at, settled in one go, and their figures given."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask

from tests.api.calling import Caller, caller, door_of
from tests.api.graded import firm_to_settle
from tests.engine.operations.cohort_firm import Firm


@pytest.fixture
def firm(tmp_path: Path) -> Firm:
    return firm_to_settle(tmp_path)


@pytest.fixture
def app(firm: Firm) -> Flask:
    return door_of(firm.rt)


def wish(firm: Firm, **grades: str) -> dict[str, object]:
    """Confirms all of the east; grades: ref -> another grade, with a comment."""
    refs = [ref for ref in ("east1", "east2", "east3") if ref not in grades]
    plain = [{"review": firm.ids[ref], "outcome": "confirm"} for ref in refs]
    return {"answers": [*plain, *({"review": ref, "outcome": "confirm", "grade": grade, "comment": "as agreed"}
                                  for ref, grade in grades.items())]}


def place(firm: Firm, rest: str = "") -> str:
    return f"/cycles/{firm.cycle}/cohorts{rest}"


def hr_at(app: Flask, firm: Firm) -> Caller:
    return caller(app, firm.rt, "hr1")


@pytest.mark.slow
def test_cohorts_are_listed_and_one_is_told_with_its_reviews(firm: Firm, app: Flask) -> None:
    hr = hr_at(app, firm)
    items = hr.told(place(firm))["items"]
    assert {one["unit"]: (one["members"], one["missing"], one["waiting"]) for one in items} == {
        "east": (3, 0, 3), "west": (1, 1, 0),
    }
    east = hr.told(place(firm, "/east"))
    assert [(one["subject"]["ref"], one["stands"], one["grade"], one["grades"]) for one in east["rows"]] == [
        ("east1", "open", "A", ["A", "B", "C", "D"]), ("east2", "open", "A", ["A", "B", "C", "D"]),
        ("east3", "open", "C", ["A", "B", "C", "D"]),
    ]
    assert any("3 x 40 / 100 = 1.2" in line for line in east["quota"])
    assert hr.get(place(firm, "/south")).status_code == 404


def test_a_batch_is_all_or_nothing_and_done_once(firm: Firm, app: Flask) -> None:
    hr = hr_at(app, firm)
    broken = hr.post(place(firm, "/east/answer"), wish(firm))
    assert (broken.status_code, broken.get_json()["code"]) == (422, "quota_broken")
    assert broken.get_json()["reasons"][1]["values"]["most"] == "1"
    short = hr.post(place(firm, "/east/answer"), {"answers": wish(firm)["answers"][:1]})  # type: ignore[index]
    assert short.get_json()["code"] == "calibration_incomplete"
    assert firm.review("east1").state == "settle"
    tried = hr.post(place(firm, "/east/answer?dry_run=true"), wish(firm, east2="B"))
    assert (tried.status_code, firm.review("east1").state) == (200, "settle")
    first = hr.post(place(firm, "/east/answer"), wish(firm, east2="B"), key="k1")
    again = hr.post(place(firm, "/east/answer"), wish(firm, east2="B"), key="k1")
    assert first.status_code == 200, first.get_json()
    assert first.get_data() == again.get_data()
    assert len(first.get_json()["receipts"]) == 3
    assert firm.grades(["east1", "east2", "east3"]) == ["A", "B", "C"]


@pytest.mark.slow
def test_an_approval_is_said_by_whoever_may_give_it(firm: Firm, app: Flask) -> None:
    assert hr_at(app, firm).post(place(firm, "/east/answer"), {**wish(firm), "approve": True}).status_code == 200


def test_who_may_see_and_who_may_settle(firm: Firm, app: Flask) -> None:
    """hr1 is the control of each."""
    seen = {ref: caller(app, firm.rt, ref) for ref in ("hr1", "au1", "boss", "east1", "west1")}
    assert {ref: one.get(place(firm, "/east")).status_code for ref, one in seen.items()} == {
        "hr1": 200, "au1": 200, "boss": 200, "east1": 200, "west1": 404,
    }
    own = seen["east1"].told(place(firm, "/east"))
    assert [one["subject"]["ref"] for one in own["rows"]] == ["east1"]
    assert (own["hidden"], own["quota"], own["rows"][0]["total"]) == (2, [], None)
    done = {ref: one.post(place(firm, "/east/answer"), wish(firm, east2="B")).status_code for ref, one in
            sorted(seen.items(), key=lambda one: one[0] == "hr1")}
    assert done == {"au1": 403, "boss": 403, "east1": 403, "west1": 404, "hr1": 200}


@pytest.mark.slow
def test_figures_are_given_until_the_cohort_is_judged(firm: Firm, app: Flask) -> None:
    hr, path = hr_at(app, firm), f"/cycles/{firm.cycle}/figures"
    done = hr.post(path, {"figures": {"pool": {"west": 70.5}}})
    assert (done.status_code, done.get_json()["figures"]["units"]["west"]) == (200, {"pool": "70.5"})
    assert hr.post(path, {"figures": {"pool": {"east": "70"}}}).status_code == 422
    assert hr.post(path, {"figures": {"pol": "70"}}).status_code == 422
    assert caller(app, firm.rt, "boss").post(path, {"figures": {"pool": {"west": "1"}}}).status_code == 403
