"""A scorecard tried over HTTP: replies as they are described, faults with their lines, jobs that give the same."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import pytest

from api.kit.route import FORM
from api.routes.whatif import WHATIF
from engine.clock import HandClock, parse_instant
from engine.definition.library import folder_of
from engine.definition.validators import of_schemas, validator_of
from engine.operations import jobs
from engine.operations.names import SYSTEM, actor_named
from engine.runtime import Runtime, open_runtime, settings_for
from engine.store import cycles, definitions
from tests.api.calling import Caller, caller, door_of
from tests.conftest import Demo

OWN = (folder_of("account-manager") / "scorecard.yaml").read_text("utf-8")
STRICTER = OWN.replace("{from: 80, gives: B}", "{from: 85, gives: B}")
CYCLE = "/cycles/2025-Q3/whatif"


@pytest.fixture(scope="module")
def rt(demo_played: Demo, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Runtime]:
    folder = tmp_path_factory.mktemp("whatif") / "data"
    shutil.copytree(demo_played.folder, folder)
    made = open_runtime(settings_for(folder, environ={}), HandClock(parse_instant("2026-01-10T09:00:00+08:00")))
    yield made
    made.close()


@pytest.fixture
def hr(rt: Runtime) -> Caller:
    return caller(door_of(rt), rt, "hr1")


SAME_SITE = {"Sec-Fetch-Site": "same-origin"}


def shown(hr: Caller, path: str, body: Any, **headers: str) -> str:
    """A page's form handed in, as a browser of the same site does it."""
    sent = {**SAME_SITE, **headers}
    fields = {"_key": ["one"], **body}
    reply = hr.ask("POST", path, None, sent, data=urlencode(fields, doseq=True), content_type=FORM)
    assert reply.status_code == 200, reply.text
    return reply.text


def test_the_reply_is_as_described_and_a_cycle_by_its_own_card_moves_nobody(hr: Caller) -> None:
    assert not list(of_schemas().iter_errors(WHATIF))
    for text, moved in ((OWN, 0), (STRICTER, 5)):
        reply = hr.post(CYCLE, {"scorecard": text}, key=None)
        assert reply.status_code == 200, reply.text
        found = json.loads(reply.data)
        assert [error.message for error in validator_of(WHATIF).iter_errors(found)] == []
        assert (found["count"]["reviews"], found["count"]["moved"], len(found["weights"])) == (40, moved, 7)


def test_a_scorecard_with_faults_is_answered_by_all_of_them(hr: Caller) -> None:
    reply = hr.post(CYCLE, {"scorecard": OWN.replace("weights_sum: 100", "weights_sum: 90")}, key=None)
    assert reply.status_code == 422
    problems = json.loads(reply.data)["problems"]
    assert {(one["file"], one["level"]) for one in problems} == {("scorecard.yaml", "error")}
    assert any("90" in one["text"] and "100" in one["text"] for one in problems)
    for body in ({}, {"scorecard": OWN, "definition": "2"}, {"definition": "77"}, {"scorecard": ""}):
        assert hr.post(CYCLE, body, key=None).status_code in (404, 422)


@pytest.mark.slow
def test_a_job_gives_what_the_request_gives_and_its_page_shows_it(rt: Runtime, hr: Caller) -> None:
    made = hr.post("/jobs", {"kind": "whatif", "whatif": {"cycle": "2025-Q3", "scorecard": STRICTER}})
    assert made.status_code == 202, made.text
    job = json.loads(made.data)["id"]
    assert hr.get(f"/jobs/{job}/whatif").status_code == 404
    jobs.run_jobs(rt, rt.clock.now(), 60)
    kept = json.loads(hr.get(f"/jobs/{job}/whatif").data)
    assert kept == json.loads(hr.post(CYCLE, {"scorecard": STRICTER}, key=None).data)
    page = hr.get(f"//definitions/whatif/{job}")
    assert page.status_code == 200
    assert "B → C" in page.text
    assert caller(door_of(rt), rt, "hr2").get(f"/jobs/{job}/whatif").status_code == 404


@pytest.mark.slow
def test_the_editor_s_texts_are_tried_and_come_back(rt: Runtime, hr: Caller) -> None:
    with rt.database.read() as tx:
        sources = dict(definitions.list_all(tx)[0].sources)
    texts = {f"file:{name}": [text] for name, text in sources.items() if name != "calendar.json"}
    texts["file:scorecard.yaml"] = [STRICTER]
    text = shown(hr, "//definitions/whatif", {"cycle": ["2025-Q3"], **texts})
    assert "{from: 85, gives: B}" in text
    assert "B → C" in text
    assert "等级分布" in shown(hr, "//definitions/whatif", {"cycle": ["2025-Q3"], "_key": ["2"], **texts}, Cookie="x=y",
                               **{"Accept-Language": "zh"})
    named = {"file:workflow.yaml": ["scorecard: other.yaml"]}
    for key, body in (("4", {}), ("5", texts), ("6", {"cycle": ["2025-Q3"], **named})):
        fields = urlencode({"_key": [key], **body}, doseq=True)
        lacking = hr.ask("POST", "//definitions/whatif", None, SAME_SITE, data=fields, content_type=FORM)
        assert lacking.status_code == 422
    assert "other.yaml" in lacking.text
    texts["file:scorecard.yaml"] = [OWN.replace("weights_sum: 100", "weights_sum: 90")]
    fields = urlencode({"_key": ["3"], "cycle": ["2025-Q3"], **texts}, doseq=True)
    wrong = hr.ask("POST", "//definitions/whatif", None, SAME_SITE, data=fields, content_type=FORM)
    assert wrong.status_code == 422
    assert "weights_sum" in wrong.text


def test_the_page_proposes_a_cycle_that_has_results_and_names_it_where_there_are_none(rt: Runtime, hr: Caller) -> None:
    with rt.database.read() as tx:
        name = definitions.list_all(tx)[0].fingerprint
        periods = {one.period: one.id for one in cycles.list_all(tx)}
    assert f'value="{periods["2025-Q3"]}" selected' in hr.get("//definitions/whatif", of=name).text
    reply = hr.post(f"/cycles/{periods['2025-Q4']}/whatif", {"scorecard": OWN}, key=None)
    told = json.loads(reply.data)
    assert (reply.status_code, told["code"]) == (422, "WI022")
    assert "2025-Q4" in reply.text
    assert periods["2025-Q4"] not in told["detail"]


@pytest.mark.slow
def test_a_large_cycle_is_a_job_of_the_page_too(hr: Caller, rt: Runtime, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("api.pages.views.whatif.TRIED_MAX", 39)
    with rt.database.read() as tx:
        name = definitions.list_all(tx)[0].fingerprint
    fields = urlencode({"_key": ["4"], "cycle": ["2025-Q3"], "of": [name]}, doseq=True)
    reply = hr.ask("POST", "//definitions/whatif", None, SAME_SITE, data=fields, content_type=FORM)
    assert reply.status_code == 303
    place = reply.headers["Location"]
    assert "progress" in hr.get(f"/{place}").text
    jobs.run_jobs(rt, rt.clock.now(), 60)
    assert "Nobody&#39;s grade moves" in hr.get(f"/{place}").text
    assert jobs.jobs_page(rt, actor_named(rt, "hr1")).items[0].kind == "whatif"
    assert SYSTEM.person is None
