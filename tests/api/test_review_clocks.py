"""A review held, put off, moved on, given on and taken back over HTTP: keys, revisions, trials, refusals, days."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from engine.definition.library import folder_of
from engine.operations.cycles import OpenCycle, Population, open_cycle, progress
from engine.operations.definitions import Approve, Propose, approve, propose
from tests.api.calling import Caller, caller
from tests.promises.organisation import World

Made = Callable[[str], Caller]
FAR = "2026-03-31"
TARGETS = {"targets": {"sales.target": "95"}, "form": {"colleagues": ["a2", "a4", "a5"]}}


@pytest.fixture
def who(app: Flask, world: World) -> Made:
    """Gives the person with a token."""
    return lambda ref: caller(app, world.rt, ref)


@pytest.fixture
def row(world: World) -> str:
    """The manager's open task in a1's review."""
    return world.rows("a1", "propose")[0].id


def test_a_review_on_hold_shows_it_and_waits_for_nobody(who: Made, world: World, row: str) -> None:
    hr, manager, review = who("hr1"), who("m1"), world.id("a1")
    assert manager.told(f"/reviews/{review}")["held"] is None
    waiting = {one["review"] for one in manager.told("/me/tasks")["items"]}
    hr.step(review, "/hold", {"reason": "ill", "until": "2025年7月9日"})
    held = manager.told(f"/reviews/{review}")["held"]
    assert (held["since"], held["until"]) == ("2025-07-01T01:00:00.000000Z", "2025-07-09T16:00:00.000000Z")
    rows = {one["review"]: one["held"] for one in manager.told("/reviews", limit=50)["items"]}
    assert {key for key, value in rows.items() if value} == {review}
    assert waiting - {one["review"] for one in manager.told("/me/tasks")["items"]} == {review}
    assert review not in {one["review"] for one in manager.told("/reviews", mine="true", limit=50)["items"]}
    refused = manager.step(review, f"/tasks/{row}/answer", TARGETS, status=409)
    assert [one["code"] for one in refused["reasons"]] == ["review_held", "held_until"]
    assert refused["next_at"] == "2025-07-09T16:00:00.000000Z"
    hr.step(review, "/hold", {"reason": "ill"}, status=409)
    hr.step(review, "/resume", {"reason": "well"})
    assert hr.step(review, "/resume", {"reason": "well"}, status=409)["code"] == "not_held"
    assert manager.told(f"/reviews/{review}")["held"] is None
    manager.step(review, f"/tasks/{row}/answer", TARGETS)


def test_nothing_is_late_while_a_review_is_on_hold(who: Made, world: World) -> None:
    hr, review = who("hr1"), world.id("a1")
    world.at("2025-07-20T09:00:00+08:00")
    late = {one["review"] for one in hr.told("/reviews", overdue="true", limit=50)["items"]}
    assert review in late
    before = progress(world.rt, world.actor("hr1"), world.review("a1").cycle).overdue
    hr.step(review, "/hold", {"reason": "ill \"held\":{ \\"})
    assert progress(world.rt, world.actor("hr1"), world.review("a1").cycle).overdue == before - 1 > 0
    assert late - {one["review"] for one in hr.told("/reviews", overdue="true", limit=50)["items"]} == {review}
    units = hr.told(f"/cycles/{world.review('a1').cycle}")["units"]
    assert review not in {one["review"] for unit in units for one in unit["late"]}
    assert units[0]["late"]


def test_a_last_day_is_put_off_and_only_to_a_later_one(who: Made, world: World, row: str) -> None:
    hr, review = who("hr1"), world.id("a1")
    before = hr.told(f"/reviews/{review}")
    hr.step(review, f"/tasks/{row}/extend", {"until": FAR, "reason": "much to do"})
    hr.step(review, "/extend", {"until": "2026/4/30", "reason": "much to do"})
    after = hr.told(f"/reviews/{review}")
    assert after["deadline"] == "2026-04-30T16:00:00.000000Z" > before["deadline"]
    due = next(one["due_at"] for one in after["tasks"] if one["id"] == row)
    assert due == "2026-03-31T16:00:00.000000Z"
    for path in (f"/tasks/{row}/extend", "/extend"):
        told = hr.step(review, path, {"until": FAR, "reason": "x"}, status=422)
        assert told["code"] == "not_later"
        assert FAR in told["detail"]


def test_what_is_no_day_is_said_at_its_place_with_how_days_are_written(who: Made, world: World, row: str) -> None:
    review, texts = world.id("a1"), ("soon", "2025-02-30", "31.12.2025", "二〇二五年十月一日", "2025-10-1T00:00")
    for ref, lang, how in (("hr1", "en", "write 2025-10-31"), ("m1", "zh", "2025年10月31日")):
        asking = who(ref)
        for path in ("/extend", "/hold", f"/tasks/{row}/extend"):
            for text in texts:
                body = {"until": text, "reason": "x"}
                told = asking.step(review, path, body, status=422, headers={"Accept-Language": lang})
                assert [(one["pointer"], one["code"]) for one in told["errors"]] == [("/until", "OP058")]
                assert how in told["errors"][0]["text"]
                assert text in told["errors"][0]["text"]


STEPS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("/tasks/{row}/extend", {"until": FAR, "reason": "x"}), ("/extend", {"until": FAR, "reason": "x"}),
    ("/hold", {"reason": "x", "until": None}), ("/skip", {"reason": "x"}),
)  # fmt: skip


@pytest.mark.parametrize(
    ("path", "body"), [*(pytest.param(*one, marks=pytest.mark.slow) for one in STEPS[:3]), STEPS[3]]
)
def test_each_is_done_once_for_its_key_tried_without_a_trace_and_refused_on_an_old_revision(
    who: Made, world: World, row: str, path: str, body: dict[str, Any]
) -> None:
    hr, review, path = who("hr1"), world.id("a1"), path.format(row=row)
    revision = world.review("a1").revision
    tried = hr.step(review, path, body, query_string={"dry_run": "true"})
    assert world.review("a1").revision == revision == tried["seq"] - 1
    assert hr.post(f"/reviews/{review}{path}", body).status_code == 428
    assert hr.post(f"/reviews/{review}{path}", body, key=None, match=revision).status_code == 400
    assert hr.post(f"/reviews/{review}{path}", body, match=revision + 1).status_code == 412
    first = hr.post(f"/reviews/{review}{path}", body, key="one", match=revision)
    again = hr.post(f"/reviews/{review}{path}", body, key="one", match=revision)
    assert (first.status_code, first.data) == (200, again.data)
    other = {**body, "reason": "y"}
    assert hr.post(f"/reviews/{review}{path}", other, key="one", match=revision).status_code == 409


def test_time_is_for_hr_and_is_said_so_in_both_languages(who: Made, world: World, row: str) -> None:
    review, stranger = world.id("a1"), who("m2")
    for ref, lang, words in (("m1", "en", "not for you to do"), ("a1", "zh", "不归您办理")):
        asking = who(ref)
        for path, body in (*STEPS, ("/resume", {"reason": "x"})):
            said = asking.step(review, path.format(row=row), body, status=403, headers={"Accept-Language": lang})
            assert words in said["detail"]
            hidden = stranger.post(f"/reviews/{review}{path.format(row=row)}", body, match=1)
            assert (hidden.status_code, hidden.get_json()["code"]) == (404, "no_such_review")


@pytest.mark.slow
def test_a_body_that_is_not_well_formed_is_told_where(who: Made, world: World, row: str) -> None:
    hr = who("hr1")
    for path in ("/extend", "/hold", "/resume", "/skip", f"/tasks/{row}/retract", f"/tasks/{row}/delegate"):
        for body in ({}, {"reason": ""}, {"reason": 5}, {"reason": "x", "more": 1}):
            told = hr.step(world.id("a1"), path, body, status=422)
            assert told["code"] == "http.body_faults"
            assert told["errors"]


def test_a_review_is_moved_past_its_state(who: Made, world: World) -> None:
    hr, review = who("hr1"), world.id("a1")
    told = hr.step(review, "/skip", {"reason": "nobody is there"})
    assert (told["action"], told["state"]) == ("skipped", "collect_data")
    assert hr.told(f"/reviews/{review}/history")["items"][-1]["comment"] == "nobody is there"


def test_who_answered_takes_back_and_nobody_else(who: Made, world: World, row: str) -> None:
    manager, review = who("m1"), world.id("a1")
    path, body = f"/tasks/{row}/retract", {"reason": "a slip"}
    assert manager.step(review, path, body, status=409)["code"] == "nothing_to_retract"
    manager.step(review, f"/tasks/{row}/answer", TARGETS)
    codes = [one["code"] for one in who("hr1").step(review, path, body, status=409)["reasons"]]
    assert codes == ["nothing_to_retract", "not_yours_to_retract"]
    assert manager.step(review, path, body)["action"] == "retracted"
    assert manager.told(f"/reviews/{review}/tasks/{row}/draft")["draft"]["targets"] == {"sales.target": "95"}


@pytest.fixture
def freely(world: World) -> str:
    """a1's review of the next quarter, by a workflow whose proposal may be given on."""
    folder = world.folder / "freely"
    shutil.copytree(folder_of("account-manager"), folder)
    file = folder / "workflow.yaml"
    text = file.read_text("utf-8").replace("version: 2\n", "version: 3\n", 1)
    file.write_text(text.replace("      propose:\n", "      propose:\n        delegate: allowed\n", 1), "utf-8")
    proposed = propose(world.rt, world.actor("hr1"), Propose(folder))
    assert proposed.stored is not None, proposed.problems
    approve(world.rt, world.actor("hr2"), Approve(proposed.stored.fingerprint))
    wish = OpenCycle(proposed.stored.name, "2025-Q4", Population(refs=("a1",)))
    opened = open_cycle(world.rt, world.actor("hr1"), wish)
    return dict(opened.reviews)["a1"]


def test_a_holder_gives_her_task_on_and_it_is_answered_on_her_behalf(who: Made, freely: str) -> None:
    manager, other = who("m1"), who("m2")
    row = next(one["id"] for one in manager.told(f"/reviews/{freely}/tasks")["items"] if one["mine"])
    path = f"/tasks/{row}/delegate"
    offered = {one["command"]: one["possible"] for one in manager.told(f"/reviews/{freely}/commands")["items"]}
    assert offered["delegate"]
    assert not offered["reassign"]
    nobody = manager.step(freely, path, {"to": "zz", "reason": "x"}, status=422)
    assert "zz" in nobody["detail"]
    assert manager.step(freely, path, {"to": "a1", "reason": "x"}, status=422)["code"] == "person_excluded"
    assert manager.step(freely, path, {"to": "m1", "reason": "x"}, status=409)["code"] == "already_holds"
    assert who("hr1").step(freely, path, {"to": "m2", "reason": "x"}, status=403)["code"] == "not_your_task"
    manager.step(freely, path, {"to": "m2", "reason": "travels"})
    assert freely not in {one["review"] for one in manager.told("/me/tasks")["items"]}
    assert freely in {one["review"] for one in other.told("/me/tasks")["items"]}
    other.step(freely, f"/tasks/{row}/answer", TARGETS)
    event = manager.told(f"/reviews/{freely}/history")["items"][-1]
    assert (event["actor"]["ref"], event["on_behalf_of"]["ref"]) == ("m2", "m1")
    assert event["last_days"] is None


def test_a_task_that_the_workflow_keeps_with_its_holder_is_not_given_on(who: Made, world: World, row: str) -> None:
    told = who("m1").step(world.id("a1"), f"/tasks/{row}/delegate", {"to": "m2", "reason": "x"}, status=403)
    assert told["code"] == "delegation_not_allowed"
    assert "ask HR" in told["detail"]
