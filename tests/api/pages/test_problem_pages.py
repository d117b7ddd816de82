"""The page of a code: what is wrong and what is right, in both languages, and the way to it from the editor."""

from __future__ import annotations

from collections.abc import Callable

from flask import Flask

from engine.definition.library import folder_of
from tests.api.pages.reading import Person, read
from tests.api.pages.test_places import faults_in

Sit = Callable[..., Person]


def test_a_page_shows_wrong_and_right_lines_and_leads_on(sit: Sit) -> None:
    for lang, wrong in (("en", "This is wrong"), ("zh", "这样写不对")):
        page = sit("m1", lang).get("/problems/WF053")
        assert faults_in(page, lang) == []
        assert page.first("h1").text == "WF053"
        assert wrong in page.text
        before, after = (one.text for one in page.all("pre"))
        assert "again: {to: collect}" in before
        assert "again: {to: collect, times: 1}" in after
        assert page.has("a", href="/problems/WF054")
        assert page.has("a", href="/problems/WF052")


def test_a_page_without_an_example_is_whole_and_an_unknown_code_is_not_there(sit: Sit) -> None:
    person = sit("a1", "zh")
    for code in ("WF001", "not_your_task", "http.bad_json", "wf053"):
        assert faults_in(person.get(f"/problems/{code}"), "zh") == []
    person.get("/problems/WF999", 404)


def test_a_problem_in_the_editor_leads_to_its_page(sit: Sit) -> None:
    folder = folder_of("account-manager")
    files = {name: (folder / name).read_text("utf-8") for name in ("workflow.yaml", "scorecard.yaml")}
    files["workflow.yaml"] = files["workflow.yaml"].replace("initial: set_targets", "initial: set_target")
    person = sit("hr1")
    page = person.get("/definitions/edit")
    typed = {f"file:{name}": text for name, text in files.items()}
    found = read(person.hand_in(page, typed, "_check", "write").get_data(as_text=True))
    link = found.first("a", href="/problems/WF011")
    assert link["target"] == "_blank", "what was typed is not left behind"


def test_the_door_for_programs_gives_the_page_too(app: Flask) -> None:
    told = app.test_client().get("/api/v1/problems/sc065", headers={"Accept-Language": "zh"}).get_json()
    assert told["code"] == "SC065"
    assert told["type"] == "/api/v1/problems/SC065"
    assert told["status"] is None
    assert "权重" in told["why"]
    assert told["example"]["right"][0]["lines"]
    plain = app.test_client().get("/api/v1/problems/not_your_task").get_json()
    assert (plain["status"], plain["example"], plain["why"]) == (403, None, "")
    assert app.test_client().get("/api/v1/problems/WF999").status_code == 404
