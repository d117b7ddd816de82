"""The page of a cohort: one table, one button; a refused batch says what breaks and keeps what was typed."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest
from flask import Flask

from tests.api.calling import door_of
from tests.api.graded import firm_to_settle
from tests.api.pages.reading import Person, filled, read, signed_in
from tests.api.pages.test_places import faults_in
from tests.engine.operations.cohort_firm import Firm


@pytest.fixture
def firm(tmp_path: Path) -> Firm:
    return firm_to_settle(tmp_path)


@pytest.fixture
def app(firm: Firm) -> Flask:
    return door_of(firm.rt)


def place(firm: Firm, unit: str = "east") -> str:
    return f"/cycles/{firm.cycle}/cohort?unit={unit}"


def typed(firm: Firm, **refs: Mapping[str, str]) -> dict[str, str]:
    return {f"answers.{firm.ids[ref]}.{part}": text for ref, parts in refs.items() for part, text in parts.items()}


def person(firm: Firm, app: Flask, ref: str, lang: str = "en") -> Person:
    return signed_in(app, firm.rt, ref, lang)


@pytest.mark.slow
def test_a_cohort_is_settled_with_one_button(firm: Firm, app: Flask) -> None:
    hr = person(firm, app, "hr1")
    page = hr.get(place(firm))
    assert "3 x 40 / 100 = 1.2" in page.text
    assert [one.text for one in page.all("th", scope="row")] == ["East1 east1", "East2 east2", "East3 east3"]
    done = hr.hand_in(page, typed(firm, east2={"grade": "B", "comment": "two of three"}))
    assert (done.status_code, done.headers["Location"]) == (303, f"/cycles/{firm.cycle}/cohort?unit=east&done=settled")
    assert firm.grades(["east1", "east2", "east3"]) == ["A", "B", "C"]
    after = hr.get(done.headers["Location"])
    assert "all of the cohort have gone on" in after.text
    assert not any(one.text.startswith("Settle") for one in after.all("button"))


def test_a_refused_batch_says_what_breaks_at_its_place_and_keeps_what_was_typed(firm: Firm, app: Flask) -> None:
    hr = person(firm, app, "hr1")
    page = hr.get(place(firm))
    wished = typed(firm, east2={"grade": "B"}, east3={"comment": "thorough work"})
    refused = hr.hand_in(page, wished)
    assert refused.status_code == 422
    again = read(refused.get_data(as_text=True))
    assert filled(next(one for one in again.all("form") if "cohort" in one["action"])).items() >= wished.items()
    field = again.first("input", name=f"answers.{firm.ids['east2']}.comment")
    assert field["aria-invalid"] == "true"
    assert firm.review("east1").state == "settle"
    broken = hr.hand_in(again, typed(firm, east2={"grade": ""}))
    assert "A: 2 of 3, at most 1; 1 too many" in read(broken.get_data(as_text=True)).text
    assert hr.hand_in(again, {**typed(firm, east2={"grade": ""}), "approve": "yes"}).status_code == 303


@pytest.mark.slow
def test_a_review_without_a_decision_is_named(firm: Firm, app: Flask) -> None:
    hr = person(firm, app, "hr1")
    refused = hr.hand_in(hr.get(place(firm)), typed(firm, east3={"outcome": ""}))
    assert (refused.status_code, "missing for: east3" in read(refused.get_data(as_text=True)).text) == (422, True)


@pytest.mark.slow
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_page_is_whole_in_both_languages(firm: Firm, app: Flask, lang: str) -> None:
    hr = person(firm, app, "hr1", lang)
    for path in (place(firm), place(firm, "west"), f"/cycles/{firm.cycle}/cohort"):
        assert faults_in(hr.get(path), lang) == []


@pytest.mark.slow
def test_who_settles_nothing_sees_no_button_and_what_is_hidden_is_counted(firm: Firm, app: Flask) -> None:
    subject = person(firm, app, "east1").get(place(firm))
    assert "2 reviews of this cohort are not yours to read." in subject.text
    assert not any(one.text.startswith("Settle") for one in subject.all("button"))
    assert "98" not in subject.text
    auditor = person(firm, app, "au1").get(place(firm))
    assert "3 x 40 / 100 = 1.2" in auditor.text
    assert not any(one.text.startswith("Settle") for one in auditor.all("button"))
    person(firm, app, "east1").get(place(firm, "west"), 404)


def test_my_work_has_one_line_for_a_cohort(firm: Firm, app: Flask) -> None:
    work = person(firm, app, "hr1").get("/")
    links = [one["href"] for one in work.all("a", class_="button small second")]
    assert links == [place(firm)]
    assert "east: 3 reviews graded together" in work.text
    assert person(firm, app, "hr1").get(f"/cycles/{firm.cycle}").has("a", href=f"/cycles/{firm.cycle}/cohort")


@pytest.mark.slow
def test_the_task_of_one_review_leads_to_where_all_are_settled(firm: Firm, app: Flask) -> None:
    hr = person(firm, app, "hr1")
    task = next(one for one in firm.review("east1").tasks if one.name == "confirm" and one.status == "open")
    led = hr.ask(f"/reviews/{firm.ids['east1']}/tasks/{task.id}", 303)
    assert led.headers["Location"] == f"/cycles/{firm.cycle}/cohort"
